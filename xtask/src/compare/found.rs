//! From the runs of one workload to the document that says what was found.

use std::time::SystemTime;

use super::Compared;
use super::rounds::{self, Joblogs, Plan, Ran};
use super::schedule;
use crate::decide::{self, Comparison, Finding, Setting};
use crate::document::{self, Cache, Document};
use crate::measure::{Bench, Machine, Program, Taken, Watch};
use crate::print::{self, Progress};

/// What is to be compared.
pub(super) struct Setup {
    /// The command that asked for it.
    pub(super) command: String,
    /// What is shown of the workload.
    pub(super) workload: String,
    /// What is to be known of it.
    pub(super) note: Option<String>,
    /// The reference first.
    pub(super) programs: Vec<Program>,
    /// The interpreter of those that are not ours, if there are any.
    pub(super) python: Option<String>,
    pub(super) plan: Plan,
    pub(super) quiet: bool,
}

/// What was found, and where the jobs are told of one by one.
pub(super) struct Found {
    pub(super) document: Document,
    pub(super) joblogs: Joblogs,
}

/// Runs everything, and sums it up.
pub(super) fn compare(bench: &Bench<'_>, setup: &Setup) -> anyhow::Result<Compared<Found>> {
    let progress = Progress::new(setup.quiet);
    let watch = Watch::start();
    let ran = rounds::run(bench, &setup.programs, setup.plan, &progress)?;
    let taken = watch.stop();
    progress.clear();
    Ok(match ran {
        Compared::BadUsage(message) => Compared::BadUsage(message),
        Compared::Fully(Ran {
            comparison,
            joblogs,
        }) => Compared::Fully(Found {
            document: document(bench, setup, &comparison, taken),
            joblogs,
        }),
    })
}

fn document(
    bench: &Bench<'_>,
    setup: &Setup,
    comparison: &Comparison,
    taken: Option<Taken>,
) -> Document {
    let machine = Machine::look();
    let shortest = comparison.rows.iter().filter(|row| row.is_sound());
    let shortest = shortest.map(|row| row.first.wall).min().unwrap_or_default();
    let warnings = decide::warnings(&machine, taken, shortest);
    let report = comparison.report();
    // The reference has one worker, whatever it is told.
    let reports = comparison
        .rows
        .iter()
        .filter_map(|row| row.first.report.as_ref());
    let workers = reports.map(|report| report.workers).max();
    let setting = Setting {
        jobs: report.map_or(0, |report| report.jobs),
        workers: workers.unwrap_or(1),
        gil: report.is_some_and(|report| report.gil),
    };
    let mut programs = decide::entries(comparison);
    for (entry, row) in programs.iter_mut().zip(&comparison.rows) {
        entry.note = print::of_row(row);
    }
    let beside = setup.python.as_ref();
    let beside = beside.and_then(|python| print::beside(python, &programs));
    let no_verdict = why_no_verdict(comparison, setup.plan);
    let verdict = match no_verdict {
        None => decide::verdict(&programs, &setting),
        Some(_) => None,
    };
    Document {
        schema: document::SCHEMA,
        made: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        command: setup.command.clone(),
        workload: setup.workload.clone(),
        jobs: report.map(|report| report.jobs),
        sampled_from: report.and_then(|report| report.sampled_from),
        workers,
        rounds: comparison.rounds,
        cache: if bench.cold.is_some() {
            Cache::Cold
        } else {
            Cache::Warm
        },
        machine,
        others: taken.map(|taken| taken.others),
        stolen: taken.map(|taken| taken.steal),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        notes: (print::notes(comparison).into_iter())
            .chain(beside)
            .chain(setup.note.clone())
            .collect(),
        differences: differences(comparison),
        verdict: verdict.map(|verdict| print::advice(&verdict, setting.workers)),
        no_verdict,
        exit_code: comparison.exit_code(),
        programs,
    }
}

/// Why the runs are not ranked, if they are not.
fn why_no_verdict(of: &Comparison, plan: Plan) -> Option<String> {
    if of.differs() {
        return Some("No verdict: outputs that differ are not ranked.".to_owned());
    }
    if of.was_stopped() {
        return Some("No verdict: the runs ended early, where is a matter of timing.".to_owned());
    }
    if !of.rows.iter().any(|row| row.is_sound()) {
        return Some("No verdict: no run came to its end.".to_owned());
    }
    match plan {
        Plan::Quick { .. } => Some("No verdict: one look is too little to judge by.".to_owned()),
        Plan::Rounds(Some(rounds)) if rounds < schedule::FEWEST => Some(format!(
            "No verdict: {} rounds at least are needed to say how sure it is.",
            schedule::FEWEST
        )),
        Plan::Rounds(_) => None,
    }
}

/// How outputs differ from the base, program by program.
pub(crate) fn differences(of: &Comparison) -> Vec<String> {
    let base = of.base().map_or("base", |base| base.program.name.as_str());
    let of_row = |row: &decide::Row| match &row.finding {
        Finding::Differs(found) => Some(print::difference(base, &row.program.name, found)),
        _ => None,
    };
    of.rows.iter().filter_map(of_row).collect()
}
