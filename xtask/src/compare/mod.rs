//! `compare`: one workload on the reference and on the three patterns, held against each other.

mod args;
mod tour;

use std::ffi::OsString;
use std::io::{Read, Seek};
use std::process::Command;

use anyhow::Context;

use crate::cargo::{self, Build};
use crate::decide::{Comparison, Judge};
use crate::measure::{Bench, End, Interrupts, Measured, Run, Stdin};
use crate::pattern::Pattern;
use crate::print::{self, say};

pub(crate) use args::Args;

/// Builds, runs, compares, prints; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let workload = args.workload()?;
    // Before Ctrl-C is caught, so that it still ends us while we wait for someone to type.
    let stdin = Stdin::for_args(&workload)?;
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let build = cargo::build(args.quiet);
    interrupts.check()?;
    let build = build?;
    let asks = ["--help", "-h", "--version", "-V"];
    if workload.iter().any(|arg| asks.iter().any(|ask| arg == ask)) {
        return answer(&build, &workload);
    }
    let bench = Bench {
        args: &workload,
        stdin: &stdin,
        give_up_after: args.give_up_after,
        interrupts: &interrupts,
    };
    if workload.is_empty() {
        return tour::run(args, &bench, &build);
    }
    let comparison = match compare(&bench, &build, args.quiet)? {
        Compared::Fully(comparison) => comparison,
        Compared::BadUsage(message) => {
            eprint!("{message}");
            return Ok(2);
        }
    };
    say(&title(&label(&workload), &comparison))?;
    say(&print::comparison(&comparison, !args.quick))?;
    if args.quick && !comparison.differs() {
        say("No verdict: with --quick, one look is too little to judge by.")?;
    }
    Ok(comparison.exit_code())
}

/// What came of comparing one workload.
enum Compared {
    /// All patterns ran.
    Fully(Comparison),
    /// The binaries refuse the command line; this is what they say.
    BadUsage(String),
}

/// Runs all patterns, one after the other.
fn compare(bench: &Bench<'_>, build: &Build, quiet: bool) -> anyhow::Result<Compared> {
    let mut judge = Judge::default();
    for pattern in Pattern::ALL {
        let progress = print::spinner(pattern.binary().to_owned(), quiet);
        let mut run = bench.run(pattern, build.binary(pattern))?;
        progress.finish_and_clear();
        if let Some(message) = refusal(&mut run)? {
            return Ok(Compared::BadUsage(message));
        }
        judge.add(run).context("cannot compare the outputs")?;
    }
    Ok(Compared::Fully(judge.finish()))
}

/// What the binary says if it refused its command line: that comes before anything is printed.
fn refusal(run: &mut Run) -> anyhow::Result<Option<String>> {
    const ENOUGH: u64 = 16 * 1024;
    let printed = run.stdout.metadata()?.len();
    if run.measured.end != End::Exit(2) || run.measured.report.is_some() || printed > 0 {
        return Ok(None);
    }
    let mut message = Vec::new();
    run.stderr.rewind()?;
    (&run.stderr).take(ENOUGH).read_to_end(&mut message)?;
    if message.is_empty() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&message).into_owned()))
}

/// The binaries know best what a workload takes.
fn answer(build: &Build, workload: &[OsString]) -> anyhow::Result<u8> {
    let mut reference = Command::new(build.binary(Pattern::Sequential));
    let status = reference.args(workload).status()?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1))
}

/// The arguments on one line, those with blanks quoted.
fn label(workload: &[OsString]) -> String {
    let shown = workload.iter().map(|arg| {
        let arg = arg.to_string_lossy();
        if arg.is_empty() || arg.contains(|c: char| c.is_whitespace() || c.is_control()) {
            format!("{arg:?}")
        } else {
            arg.into_owned()
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// What is compared, and how much of it.
fn title(label: &str, comparison: &Comparison) -> String {
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let rows = comparison.rows.iter();
    let reports = rows.filter_map(|row| row.measured.report.as_ref());
    // The reference has one worker, whatever it is told.
    let workers = reports.map(|report| report.workers).max();
    let jobs = comparison.base().and_then(Measured::jobs);
    let size = jobs.zip(workers).map(|(jobs, workers)| {
        let (jobs, workers) = (plural(jobs, "job"), plural(workers, "worker"));
        format!(" ({jobs}, {workers})")
    });
    format!("{label}{}", size.unwrap_or_default())
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
