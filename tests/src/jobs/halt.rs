//! A job whose worker is stopped in the middle of saying how it ended.

use nix::sys::signal::{Signal, raise};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};
use workload::{Job, Portable};

/// A job whose output takes so many bytes, and whose worker stops in the middle of them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Halt(pub usize);

/// What stops the process that encodes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Halted(#[serde(with = "serde_bytes")] Vec<u8>, bool);

impl Serialize for Halted {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut to = to.serialize_tuple(2)?;
        to.serialize_element(serde_bytes::Bytes::new(&self.0))?;
        raise(Signal::SIGSTOP).unwrap();
        to.serialize_element(&self.1)?;
        to.end()
    }
}

impl Job for Halt {
    type Output = Halted;

    fn run(&self) -> anyhow::Result<Halted> {
        Ok(Halted(vec![1; self.0], true))
    }
}

impl Portable for Halt {
    const NAME: &'static str = "halt";
}
