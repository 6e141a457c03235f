//! `bench`: ours against the peers that it is to be measured by, each row with its target.

mod args;
mod document;
mod found;
#[cfg(test)]
mod invented;
mod judge;
mod markdown;
mod rounds;
mod row;
mod rows;
mod side;
mod table;
mod words;

use std::ffi::OsStr;

use anyhow::Context;

use crate::cargo;
use crate::measure::{Interrupts, Watch};
use crate::print::{Progress, say};
use crate::python::{self, Python};

pub(crate) use args::Args;
use args::Format;
use row::Programs;
use side::Runner;

/// Builds, measures, decides, prints; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let rows = args.pick(rows::all(args.long))?;
    // One that is named must be there; without one, some rows are left out.
    let python = match &args.python {
        Some(python) => Some(Python::find(python)?),
        None => Python::find(OsStr::new(python::DEFAULT)).ok(),
    };
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let program = cargo::build_one("tests", "peers", args.quiet);
    interrupts.check()?;
    let runner = Runner {
        programs: Programs {
            rust: &program?,
            python: python.as_ref().map(Python::file),
        },
        interrupts: &interrupts,
    };
    let progress = Progress::new(args.quiet);
    let watch = Watch::start();
    let ran = rounds::run(&runner, &rows, args.rounds(), &progress);
    let taken = watch.stop();
    progress.clear();
    let python = python.map(|python| python.name);
    let document = found::document(&rows, ran?, args.rounds(), python, taken);
    say(&match args.format {
        Format::Table => table::text(&document),
        Format::Json => serde_json::to_string_pretty(&document)?,
        Format::Markdown => markdown::markdown(&document),
    })?;
    Ok(0)
}
