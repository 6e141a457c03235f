//! A comparison as CSV: one row a timed run, for a spreadsheet or a plot of one's own.

use anyhow::Context;

use crate::document::{Document, Entry, Timed};

const HEADER: [&str; 13] = [
    "workload", "program", "pattern", "output", "jobs", "workers", "round", "place", "wall", "cpu",
    "startup", "shutdown", "read",
];

/// With a header. Times are in seconds, sizes in bytes.
pub(crate) fn csv(of: &Document) -> anyhow::Result<String> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(HEADER)?;
    for entry in &of.programs {
        for run in &entry.runs {
            csv.write_record(row(of, entry, run))?;
        }
    }
    let bytes = csv.into_inner().context("cannot finish the CSV")?;
    Ok(String::from_utf8(bytes)?)
}

fn row(of: &Document, entry: &Entry, run: &Timed) -> [String; HEADER.len()] {
    let number = |number: Option<usize>| number.map_or_else(String::new, |n| n.to_string());
    let time = |time: Option<f64>| time.map_or_else(String::new, |time| time.to_string());
    [
        of.workload.clone(),
        entry.name.clone(),
        entry.pattern.name().to_owned(),
        entry.output.name().to_owned(),
        number(of.jobs),
        number(of.workers),
        run.round.to_string(),
        run.place.to_string(),
        run.wall.to_string(),
        run.cpu.to_string(),
        time(run.startup),
        time(run.shutdown),
        run.read.to_string(),
    ]
}
