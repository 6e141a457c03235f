//! The command line of `compare`: its own options, then the workload's, which are handed on.

use std::ffi::{OsStr, OsString};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::ValueEnum;

use super::handed_on::{handed_on, names_workers};
use super::rounds::Plan;
use crate::python;

/// Run one workload on the reference and on the three patterns, and compare
///
/// Builds the four binaries in release, runs each of them once to look into it,
/// and then round after round, in ever another order, by the clock alone. Checks
/// that all outputs are the same byte for byte and that the same jobs failed in
/// the same way. Prints what each took, which pattern fits, and why.
///
/// Without a workload: a tour of the catalog, about 25 seconds after the build.
/// `fetch` without a URL gets pages from a server on this machine; with URLs,
/// their hosts are asked once, and their answers are replayed to all programs.
#[derive(Debug, Default, clap::Args)]
#[command(
    verbatim_doc_comment,
    override_usage = "cargo xtask compare [OPTIONS] [WORKLOAD [ARGS]...]",
    after_long_help = AFTER
)]
pub(crate) struct Args {
    /// So many rounds, each with every pattern once [default: 6 to 30]
    ///
    /// By default a multiple of six, as many as fit in about 12 seconds. With
    /// fewer than six there is no verdict: nobody could say how sure it is.
    #[arg(long, value_name = "N", value_parser = at_least_one, verbatim_doc_comment)]
    pub(crate) rounds: Option<NonZeroUsize>,

    /// Run each program once, and give no verdict
    #[arg(long, conflicts_with = "rounds")]
    pub(crate) quick: bool,

    /// Have the system forget the workload's files before each run
    ///
    /// Then they come from disk. These are the files and folders that are
    /// named in the workload's arguments.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) cold: bool,

    /// Show CPython beside it: its loop, threads, processes and asyncio
    ///
    /// PATH is an interpreter of version 3.9 or newer, python3 if none is
    /// named. It has a slash in it or begins with `python` or `pypy`. A
    /// free-threaded one shows what changes without the lock. For `square`,
    /// `primes`, `sleep` and `checksum`.
    #[arg(
        long,
        value_name = "PATH",
        num_args = 0..=1,
        default_missing_value = python::DEFAULT,
        verbatim_doc_comment
    )]
    pub(crate) python: Option<OsString>,

    /// How to print what was found
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,

    /// A table of any width, with more columns
    #[arg(long)]
    pub(crate) wide: bool,

    /// Write a row for each job there, as CSV: when it ran, how it ended
    #[arg(long, value_name = "FILE")]
    pub(crate) joblog: Option<PathBuf>,

    /// Write a page with all that was found there, with pictures: FILE.html
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// Measure more for the page
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        value_delimiter = ',',
        requires = "report"
    )]
    pub(crate) also: Vec<Also>,

    /// When to use colours; NO_COLOR is heeded
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Show no progress
    #[arg(long)]
    pub(crate) quiet: bool,

    /// Kill a run that takes longer (`10s`, `2m`) and count it as lost
    ///
    /// There is no limit by default. It is for jobs that hang where a pattern
    /// cannot kill them.
    #[arg(long, value_name = "DURATION", value_parser = limit, verbatim_doc_comment)]
    pub(crate) give_up_after: Option<Duration>,

    /// The workload and its arguments, as the binaries take them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "WORKLOAD [ARGS]"
    )]
    pub(crate) rest: Vec<OsString>,
}

/// How to print.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table and sentences for people
    #[default]
    Table,
    /// Everything, as docs/compare.schema.json describes it
    Json,
    /// One row a run
    Csv,
    /// A table and sentences for a page
    Markdown,
}

/// What a page can show besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Also {
    /// From how long a job on each pattern pays: about 30 seconds
    Breakeven,
    /// Who survives what: about 20 seconds
    Survive,
    /// What more workers bring this workload: as long as 100 runs of the loop
    Scale,
}

/// When to use colours.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

const AFTER: &str = "\
Options of compare stand before the workload. Everything from the workload on,
and any option that is not listed above, is handed to the binaries as it is. The
workloads and those options are listed by: cargo run -p workload -- --help

Examples:
  cargo xtask compare
  cargo xtask compare checksum ~/Pictures
  cargo xtask compare thumbs ~/Pictures
  cargo xtask compare --wide primes --count 500 --workers 2
  cargo xtask compare fetch --pages 300 --latency 20ms --jitter 10ms --seed 7
  cargo xtask compare --report report.html primes
  cargo xtask compare --python primes --limit 500000
  cargo xtask compare --format json square --count 100000
  cargo xtask compare --give-up-after 10s hostile --kinds hang --timeout 500ms

Columns:
  wall     from starting the program until it was gone: the median of the runs
  ±        how far from it the true median may be, in 95 of 100 cases
  vs loop  how many times faster than the sequential reference, the median of
           the rounds; Python's programs than Python's own loop
  cores    cores that were busy on average, with the program and all its workers
  memory   most memory of the whole process tree at once
  jobs/s   jobs by wall time
  output   whether stdout was the same, byte for byte, in every run
With --wide, and in Markdown, there are more: docs/src/compare.md explains them.

The fastest pattern wins, or the simplest of those that are as fast: that is, of
those that the rounds cannot tell apart from it, or that are behind it by no
more than 5% or 1 ms.

Exit codes: 0 the same everywhere; 1 outputs differ; 2 usage, or the build
failed; 3 jobs failed or a run was lost; 130 interrupted.";

/// Options of compare that stand before the workload, and so are mistaken after it.
const OWN: [&str; 11] = [
    "--rounds",
    "--quick",
    "--cold",
    "--python",
    "--format",
    "--wide",
    "--color",
    "--give-up-after",
    "--joblog",
    "--report",
    "--also",
];

impl Args {
    /// What is handed to the binaries, once it makes sense.
    pub(crate) fn workload(&self) -> anyhow::Result<Vec<OsString>> {
        // `--python primes` names no interpreter.
        let first = self
            .python
            .iter()
            .filter(|arg| !python::is_interpreter(arg));
        let workload = handed_on("compare", &OWN, first.chain(&self.rest))?;
        let sets_workers = self.also.contains(&Also::Scale) && names_workers(&workload);
        if sets_workers {
            bail!(
                "--also scale runs the workload with ever another number of workers, so the \
                 workload cannot name one: leave out its --workers"
            );
        }
        Ok(workload)
    }

    /// Refuses what makes no sense for several workloads.
    pub(crate) fn for_a_tour(&self) -> anyhow::Result<()> {
        let needy = [
            ("--python", self.python.is_some()),
            ("--cold", self.cold),
            ("--joblog", self.joblog.is_some()),
            ("--report", self.report.is_some()),
            (
                "--format",
                matches!(self.format, Format::Json | Format::Csv),
            ),
        ];
        match needy.iter().find(|(_, given)| *given) {
            Some((option, _)) => bail!(
                "{option} needs a workload, and there is none: cargo xtask compare {option} ... \
                 primes"
            ),
            None => Ok(()),
        }
    }

    /// The interpreter that is to be shown beside, if one is.
    pub(crate) fn interpreter(&self) -> Option<&OsStr> {
        let python = self.python.as_deref()?;
        let is_named = python::is_interpreter(python);
        Some(if is_named {
            python
        } else {
            python::DEFAULT.as_ref()
        })
    }

    /// How much is to be measured.
    pub(crate) fn plan(&self) -> Plan {
        if self.quick {
            let inside = self.joblog.is_some() || self.report.is_some();
            return Plan::Quick { inside };
        }
        Plan::Rounds(self.rounds.map(usize::from))
    }
}

/// The command that is running, to be shown and repeated.
pub(crate) fn command_line() -> String {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    format!("cargo xtask {}", super::label(&args))
}

/// A number of rounds.
pub(crate) fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .map_err(|_| "a whole number from 1 on is needed".to_owned())
}

/// How long a run may take.
pub(crate) fn limit(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("a time above zero is needed, such as 500ms, 10s or 2m".to_owned()),
    }
}

#[cfg(test)]
#[path = "args_tests.rs"]
mod tests;
