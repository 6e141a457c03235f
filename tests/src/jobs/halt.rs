//! A job whose worker is stopped or killed in the middle of saying how it ended.

use nix::sys::signal::{Signal, raise};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};
use workload::{Job, Portable};

/// A job whose output takes so many bytes, and whose worker gets this signal in the middle of them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Halt {
    bytes: usize,
    signal: Option<i32>,
}

impl Halt {
    /// A job that is told of in peace.
    #[must_use]
    pub fn nothing(bytes: usize) -> Self {
        let signal = None;
        Self { bytes, signal }
    }

    /// A job whose worker stops, or dies, in the middle of telling of it.
    #[must_use]
    pub fn by(signal: Signal, bytes: usize) -> Self {
        let signal = Some(signal as i32);
        Self { bytes, signal }
    }
}

/// What stops the process that encodes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Halted(#[serde(with = "serde_bytes")] Vec<u8>, Option<i32>);

impl Serialize for Halted {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut to = to.serialize_tuple(2)?;
        to.serialize_element(serde_bytes::Bytes::new(&self.0))?;
        if let Some(signal) = self.1 {
            raise(Signal::try_from(signal).unwrap()).unwrap();
        }
        to.serialize_element(&self.1)?;
        to.end()
    }
}

impl Job for Halt {
    type Output = Halted;

    fn run(&self) -> anyhow::Result<Halted> {
        Ok(Halted(vec![1; self.bytes], self.signal))
    }
}

impl Portable for Halt {
    const NAME: &'static str = "halt";
}
