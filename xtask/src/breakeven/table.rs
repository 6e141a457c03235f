//! The two tables: times the loop by the time per job, and what moving data costs.

use super::document::Document;
use super::moving::Payload;
use crate::document::Spread;
use crate::print::{Form, bytes, numbers, seconds, times};

/// How many times faster than the loop each pattern is, a line for each size.
pub(super) fn sizes(of: &Document, form: Form) -> String {
    let mut header = vec!["time per job".to_owned()];
    for curve in &of.curves {
        header.extend([curve.pattern.name().to_owned(), "±".to_owned()]);
    }
    let sizes = of.curves.first().map_or(0, |curve| curve.points.len());
    let rows = (0..sizes).map(|at| {
        let points = of.curves.iter().filter_map(|curve| curve.points.get(at));
        let mut row = Vec::new();
        for point in points {
            if row.is_empty() {
                row.push(seconds(point.loop_per_job));
            }
            let ratio = format!("{}x", times(point.times_loop.median));
            row.extend([ratio, reach(&point.times_loop)]);
        }
        row
    });
    numbers(header, rows.collect(), form)
}

/// What payloads cost, a line for each size.
pub(super) fn payloads(of: &Document, form: Form) -> String {
    let header = [
        "payload",
        "loop",
        "threads",
        "processes",
        "more",
        "±",
        "speed",
        "worth from",
    ];
    let row = |of: &Payload| {
        let speed = |rate: f64| format!("{:.2} GB/s", rate / 1e9);
        vec![
            bytes(of.bytes.into()),
            seconds(of.in_loop.median),
            seconds(of.threads.median),
            seconds(of.processes.median),
            // Where noise exceeds it, it may be negative.
            if of.more.median > 0.0 {
                seconds(of.more.median)
            } else {
                "nothing".to_owned()
            },
            reach(&of.more),
            or_none(of.bytes_per_second.map(speed)),
            match of.worth_from {
                Some(from) if from > 0.0 => seconds(from),
                Some(_) => "any".to_owned(),
                None => "never".to_owned(),
            },
        ]
    };
    let rows = of.payloads.iter().map(row).collect();
    numbers(header.map(str::to_owned).into(), rows, form)
}

fn reach(of: &Spread) -> String {
    or_none(of.reach().map(|reach| format!("{:.0}%", reach * 100.0)))
}

fn or_none(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "-".to_owned())
}
