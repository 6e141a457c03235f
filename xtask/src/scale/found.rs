//! From the runs to the document that says what was found.

use std::time::{Duration, SystemTime};

use super::curve::{Curve, Point, Ran};
use super::document::{Document, SCHEMA};
use super::sweep::Entrant;
use crate::compare::{command_line, differences};
use crate::decide::{Comparison, Row, Timed, spread, warnings};
use crate::measure::{Machine, Taken};
use crate::pattern::Pattern;
use crate::print;

/// What ran, and where.
pub(super) struct Setting<'a> {
    /// The workload with its arguments.
    pub(super) workload: String,
    pub(super) entrants: &'a [Entrant],
    pub(super) cores: usize,
    /// What others took meanwhile.
    pub(super) taken: Option<Taken>,
}

/// Sums it up.
pub(super) fn document(ran: &Comparison, setting: &Setting<'_>) -> Document {
    let machine = Machine::look();
    let walls = ran.rows.iter().filter(|row| row.is_sound());
    let shortest: Duration = walls.map(|row| row.first.wall).min().unwrap_or_default();
    let warnings = warnings(&machine, setting.taken, shortest);
    let jobs = ran.report().map(|report| report.jobs);
    let in_loop = ran.rows.first().map(runs).unwrap_or_default();
    let rates = in_loop.iter();
    let rates = rates.filter_map(|run| Some(jobs? as f64 / run.running));
    let rates: Vec<_> = rates.collect();
    let is_fair = !ran.differs() && !ran.was_stopped();
    let curves = Pattern::ALL.into_iter().filter_map(|pattern| {
        let rows = ran.rows.iter().zip(setting.entrants);
        let rows = rows.filter(|(row, _)| row.program.pattern == pattern && row.is_sound());
        let point = |(row, entrant): (&Row, &Entrant)| {
            Point::of(jobs?, entrant.workers, runs(row), &in_loop)
        };
        let is_curve = is_fair && pattern != Pattern::Sequential;
        is_curve.then(|| Curve::of(pattern, rows.filter_map(point).collect(), setting.cores))?
    });
    let lost = ran.rows.iter().filter_map(|row| {
        let note = print::of_row(row)?;
        Some(format!("{}: {note}.", row.program.name))
    });
    Document {
        schema: SCHEMA,
        made: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        command: command_line(),
        workload: setting.workload.clone(),
        jobs,
        machine,
        cores: setting.cores,
        others: setting.taken.map(|taken| taken.others),
        stolen: setting.taken.map(|taken| taken.steal),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        rounds: ran.rounds,
        loop_jobs_per_second: spread(&rates),
        curves: curves.collect(),
        notes: print::notes(ran).into_iter().chain(lost).collect(),
        differences: differences(ran),
        exit_code: ran.exit_code(),
    }
}

/// The timed runs of a program.
fn runs(row: &Row) -> Vec<Ran> {
    let run = |timed: &Timed| {
        let report = timed.measured.report.as_ref()?;
        Some(Ran {
            round: timed.round,
            // The clock is not so fine that this could be zero, but nothing is to be divided by it.
            running: timed.measured.running()?.max(1e-9),
            startup: report.startup?,
            shutdown: report.shutdown?,
        })
    };
    row.runs.iter().filter_map(run).collect()
}
