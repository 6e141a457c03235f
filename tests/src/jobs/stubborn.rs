//! Jobs that cannot travel, each in its own way, and one that tells whether its worker was prepared.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use workload::{Job, Portable};

/// A job that no worker knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unknown;

impl Job for Unknown {
    type Output = bool;

    fn run(&self) -> anyhow::Result<bool> {
        Ok(true)
    }
}

impl Portable for Unknown {
    const NAME: &'static str = "unknown";
}

/// A job that cannot be encoded if it is stuck here, and not decoded if it is stuck there. It gives
/// whether its worker's `on_start` was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// It cannot be encoded.
    Here,
    /// It cannot be decoded.
    There,
    /// It travels.
    Nowhere,
}

impl Serialize for Stuck {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Here => Err(ser::Error::custom("stuck here")),
            Self::There => to.serialize_bool(true),
            Self::Nowhere => to.serialize_bool(false),
        }
    }
}

impl<'de> Deserialize<'de> for Stuck {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match bool::deserialize(from)? {
            true => Err(de::Error::custom("stuck there")),
            false => Ok(Self::Nowhere),
        }
    }
}

impl Job for Stuck {
    type Output = bool;

    fn run(&self) -> anyhow::Result<bool> {
        Ok(prepared())
    }
}

impl Portable for Stuck {
    const NAME: &'static str = "stuck";
}

/// A job whose output is stuck in the same ways.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Mute(pub bool);

impl Job for Mute {
    type Output = Stuck;

    fn run(&self) -> anyhow::Result<Stuck> {
        Ok(match self.0 {
            true => Stuck::Here,
            false => Stuck::There,
        })
    }
}

impl Portable for Mute {
    const NAME: &'static str = "mute";
}

static PREPARED: AtomicBool = AtomicBool::new(false);

/// Whether this process's `on_start` was called.
pub fn prepared() -> bool {
    PREPARED.load(Ordering::Relaxed)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a registry takes functions that may fail"
)]
pub(super) fn prepare() -> anyhow::Result<()> {
    PREPARED.store(true, Ordering::Relaxed);
    Ok(())
}
