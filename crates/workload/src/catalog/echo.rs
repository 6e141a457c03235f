//! `echo`: a payload there and back. It shows what moving data costs.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::escape::print_hex;
use super::number;
use crate::{Job, Portable, values};

/// A payload, which is its own output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// The bytes that go there and come back.
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
}

impl Job for Echo {
    type Output = serde_bytes::ByteBuf;

    fn run(&self) -> anyhow::Result<serde_bytes::ByteBuf> {
        Ok(serde_bytes::ByteBuf::from(self.payload.clone()))
    }
}

impl Portable for Echo {
    const NAME: &'static str = "echo";
}

impl Echo {
    /// Bytes that differ from index to index and repeat at no power of two.
    #[must_use]
    pub fn numbered(index: u64, bytes: usize) -> Self {
        let seed = index.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
        let period: Vec<u8> = (0..=250).collect();
        let mut payload = period.repeat(bytes.div_ceil(period.len()));
        payload.truncate(bytes);
        for (byte, seed) in payload.iter_mut().zip(seed) {
            *byte = seed;
        }
        Self { payload }
    }
}

/// Payloads there and back: what moving data costs. Prints the XXH3 of what came back
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// How many payloads
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = values::count, allow_negative_numbers = true, conflicts_with = "from")]
    count: u32,
    /// Bytes in each payload
    #[arg(long, value_name = "B", default_value_t = 65_536, value_parser = size, allow_negative_numbers = true)]
    bytes: u32,
}

/// A payload of 1 GiB is more than any machine should be asked to hold a window of.
const LARGEST: u32 = 1 << 30;

fn size(text: &str) -> Result<u32, String> {
    let bytes = text.parse().ok().filter(|&bytes| bytes <= LARGEST);
    bytes.ok_or_else(|| format!("accepted is a whole number from 0 to {LARGEST}"))
}

pub(super) struct Workload;

impl super::Workload for Workload {
    const NAME: &'static str = Echo::NAME;
    type Job = Echo;
    type Args = Args;

    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Echo>> {
        let bytes = args.bytes;
        Ok((0..u64::from(args.count)).map(move |index| Echo::numbered(index, bytes as usize)))
    }

    fn parse(args: &Args, line: &[u8]) -> anyhow::Result<Echo> {
        number(line, "a whole number").map(|index| Echo::numbered(index, args.bytes as usize))
    }

    fn print(output: &serde_bytes::ByteBuf, line: &mut Vec<u8>) {
        print_hex(&xxh3_64(output).to_be_bytes(), line);
    }
}
