//! The tables: jobs a second by the number of workers, and what it costs to have so many.

use super::document::Document;
use crate::print::{Form, count, numbers, seconds};

/// How many jobs a second each pattern does, a line for each number of workers.
pub(super) fn rates(of: &Document, form: Form) -> String {
    let mut header = vec!["workers".to_owned()];
    for curve in &of.curves {
        header.extend([curve.pattern.name().to_owned(), "±".to_owned()]);
    }
    let row = |workers| {
        let mut row = vec![format!("{workers}")];
        for curve in &of.curves {
            let mut points = curve.points.iter();
            let point = points.find(|point| point.workers == workers);
            let rate = point.map(|point| point.jobs_per_second);
            let reach = rate.and_then(|rate| rate.reach());
            row.push(or_none(rate.map(|rate| count(rate.median))));
            row.push(or_none(reach.map(|reach| format!("{:.0}%", reach * 100.0))));
        }
        row
    };
    numbers(header, workers(of).into_iter().map(row).collect(), form)
}

/// How long getting ready and stopping takes.
pub(super) fn once(of: &Document, form: Form) -> String {
    let names = of.curves.iter().map(|curve| curve.pattern.name());
    let header = ["workers"].into_iter().chain(names).map(str::to_owned);
    let row = |workers| {
        let mut row = vec![format!("{workers}")];
        for curve in &of.curves {
            let mut points = curve.points.iter();
            let point = points.find(|point| point.workers == workers);
            row.push(or_none(
                point.map(|point| seconds(point.startup + point.shutdown)),
            ));
        }
        row
    };
    let rows = workers(of).into_iter().map(row).collect();
    numbers(header.collect(), rows, form)
}

/// All numbers of workers. A pattern lacks those with which it was lost.
fn workers(of: &Document) -> Vec<usize> {
    let points = of.curves.iter().flat_map(|curve| &curve.points);
    let mut workers: Vec<_> = points.map(|point| point.workers).collect();
    workers.sort_unstable();
    workers.dedup();
    workers
}

fn or_none(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "-".to_owned())
}
