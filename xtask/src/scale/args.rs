//! The command line of `scale`: its own options, then the workload's, which are handed on.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::bail;
use clap::ValueEnum;

use super::plan::{self, Plan};
use crate::command_line::words;
use crate::compare::{at_least_one, handed_on, limit, names_workers};

/// Find what more workers bring a workload on this machine
///
/// Builds the four binaries in release. Runs the workload on the loop and on the
/// three patterns with ever another number of workers, all of them in turn, round
/// after round, and checks that all outputs are the same byte for byte. Prints
/// how many jobs a second each pattern does with how many workers, the law that
/// this follows, and what far more workers than cores do to it.
///
/// Without a workload: 400 jobs that compute, about 30 seconds after the build.
#[derive(Debug, Default, clap::Args)]
#[command(
    verbatim_doc_comment,
    override_usage = "cargo xtask scale [OPTIONS] [WORKLOAD [ARGS]...]",
    after_long_help = AFTER
)]
pub(crate) struct Args {
    /// How many workers, one number after the other: 1,2,4,8
    ///
    /// By default 1, 2, 3, 4, 6, 8 and so on up to twice the cores, and 64. With
    /// six numbers or more there is a law.
    #[arg(
        long,
        value_name = "N,N,...",
        value_delimiter = ',',
        value_parser = workers,
        verbatim_doc_comment
    )]
    workers: Option<Vec<usize>>,

    /// So many rounds, each with every number of workers on every pattern once
    ///
    /// With fewer than six, nobody could say how sure a number is.
    #[arg(long, value_name = "N", default_value = "6", value_parser = at_least_one)]
    rounds: Option<NonZeroUsize>,

    /// How to print what was found
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,

    /// Show no progress
    #[arg(long)]
    pub(super) quiet: bool,

    /// Kill a run that takes longer (`10s`, `2m`) and count it as lost
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    pub(super) give_up_after: Option<Duration>,

    /// The workload and its arguments, as the binaries take them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "WORKLOAD [ARGS]"
    )]
    rest: Vec<OsString>,
}

/// How to print.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Tables and sentences, 80 columns wide
    #[default]
    Table,
    /// For programs; the schema is `patterns.scale/1`
    Json,
    /// One row a run
    Csv,
    /// For a document
    Markdown,
}

const AFTER: &str = "\
Options of scale stand before the workload. Everything from the workload on is
handed to the binaries as it is.

Examples:
  cargo xtask scale
  cargo xtask scale checksum ~/Pictures
  cargo xtask scale --workers 1,2,4,8,16,64 primes --count 200
  cargo xtask scale --format csv --quiet sleep --count 200 --for 5ms > runs.csv

The rate is the jobs by the time from when the pool was ready until the last job
was done and printed. Getting ready and stopping is shown apart.

  ±            how far from it the true median may be, in 95 of 100 cases
  contention   of a worker's time, what each other worker has it wait (sigma)
  coherency    what each pair of workers takes by telling each other (kappa)
  off by       how far the points are from the law: the root of the mean square

Exit codes: 0 measured; 1 outputs differ; 2 usage, or the build failed; 3 jobs
failed or a run was lost; 130 interrupted.";

/// Options of scale that stand before the workload, and so are mistaken after it.
const OWN: [&str; 4] = ["--workers", "--rounds", "--format", "--give-up-after"];

impl Args {
    /// What is handed to the binaries, once it makes sense.
    pub(super) fn workload(&self) -> anyhow::Result<Vec<OsString>> {
        let workload = handed_on("scale", &OWN, self.rest.iter())?;
        if names_workers(&workload) {
            bail!(
                "scale runs the workload with ever another number of workers; say which before the \
                 workload: cargo xtask scale --workers 1,2,4 WORKLOAD"
            );
        }
        if workload.is_empty() {
            return Ok(words(plan::WORKLOAD));
        }
        Ok(workload)
    }

    /// What is to be measured on a machine with so many cores, once it makes sense.
    pub(super) fn plan(&self, cores: usize) -> anyhow::Result<Plan> {
        let Some(workers) = &self.workers else {
            return Ok(Plan::new(plan::default_workers(cores), self.rounds));
        };
        let mut sorted = workers.clone();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            bail!(
                "--workers names {} more than once; each number of workers runs in every round \
                 anyway, and more rounds (--rounds) make it surer",
                twice[0]
            );
        }
        if sorted.len() > plan::MOST_NUMBERS {
            bail!(
                "--workers names {} numbers, which would take too long; at most {} are accepted",
                sorted.len(),
                plan::MOST_NUMBERS
            );
        }
        Ok(Plan::new(sorted, self.rounds))
    }
}

/// A number of workers. Each may be a process.
fn workers(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(workers) if (1..=plan::MOST_WORKERS).contains(&workers) => Ok(workers),
        _ => Err(format!(
            "whole numbers from 1 to {} are needed, as in 1,2,4",
            plan::MOST_WORKERS
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn parse(line: &str) -> Result<Args, clap::Error> {
        let words = ["scale"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.args)
    }

    fn plan(line: &str) -> anyhow::Result<Plan> {
        parse(line)?.plan(2)
    }

    #[test]
    fn numbers_of_workers_are_as_asked_for_and_in_order() {
        let asked = plan("--workers 8,1,2 --rounds 3 primes").unwrap();
        assert_eq!((asked.workers, asked.rounds), (vec![1, 2, 8], 3));
        let default = plan("").unwrap();
        assert_eq!(
            (default.workers, default.rounds),
            (plan::default_workers(2), 6)
        );
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        for bad in ["0", "1,0", "-1", "1,x", "1.5", "", "100000", "1,2,1"] {
            assert!(plan(&format!("--workers {bad}")).is_err(), "{bad}");
        }
        let many: Vec<_> = (1..=plan::MOST_NUMBERS + 1)
            .map(|n| n.to_string())
            .collect();
        let refused = plan(&format!("--workers {}", many.join(","))).unwrap_err();
        assert!(refused.to_string().contains("at most"), "{refused}");
        assert!(plan("--rounds 0").is_err());
    }

    #[test]
    fn the_rest_is_the_workload_and_names_no_workers() {
        let workload = |line| parse(line).unwrap().workload();
        assert_eq!(
            workload("--rounds 2 primes --count 9").unwrap(),
            ["primes", "--count", "9"]
        );
        assert_eq!(workload("").unwrap()[0], "primes");
        for bad in [
            "primes --workers 2",
            "primes --workers=2",
            "primes -w 2",
            "-w2 primes",
            "primes --rounds 2",
            "primes --trace x",
            "primes --joblog x",
        ] {
            assert!(workload(bad).is_err(), "{bad}");
        }
    }
}
