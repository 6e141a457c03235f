//! `trust`: whether `compare` can be believed, put to the test on the machine that it runs on.

mod agree;
mod twins;

use std::num::NonZeroUsize;

use anyhow::Context;
use clap::Subcommand;

use crate::cargo;
use crate::measure::{Bench, Interrupts, Stdin};

/// Put compare itself to the test: whether its verdicts can be believed
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    test: Test,

    /// Show no progress
    #[arg(long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Test {
    /// Compare a program with itself, under two names: a winner is named by mistake
    ///
    /// In at most 5 of 100 comparisons a winner may be named. Exits with 1 if there are more.
    Twins {
        /// How many comparisons
        #[arg(long, value_name = "N", default_value = "100")]
        times: NonZeroUsize,
        /// Most of them that may name a winner [default: one of twenty]
        #[arg(long, value_name = "N")]
        most: Option<usize>,
    },
    /// Hold verdicts against rounds that are made by hand, on every workload
    ///
    /// Nine plain rounds first: the fastest wins, or the simplest of those that it is not ahead of by
    /// 5% and in eight rounds. Then the verdicts of compare: nine of ten must name the same.
    Agree {
        /// Verdicts on each workload
        #[arg(long, value_name = "N", default_value = "10")]
        repeats: NonZeroUsize,
        /// Rounds of each verdict [default: as compare chooses]
        #[arg(long, value_name = "N")]
        rounds: Option<NonZeroUsize>,
        /// Only the workloads whose name contains this
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
    },
}

/// Runs the test; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let build = cargo::build(args.quiet);
    interrupts.check()?;
    let build = build?;
    let bench = Bench {
        args: &[],
        stdin: &Stdin::Empty,
        give_up_after: None,
        cold: None,
        interrupts: &interrupts,
    };
    match &args.test {
        Test::Twins { times, most } => {
            let times = times.get();
            let most = most.unwrap_or(times.div_ceil(20));
            twins::run(&bench, &build, times, most, args.quiet)
        }
        Test::Agree {
            repeats,
            rounds,
            only,
        } => {
            let asked = agree::Asked {
                repeats: repeats.get(),
                rounds: rounds.map(usize::from),
                only: only.as_deref(),
                quiet: args.quiet,
            };
            agree::run(&bench, &build, &asked)
        }
    }
}

/// The short form of the A/A test, for CI.
pub(crate) fn twins_in_short() -> anyhow::Result<u8> {
    run(&Args {
        test: Test::Twins {
            times: NonZeroUsize::new(20).unwrap_or(NonZeroUsize::MIN),
            // If one of 20 is named by mistake, more than three are in 2 of 100 runs of this test.
            most: Some(3),
        },
        quiet: true,
    })
}
