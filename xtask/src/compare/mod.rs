//! `compare`: one workload on the reference and on the three patterns, held against each other.

mod args;
mod cassette;
mod found;
mod handed_on;
mod pages;
mod python;
mod rounds;
mod schedule;
mod show;
mod tour;

use std::ffi::OsString;
use std::io::{Read, Seek};
use std::process::Command;

use anyhow::{Context, bail};

use crate::breakeven;
use crate::cargo::{self, Build};
use crate::decide::Comparison;
use crate::measure::{Bench, End, Interrupts, Program, Run, Stdin, cache};
use crate::page::Pictures;
use crate::pattern::Pattern;
use crate::print::Progress;
use crate::python::Python;
use crate::scale;
use crate::survive;
use crate::thumbs;

use args::Also;
pub(crate) use args::{Args, at_least_one, command_line, limit};
use found::Setup;
pub(crate) use found::differences;
pub(crate) use handed_on::{handed_on, names_workers};
pub(crate) use rounds::Plan;
pub(crate) use schedule::order;
pub(crate) use tour::stops;

/// Builds, runs, compares, prints; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let workload = args.workload()?;
    if workload.is_empty() {
        args.for_a_tour()?;
    }
    let outputs = show::Outputs::open(args)?;
    let python = args.interpreter().map(Python::find).transpose()?;
    // Before Ctrl-C is caught, so that it still ends us while we wait for someone to type.
    let stdin = Stdin::for_args(&workload)?;
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let build = cargo::build(args.quiet);
    interrupts.check()?;
    let build = build?;
    if let Some(code) = answer(&build, &workload)? {
        return Ok(code);
    }
    let shown = label(&workload);
    let workload = thumbs::complete(workload, &build)?;
    let workload = &workload.args;
    let cold = args.cold.then(|| cache::inputs(workload));
    if cold
        .as_ref()
        .is_some_and(|cold| cache::evict(cold).files == 0)
    {
        bail!(
            "--cold has the system forget files, but no argument of the workload names one that it \
             can forget: name files or folders, as in `compare --cold checksum DIR`"
        );
    }
    let bench = Bench {
        args: workload,
        stdin: &stdin,
        give_up_after: args.give_up_after,
        cold: cold.as_deref(),
        interrupts: &interrupts,
    };
    if workload.is_empty() {
        return tour::run(args, &bench, &build, &outputs);
    }
    let served = match pages::serve(&bench, &build, args.quiet)? {
        Compared::Fully(served) => served,
        Compared::BadUsage(message) => return refused(&message),
    };
    let bench = Bench {
        args: &served.workload,
        ..bench
    };
    let mut programs = programs(&build);
    programs.extend(python.iter().flat_map(python::programs));
    let setup = Setup {
        command: command_line(),
        workload: shown,
        note: served.note.clone(),
        programs,
        python: python.map(|python| python.name),
        plan: args.plan(),
        quiet: args.quiet || args.quick,
    };
    match found::compare(&bench, &setup)? {
        Compared::Fully(found) => {
            outputs.print(&found.document)?;
            let pictures = also(args, &build, &bench)?;
            outputs.write(&found, pictures)?;
            Ok(found.document.exit_code)
        }
        Compared::BadUsage(message) => refused(&message),
    }
}

/// Hands on what the binaries say of their command line.
fn refused(message: &str) -> anyhow::Result<u8> {
    eprint!("{message}");
    Ok(2)
}

/// What the page is to show besides the comparison.
fn also(args: &Args, build: &Build, bench: &Bench<'_>) -> anyhow::Result<Pictures> {
    let interrupts = bench.interrupts;
    let mut pictures = Pictures::default();
    if args.also.contains(&Also::Scale) {
        pictures.scaling = Some(scale::curves(build, bench, args.quiet)?);
    }
    if args.also.contains(&Also::Breakeven) {
        pictures.break_even = Some(breakeven::curves(build, interrupts, args.quiet)?);
    }
    if args.also.contains(&Also::Survive) {
        pictures.survival = Some(survive::survey(build, interrupts, args.quiet)?);
    }
    Ok(pictures)
}

/// What came of comparing one workload.
pub(crate) enum Compared<T> {
    /// All programs ran.
    Fully(T),
    /// The binaries refuse the command line; this is what they say.
    BadUsage(String),
}

/// Runs programs in rounds, silently.
pub(crate) fn rounds(
    bench: &Bench<'_>,
    programs: &[Program],
    plan: Plan,
) -> anyhow::Result<Comparison> {
    match rounds::run(bench, programs, plan, &Progress::new(true))? {
        Compared::Fully(ran) => Ok(ran.comparison),
        Compared::BadUsage(message) => bail!("{}", message.trim_end()),
    }
}

/// The reference and the three patterns.
pub(crate) fn programs(build: &Build) -> Vec<Program> {
    let program = |pattern| Program::new(pattern, build.binary(pattern));
    Pattern::ALL.map(program).into()
}

/// What the binary says if it refused its command line: that comes before anything is printed.
pub(crate) fn refusal(run: &mut Run) -> anyhow::Result<Option<String>> {
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

/// The binaries know best what a workload takes: if that is asked, they answer, and this is the exit
/// code.
pub(crate) fn answer(build: &Build, workload: &[OsString]) -> anyhow::Result<Option<u8>> {
    let asks = ["--help", "-h", "--version", "-V"];
    if !workload.iter().any(|arg| asks.iter().any(|ask| arg == ask)) {
        return Ok(None);
    }
    let mut reference = Command::new(build.binary(Pattern::Sequential));
    let status = reference.args(workload).status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Some(code.unwrap_or(1)))
}

/// The arguments on one line, those with blanks quoted.
pub(crate) fn label(workload: &[OsString]) -> String {
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

#[cfg(test)]
#[cfg(unix)]
mod tests;
