//! The words for what was found and what was promised, the same in every format.

use std::time::Duration;

use super::Cell;
use super::fate::{Fate, Left, Lost, Reported};
use super::promise::Promise;
use super::trial::{CHUNK, JOBS, WORKERS};
use crate::measure::End;
use crate::print::{self, duration};

/// What was lost.
pub(super) fn lost(fate: &Fate) -> String {
    match fate.lost {
        Lost::Nothing => "nothing".to_owned(),
        Lost::Culprit => "the culprit".to_owned(),
        Lost::Chunk => "its chunk".to_owned(),
        Lost::Others => format!("{} others", fate.missing),
        Lost::Run => "whole run".to_owned(),
        Lost::Order => "the order".to_owned(),
    }
}

/// How it was reported.
pub(super) fn reported(fate: &Fate) -> String {
    match &fate.reported {
        Reported::Failed { kind, death: None } => kind.clone(),
        Reported::Failed {
            kind,
            death: Some(death),
        } => format!("{kind}: {}", end(*death)),
        Reported::Not => "not at all".to_owned(),
        Reported::Died(death) => format!("died: {}", end(*death)),
        Reported::NeverEnded(_) => "never ended".to_owned(),
    }
}

/// How long until the others went on. What is below a millisecond is less than what the look from
/// outside costs.
pub(super) fn went_on(fate: &Fate) -> String {
    match fate.went_on_after {
        Some(after) if after < Duration::from_millis(1) => "at once".to_owned(),
        Some(after) => duration(after),
        None => "never".to_owned(),
    }
}

/// What was left behind.
pub(super) fn left(left: &Left) -> String {
    let parts = [
        (left.threads.unwrap_or_default(), "thread"),
        (left.descriptors.unwrap_or_default(), "descriptor"),
        (left.processes.unwrap_or_default(), "process"),
        (left.files.len(), "file"),
    ];
    let found = parts.into_iter().filter(|(n, _)| *n > 0);
    let found: Vec<_> = found.map(|(n, what)| count(n, what)).collect();
    if found.is_empty() {
        return "nothing".to_owned();
    }
    found.join(", ")
}

/// What was promised, in the words of the table.
pub(super) fn promised(promise: Promise) -> String {
    let any = |deaths: &[End]| {
        let deaths = deaths.iter().map(|death| end(*death));
        deaths.collect::<Vec<_>>().join(" or ")
    };
    match promise {
        Promise::OnlyTheCulprit {
            reported,
            deaths,
            threads,
        } => {
            let by = match deaths {
                [] => String::new(),
                deaths => format!(": {}", any(deaths)),
            };
            let left = match threads {
                0 => "nothing".to_owned(),
                threads => count(threads, "thread"),
            };
            facts("the culprit", &format!("{reported}{by}"), &left)
        }
        Promise::Dies(deaths) => facts("whole run", &format!("died: {}", any(deaths)), "nothing"),
        Promise::NeverEnds => facts("whole run", "never ended", "nothing"),
    }
}

/// What was promised and what came instead.
pub(super) fn breach(cell: &Cell) -> String {
    let fate = &cell.fate;
    let mut text = format!(
        "{} on {}. Promised: {}. Found: {}",
        cell.kind.name(),
        cell.pattern.in_words(),
        promised(cell.promise),
        facts(&lost(fate), &reported(fate), &left(&fate.left)),
    );
    if !fate.left.files.is_empty() {
        text += &format!(" ({})", fate.left.files.join(", "));
    }
    // Of a run that came to its end, they are the summary.
    let last_words = cell.last_words.as_ref();
    if let Some(words) = last_words.filter(|_| fate.lost == Lost::Run) {
        text += &format!(". It last said: {words}");
    }
    text
}

fn facts(lost: &str, reported: &str, left: &str) -> String {
    format!("{lost} lost, reported as {reported}, {left} left behind")
}

/// The run, in a line.
pub(super) fn run() -> String {
    format!(
        "One job of {JOBS} misbehaves: what does it take with it? ({WORKERS} workers, chunks of \
         {CHUNK})"
    )
}

/// Whether all is well, in a sentence.
pub(super) fn conclusion(cells: &[Cell]) -> String {
    let broken = cells.iter().filter(|cell| !cell.is_as_promised()).count();
    match (broken, cells.len()) {
        (0, 1) => "It is as the documentation promises.".to_owned(),
        (0, all) => format!("All {all} are as the documentation promises."),
        (broken, all) => format!("{broken} of {all} are not as the documentation promises:"),
    }
}

/// How a process ended.
fn end(end: End) -> String {
    match end {
        End::Signal(number) => {
            print::signal_name(number).map_or_else(|| format!("signal {number}"), str::to_owned)
        }
        End::Exit(code) => format!("exit {code}"),
        End::GaveUp(limit) => format!("killed after {}", duration(limit)),
    }
}

fn count(n: usize, what: &str) -> String {
    match (n, what) {
        (1, _) => format!("1 {what}"),
        (_, "process") => format!("{n} processes"),
        _ => format!("{n} {what}s"),
    }
}
