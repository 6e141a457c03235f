//! A job whose worker may be killed while it writes down the output.

use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};
use serde_bytes::ByteBuf;
use workload::{Job, Portable};

/// So many bytes of this value are to be given back, and in the middle of that the worker dies if
/// the job is `torn`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Torn {
    /// The value of each byte.
    pub byte: u8,
    /// How many there are.
    pub bytes: usize,
    /// Whether the worker dies.
    pub torn: bool,
}

/// The output of a [`Torn`] job: two halves.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Halves(pub ByteBuf, pub ByteBuf, #[serde(skip)] bool);

impl Serialize for Halves {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut halves = to.serialize_tuple(2)?;
        halves.serialize_element(&self.0)?;
        if self.2 {
            super::act::kill();
        }
        halves.serialize_element(&self.1)?;
        halves.end()
    }
}

impl Job for Torn {
    type Output = Halves;

    fn run(&self) -> anyhow::Result<Halves> {
        let half = || ByteBuf::from(vec![self.byte; self.bytes / 2]);
        Ok(Halves(half(), half(), self.torn))
    }
}

impl Portable for Torn {
    const NAME: &'static str = "torn";
}
