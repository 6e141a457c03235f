//! The runs as CSV, a row each.

use anyhow::Context;

use super::document::Document;

const HEADER: [&str; 8] = [
    "workload", "pattern", "workers", "jobs", "round", "running", "startup", "shutdown",
];

/// With a header. Times are in seconds.
pub(super) fn csv(of: &Document) -> anyhow::Result<String> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(HEADER)?;
    let jobs = of.jobs.map_or_else(String::new, |jobs| jobs.to_string());
    for curve in &of.curves {
        for point in &curve.points {
            for run in &point.runs {
                csv.write_record([
                    &of.workload,
                    curve.pattern.name(),
                    &point.workers.to_string(),
                    &jobs,
                    &run.round.to_string(),
                    &run.running.to_string(),
                    &run.startup.to_string(),
                    &run.shutdown.to_string(),
                ])?;
            }
        }
    }
    let bytes = csv.into_inner().context("cannot finish the CSV")?;
    Ok(String::from_utf8(bytes)?.trim_end().to_owned())
}
