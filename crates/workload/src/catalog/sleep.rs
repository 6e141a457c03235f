//! `sleep`: pure waiting, with nothing to compute.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{number, print_number};
use crate::{Job, Portable, gil, values};

/// A wait, and the number it gives back afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sleep {
    /// The number.
    pub index: u64,
    /// How long to wait.
    pub time: Duration,
}

impl Job for Sleep {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        gil::while_waiting(|| std::thread::sleep(self.time));
        Ok(self.index)
    }

    #[cfg(feature = "async")]
    async fn run_async(&self) -> anyhow::Result<u64> {
        tokio::time::sleep(self.time).await;
        Ok(self.index)
    }
}

impl Portable for Sleep {
    const NAME: &'static str = "sleep";
}

/// Sleeps: pure waiting, where async holds thousands of jobs at once.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// How many sleeps
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = values::count, allow_negative_numbers = true, conflicts_with = "from")]
    count: u32,
    /// How long each: 50ms, 1s
    #[arg(long = "for", value_name = "DURATION", default_value = "50ms")]
    #[arg(value_parser = values::duration, allow_hyphen_values = true)]
    time: Duration,
}

pub(super) struct Workload;

impl super::Workload for Workload {
    const NAME: &'static str = Sleep::NAME;
    type Job = Sleep;
    type Args = Args;

    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Sleep>> {
        let time = args.time;
        Ok((0..args.count).map(move |index| Sleep {
            index: index.into(),
            time,
        }))
    }

    fn parse(args: &Args, line: &[u8]) -> anyhow::Result<Sleep> {
        let index = number(line, "a whole number")?;
        let time = args.time;
        Ok(Sleep { index, time })
    }

    fn print(output: &u64, line: &mut Vec<u8>) {
        print_number(*output, line);
    }
}
