//! What came of one culprit on one pattern: what an observation means, without judging it.

use std::time::Duration;

use super::observe::Observation;
use super::trial::{self, CULPRIT};
use crate::measure::{End, Report};

/// What came of one culprit on one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    /// What was lost.
    pub(super) lost: Lost,
    /// Healthy jobs that have no line on stdout.
    pub(super) missing: usize,
    /// How that was reported.
    pub(super) reported: Reported,
    /// From the last line before the culprit's chunk to the first line after the culprit: what the
    /// others had to wait, as far as it is seen from outside.
    pub(super) went_on_after: Option<Duration>,
    /// What was left behind.
    pub(super) left: Left,
}

/// What was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// Not even the culprit.
    Nothing,
    /// The culprit alone.
    Culprit,
    /// Jobs of the culprit's chunk as well.
    Chunk,
    /// Jobs of other chunks as well.
    Others,
    /// The run: the program died, or never ended.
    Run,
    /// Nobody can say: lines came that no job prints, or not in order.
    Order,
}

/// How it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reported {
    /// As a failed job of this kind, with the exit code for it; of a crash it is known how the
    /// worker ended.
    Failed {
        /// The kind of error.
        kind: String,
        /// How the worker process ended, if it did.
        death: Option<End>,
    },
    /// Not at all: the run says that all went well.
    Not,
    /// The program itself ended so.
    Died(End),
    /// Not at all: the run did not end in this time.
    NeverEnded(Duration),
}

/// What was left behind, as far as the system tells.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Left {
    /// Threads that outlived the pattern; unknown when the program could not tell.
    pub(super) threads: Option<usize>,
    /// Descriptors that outlived the pattern; unknown when the program could not tell.
    pub(super) descriptors: Option<usize>,
    /// Processes that outlived the pattern, or even the program.
    pub(super) processes: Option<usize>,
    /// Files that outlived the program.
    pub(super) files: Vec<String>,
}

impl Fate {
    /// What an observation means.
    pub(super) fn of(seen: &Observation) -> Self {
        let printed: Option<Vec<usize>> = printed(seen);
        let failed = |job: &usize| {
            let failures = seen.report.iter().flat_map(|report| &report.failures);
            failures.into_iter().any(|failure| failure.index == *job)
        };
        let lines = printed.as_deref().unwrap_or_default();
        let missing = trial::healthy().filter(|job| !lines.contains(job) || failed(job));
        let missing: Vec<usize> = missing.collect();
        let lost = match &whole(seen) {
            None => Lost::Run,
            Some(_) if printed.is_none() => Lost::Order,
            Some(_) if missing.iter().any(|job| !trial::chunk().contains(job)) => Lost::Others,
            Some(_) if !missing.is_empty() => Lost::Chunk,
            Some(_) if lines.contains(&CULPRIT) || !failed(&CULPRIT) => Lost::Nothing,
            Some(_) => Lost::Culprit,
        };
        Self {
            lost,
            missing: missing.len(),
            reported: reported(seen),
            went_on_after: went_on_after(seen),
            left: left(seen),
        }
    }
}

/// The report of a run that came to its end.
fn whole(seen: &Observation) -> Option<&Report> {
    let report = seen.report.as_ref();
    report.filter(|_| matches!(seen.end, End::Exit(0 | 3)))
}

/// The jobs that have a line, or nothing if the lines are not those of jobs, in order.
fn printed(seen: &Observation) -> Option<Vec<usize>> {
    let jobs = seen.lines.iter().map(|line| line.text.parse().ok());
    let jobs: Vec<usize> = jobs.collect::<Option<_>>()?;
    let is_in_order = jobs.is_sorted_by(|one, next| one < next);
    (is_in_order && jobs.iter().all(|job| *job < trial::JOBS)).then_some(jobs)
}

fn reported(seen: &Observation) -> Reported {
    if let End::GaveUp(limit) = seen.end {
        return Reported::NeverEnded(limit);
    }
    let Some(report) = whole(seen) else {
        return Reported::Died(seen.end);
    };
    let mut failures = report.failures.iter();
    match failures.find(|failure| failure.index == CULPRIT) {
        Some(failure) if seen.end == End::Exit(3) => Reported::Failed {
            kind: failure.kind.clone(),
            death: death(&failure.message),
        },
        _ => Reported::Not,
    }
}

/// How a worker ended, from the words for it: `... signal 9 (SIGKILL) ...`, `... exit code 7 ...`.
fn death(message: &str) -> Option<End> {
    let number = |after: &str| -> Option<i32> {
        let (_, rest) = message.split_once(after)?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    };
    let signal = number("crashed its worker: signal ").map(End::Signal);
    signal.or_else(|| number("crashed its worker: exit code ").map(End::Exit))
}

fn went_on_after(seen: &Observation) -> Option<Duration> {
    let came = |wanted: &dyn Fn(usize) -> bool| {
        let is_wanted = |text: &str| text.parse().is_ok_and(wanted);
        let mut lines = seen.lines.iter();
        lines.find(|line| is_wanted(&line.text)).map(|line| line.at)
    };
    let before = came(&|job| job == trial::chunk().start - 1)?;
    let after = came(&|job| job > CULPRIT)?;
    Some(after.saturating_duration_since(before))
}

fn left(seen: &Observation) -> Left {
    let inside = whole(seen).map(|report| report.left_behind);
    let inside = inside.unwrap_or_default();
    Left {
        threads: inside.threads,
        descriptors: inside.descriptors,
        processes: seen.processes.max(inside.processes),
        files: seen.files.clone(),
    }
}

#[cfg(test)]
#[path = "fate_tests.rs"]
mod tests;
