//! Invented observations and cells, for tests.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use super::Cell;
use super::fate::{Fate, Left, Lost, Reported};
use super::kind::Kind;
use super::listen::Line;
use super::observe::Observation;
use super::promise::{Promise, promise};
use super::trial::{self, CULPRIT, JOBS};
use crate::measure::{End, Failure, LeftBehind, Report};
use crate::pattern::Pattern;

/// The line of a job. Each comes a millisecond after that of the job before.
pub(super) fn line(job: usize) -> Line {
    thread_local! {
        static BEGAN: Instant = Instant::now();
    }
    let millis = u64::try_from(job).unwrap();
    Line {
        text: job.to_string(),
        at: BEGAN.with(|began| *began) + Duration::from_millis(millis),
    }
}

/// A run that lost nothing but the culprit, which failed with this message.
pub(super) fn seen(message: &str) -> Observation {
    let failure = Failure {
        index: CULPRIT,
        kind: "failed".to_owned(),
        message: message.to_owned(),
    };
    Observation {
        end: End::Exit(3),
        report: Some(Report {
            workers: trial::WORKERS,
            jobs: JOBS,
            failed: BTreeMap::from([("failed".to_owned(), 1)]),
            failures: vec![failure],
            left_behind: LeftBehind {
                threads: Some(0),
                descriptors: Some(0),
                processes: Some(0),
            },
            ..Report::default()
        }),
        lines: trial::healthy().map(line).collect(),
        last_words: None,
        processes: Some(0),
        files: Vec::new(),
    }
}

/// A cell that is as promised.
pub(super) fn kept(kind: Kind, pattern: Pattern) -> Cell {
    let promise = promise(kind, pattern);
    let lasts = if kind.is_endless() { 505 } else { 0 };
    let went_on_after = Some(Duration::from_millis(lasts));
    let (reported, threads) = match promise {
        Promise::OnlyTheCulprit {
            reported,
            deaths,
            threads,
        } => {
            let failed = Reported::Failed {
                kind: reported.to_owned(),
                death: deaths.first().copied(),
            };
            (failed, threads)
        }
        Promise::Dies(deaths) => (Reported::Died(deaths[0]), 0),
        Promise::NeverEnds => (Reported::NeverEnded(Duration::from_secs(2)), 0),
    };
    let is_lost = !matches!(promise, Promise::OnlyTheCulprit { .. });
    let inside = |n| Some(n).filter(|_| !is_lost);
    Cell {
        kind,
        pattern,
        fate: Fate {
            lost: if is_lost { Lost::Run } else { Lost::Culprit },
            missing: if is_lost { CULPRIT } else { 0 },
            reported,
            went_on_after: went_on_after.filter(|_| !is_lost),
            left: Left {
                threads: inside(threads),
                descriptors: inside(0),
                processes: Some(0),
                files: Vec::new(),
            },
        },
        promise,
        breaches: Vec::new(),
        last_words: None,
    }
}

/// A cell that was to lose the culprit only, and lost the run.
pub(super) fn broken(kind: Kind, pattern: Pattern) -> Cell {
    let mut cell = kept(kind, pattern);
    cell.fate.lost = Lost::Run;
    cell.fate.reported = Reported::Died(End::Signal(9));
    cell.breaches = cell.promise.breaches(&cell.fate);
    cell
}

/// Every cell, as promised.
pub(super) fn all() -> Vec<Cell> {
    let kinds = Kind::value_variants().iter();
    let cells = kinds.flat_map(|kind| Pattern::ALL.map(|pattern| kept(*kind, pattern)));
    cells.collect()
}
