//! A job that panics where nobody calls it: while it or its output travels, or is dropped.

use std::mem::forget;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use workload::{Job, Portable};

/// When something panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Panics {
    /// When it is encoded.
    Encoded,
    /// When it is decoded.
    Decoded,
    /// When it is dropped.
    Dropped,
    /// It does not.
    Never,
}

/// What panics.
#[derive(Debug)]
pub struct Spiteful(pub Panics);

impl Spiteful {
    /// Takes it out without a drop.
    #[must_use]
    pub fn defused(self) -> Panics {
        let panics = self.0;
        forget(self);
        panics
    }
}

impl Serialize for Spiteful {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        assert_ne!(self.0, Panics::Encoded, "it is encoded");
        self.0.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Spiteful {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let panics = Panics::deserialize(from)?;
        assert_ne!(panics, Panics::Decoded, "it is decoded");
        Ok(Self(panics))
    }
}

impl Drop for Spiteful {
    fn drop(&mut self) {
        assert_ne!(self.0, Panics::Dropped, "it is dropped");
    }
}

/// A job that panics, or whose output does.
#[derive(Debug, Serialize, Deserialize)]
pub struct Spite {
    job: Spiteful,
    output: Panics,
}

impl Spite {
    /// Such a job.
    #[must_use]
    pub fn new(job: Panics, output: Panics) -> Self {
        let job = Spiteful(job);
        Self { job, output }
    }
}

impl Job for Spite {
    type Output = Spiteful;

    fn run(&self) -> anyhow::Result<Spiteful> {
        Ok(Spiteful(self.output))
    }
}

impl Portable for Spite {
    const NAME: &'static str = "spite";
}
