//! From what was measured to the document that says what was found.

use std::time::SystemTime;

use super::curve::{Capacity, Curve, Point, Raw};
use super::document::{Document, SCHEMA};
use super::moving::{Payload, Times};
use super::plan::Plan;
use super::run::Took;
use super::sweep::Swept;
use crate::decide::{median, warnings};
use crate::measure::{Machine, Taken};
use crate::pattern::Pattern;

/// Sums it up.
pub(super) fn document(swept: &Swept, plan: &Plan, taken: Option<Taken>) -> Document {
    let machine = Machine::look();
    let warnings = warnings(&machine, taken, plan.run);
    let runs = swept.computing.iter().flatten().flatten();
    let workers = runs.map(|took| took.workers).max().unwrap_or(1);
    let patterns = Pattern::ALL.into_iter().enumerate();
    let patterns: Vec<_> = patterns
        .filter(|(_, pattern)| *pattern != Pattern::Sequential)
        .map(|(row, pattern)| raw(pattern, row, &swept.computing))
        .collect();
    let capacity = Capacity::of(&patterns, workers);
    let curves = patterns.into_iter().map(|raw| Curve::of(raw, &capacity));
    let payloads = plan.payloads.iter().zip(&swept.moving);
    let payloads = payloads.filter_map(|(bytes, programs)| {
        let [in_loop, threads, processes] = programs.as_slice() else {
            return None;
        };
        let times = Times {
            in_loop: &per_job(in_loop),
            threads: &per_job(threads),
            processes: &per_job(processes),
        };
        Payload::of(*bytes, &times, workers)
    });
    Document {
        schema: SCHEMA,
        made: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        machine,
        others: taken.map(|taken| taken.others),
        stolen: taken.map(|taken| taken.steal),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        workers,
        rounds: plan.rounds,
        capacity,
        curves: curves.collect(),
        payloads: payloads.collect(),
    }
}

/// A pattern's curve. The loop is the first of the programs.
fn raw(pattern: Pattern, row: usize, sizes: &[Vec<Vec<Took>>]) -> Raw {
    let point =
        |programs: &Vec<Vec<Took>>| Point::of(&per_job(&programs[0]), &per_job(&programs[row]));
    let once = sizes.iter().flat_map(|programs| &programs[row]);
    let once: Vec<_> = once.map(|took| took.once).collect();
    Raw {
        pattern,
        once: median(&once).unwrap_or_default(),
        points: sizes.iter().filter_map(point).collect(),
    }
}

fn per_job(runs: &[Took]) -> Vec<f64> {
    runs.iter().map(|took| took.per_job).collect()
}
