//! `square`: the smallest job there is. It shows what a job costs that does next to nothing.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{number, print_number};
use crate::{Job, Portable, values};

/// A number to be squared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Square(pub i64);

impl Job for Square {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        let n = self.0.unsigned_abs();
        n.checked_mul(n)
            .with_context(|| format!("the square of {} does not fit into 64 bits", self.0))
    }
}

impl Portable for Square {
    const NAME: &'static str = "square";
}

/// Squares of integers: what one job costs when it does next to nothing.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// How many integers, counted from 0
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = values::count, allow_negative_numbers = true, conflicts_with = "from")]
    count: u32,
}

pub(super) struct Workload;

impl super::Workload for Workload {
    const NAME: &'static str = Square::NAME;
    type Job = Square;
    type Args = Args;

    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Square>> {
        Ok((0..args.count).map(|n| Square(n.into())))
    }

    fn parse(_: &Args, line: &[u8]) -> anyhow::Result<Square> {
        number(line, "an integer of 64 bits").map(Square)
    }

    fn print(output: &u64, line: &mut Vec<u8>) {
        print_number(*output, line);
    }
}
