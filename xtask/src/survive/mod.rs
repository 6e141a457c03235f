//! `survive`: one job of many misbehaves, in every way on every pattern. What it takes with it is
//! held against what the documentation promises.

mod args;
mod fate;
#[cfg(test)]
mod invented;
mod json;
mod kind;
mod listen;
mod markdown;
mod observe;
mod orphans;
mod promise;
mod summary;
mod table;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
mod trial;
mod words;

use std::time::Duration;

use anyhow::Context;

use crate::cargo::{self, Build};
use crate::measure::{Interrupts, system};
use crate::page::Survival;
use crate::pattern::Pattern;
use crate::print::{self, say};

pub(crate) use args::Args;
use args::Format;
use fate::Fate;
use kind::Kind;
use observe::observe;
use promise::{Breach, Promise, promise};

/// How often a run is made that takes next to no time.
const ROUNDS: usize = 3;

/// How long a run may take that is to end. Much more than it takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long after its time limit a run is given up that is never to end: nothing can prove that it
/// would not, and this much later nobody would call it in time.
const ENOUGH: Duration = Duration::from_secs(2);

/// What came of one kind on one pattern, and what was to come of it.
#[derive(Debug)]
struct Cell {
    kind: Kind,
    pattern: Pattern,
    fate: Fate,
    promise: Promise,
    breaches: Vec<Breach>,
    /// The last line that the program wrote on stderr.
    last_words: Option<String>,
}

/// Builds, runs, judges, prints; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let build = cargo::build(args.quiet);
    interrupts.check()?;
    let build = build?;
    orphans::adopt()?;
    system::write_no_core_files();
    let cells = cells(args, &build, &interrupts)?;
    say(&match args.format {
        Format::Table => table::table(&cells),
        Format::Json => json::json(&cells)?,
        Format::Markdown => markdown::markdown(&cells),
    })?;
    let is_as_promised = cells.iter().all(Cell::is_as_promised);
    Ok(u8::from(!is_as_promised))
}

/// What each kind takes with it on each pattern, as a table of a page.
pub(crate) fn survey(
    build: &Build,
    interrupts: &Interrupts,
    quiet: bool,
) -> anyhow::Result<Survival> {
    orphans::adopt()?;
    system::write_no_core_files();
    let args = Args {
        quiet,
        ..Args::default()
    };
    let cells = cells(&args, build, interrupts)?;
    let lost = |kind: Kind| {
        let of_kind = cells.iter().filter(|cell| cell.kind == kind);
        let lost = of_kind.map(|cell| words::lost(&cell.fate)).collect();
        (kind.name().to_owned(), lost)
    };
    let patterns = args.patterns().into_iter();
    Ok(Survival {
        columns: patterns.map(|pattern| pattern.name().to_owned()).collect(),
        rows: args.kinds().into_iter().map(lost).collect(),
    })
}

fn cells(args: &Args, build: &Build, interrupts: &Interrupts) -> anyhow::Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for kind in args.kinds() {
        for pattern in args.patterns() {
            let what = format!("{} on {}", kind.name(), pattern.in_words());
            let progress = print::spinner(what, args.quiet);
            cells.push(cell(kind, pattern, build, interrupts)?);
            progress.finish_and_clear();
        }
    }
    Ok(cells)
}

/// What a kind does to a pattern: the run that broke the promise if one did, or else the one in
/// which the others went on after a time that is neither the shortest nor the longest.
fn cell(
    kind: Kind,
    pattern: Pattern,
    build: &Build,
    interrupts: &Interrupts,
) -> anyhow::Result<Cell> {
    let promise = promise(kind, pattern);
    let patience = match promise {
        Promise::NeverEnds => trial::LIMIT + ENOUGH,
        _ => PATIENCE,
    };
    let mut cells = Vec::new();
    for _ in 0..if kind.is_quick() { ROUNDS } else { 1 } {
        let seen = observe(build.binary(pattern), kind, patience, interrupts)?;
        let fate = Fate::of(&seen);
        let cell = Cell {
            kind,
            pattern,
            breaches: promise.breaches(&fate),
            fate,
            promise,
            last_words: seen.last_words,
        };
        if !cell.is_as_promised() {
            return Ok(cell);
        }
        cells.push(cell);
    }
    cells.sort_by_key(|cell| cell.fate.went_on_after);
    Ok(cells.swap_remove(cells.len() / 2))
}

impl Cell {
    fn is_as_promised(&self) -> bool {
        self.breaches.is_empty()
    }
}
