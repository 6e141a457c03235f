//! A job that takes much and gives much.

use anyhow::ensure;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use workload::{Job, Portable};

/// Bytes to be looked through, and others to be given back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Blob {
    byte: u8,
    #[serde(with = "serde_bytes")]
    input: Vec<u8>,
    output: usize,
}

impl Blob {
    /// `input` bytes there and `output` bytes back, all of this value.
    #[must_use]
    pub fn new(byte: u8, input: usize, output: usize) -> Self {
        let input = vec![byte; input];
        Self {
            byte,
            input,
            output,
        }
    }
}

impl Job for Blob {
    type Output = ByteBuf;

    fn run(&self) -> anyhow::Result<ByteBuf> {
        let sound = self.input == vec![self.byte; self.input.len()];
        ensure!(sound, "the input has changed on its way");
        Ok(ByteBuf::from(vec![self.byte; self.output]))
    }
}

impl Portable for Blob {
    const NAME: &'static str = "blob";
}
