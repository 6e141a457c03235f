//! What a table says of a program, column by column.

use super::number::{bytes, count, seconds, times};
use crate::document::{Entry, Output};

/// A column of the table.
pub(super) struct Column {
    /// What stands above it.
    pub(super) name: &'static str,
    /// Whether it is shown only where there is room.
    pub(super) wide: bool,
    /// Whether it is a number.
    pub(super) right: bool,
    /// What it says.
    pub(super) cell: fn(&Entry) -> String,
}

const fn narrow(name: &'static str, cell: fn(&Entry) -> String) -> Column {
    Column {
        name,
        wide: false,
        right: true,
        cell,
    }
}

const fn wide(name: &'static str, cell: fn(&Entry) -> String) -> Column {
    Column {
        wide: true,
        ..narrow(name, cell)
    }
}

const fn text(name: &'static str, cell: fn(&Entry) -> String) -> Column {
    Column {
        right: false,
        ..narrow(name, cell)
    }
}

/// All of them, from left to right.
pub(super) const COLUMNS: [Column; 23] = [
    text("program", |of| of.name.clone()),
    narrow("wall", |of| {
        or_none(of.wall.map(|wall| wall.median).map(seconds))
    }),
    narrow("±", |of| {
        let reach = of.wall.and_then(|wall| wall.reach());
        or_none(reach.map(|reach| format!("{:.0}%", reach * 100.0)))
    }),
    narrow("vs loop", |of| {
        or_none(
            of.times_loop
                .map(|ratio| format!("{}x", times(ratio.median))),
        )
    }),
    wide("from", |of| {
        or_none(
            of.times_loop
                .and_then(|ratio| ratio.low)
                .map(|low| format!("{}x", times(low))),
        )
    }),
    wide("to", |of| {
        or_none(
            of.times_loop
                .and_then(|ratio| ratio.high)
                .map(|high| format!("{}x", times(high))),
        )
    }),
    wide("CPU", |of| or_none(of.cpu.map(seconds))),
    narrow("cores", |of| {
        or_none(of.cores.map(|cores| format!("{cores:.2}")))
    }),
    narrow("memory", |of| {
        let peak = of.inside.as_ref().and_then(|inside| inside.peak_memory);
        // A run that ended before the first look has none to show.
        or_none(peak.filter(|peak| *peak > 0).map(bytes))
    }),
    narrow("jobs/s", |of| or_none(of.jobs_per_second.map(count))),
    wide("start", |of| or_none(of.startup.map(seconds))),
    wide("run", |of| or_none(of.running.map(seconds))),
    wide("stop", |of| or_none(of.shutdown.map(seconds))),
    wide("p50", |of| {
        or_none(job_times(of, |times| times.p50).map(seconds))
    }),
    wide("p95", |of| {
        or_none(job_times(of, |times| times.p95).map(seconds))
    }),
    wide("p99", |of| {
        or_none(job_times(of, |times| times.p99).map(seconds))
    }),
    wide("compute", |of| share(of, |shares| shares.computing)),
    wide("wait", |of| share(of, |shares| shares.waiting)),
    wide("move", |of| share(of, |shares| shares.moving)),
    wide("idle", |of| share(of, |shares| shares.idle)),
    wide("gave up core", |of| {
        or_none(of.switches.map(|switches| count(switches.voluntary as f64)))
    }),
    wide("lost core", |of| {
        or_none(
            of.switches
                .map(|switches| count(switches.involuntary as f64)),
        )
    }),
    text("output", |of| output(of.output).to_owned()),
];

fn output(output: Output) -> &'static str {
    match output {
        Output::Reference => "reference",
        Output::Same => "same",
        Output::Differs => "DIFFERS",
        Output::FailsOtherwise => "FAILS OTHERWISE",
        Output::Stopped => "stopped",
        // How is told below the table.
        Output::Lost => "run lost",
    }
}

fn job_times(of: &Entry, what: fn(&crate::document::JobTimes) -> f64) -> Option<f64> {
    of.inside.as_ref()?.job_times.as_ref().map(what)
}

fn share(of: &Entry, what: fn(&crate::document::Shares) -> f64) -> String {
    let shares = of.inside.as_ref().and_then(|inside| inside.shares.as_ref());
    or_none(shares.map(|shares| format!("{:.0}%", what(shares) * 100.0)))
}

fn or_none(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "-".to_owned())
}
