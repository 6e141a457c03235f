//! Invented measurements, for tests of what is made of them.

use super::curve::{Curve, Point, Ran};
use super::document::{Document, SCHEMA};
use crate::document::Spread;
use crate::measure::Machine;
use crate::pattern::Pattern;

/// Jobs of each run.
const JOBS: usize = 1000;

/// Numbers of workers and their rates, the same in six rounds; the loop does 100 jobs a second.
pub(super) fn points(rates: &[(usize, f64)]) -> Vec<Point> {
    let in_loop = runs(100.0);
    let point = |(workers, rate): &(usize, f64)| Point::of(JOBS, *workers, runs(*rate), &in_loop);
    rates.iter().filter_map(point).collect()
}

fn runs(rate: f64) -> Vec<Ran> {
    let run = |round| Ran {
        round,
        running: JOBS as f64 / rate,
        startup: 0.002,
        shutdown: 0.0005,
    };
    (1..=6).map(run).collect()
}

/// A pattern with contention of 5% and coherency of 0.2%.
pub(super) fn curve(workers: &[usize], cores: usize) -> Curve {
    let rate = |n: f64| 98.0 * n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0));
    let rates: Vec<_> = workers.iter().map(|n| (*n, rate(*n as f64))).collect();
    Curve::of(Pattern::ThreadPool, points(&rates), cores).unwrap()
}

/// Three patterns on a machine with so many cores.
pub(super) fn document(workers: &[usize], cores: usize) -> Document {
    let curves = [Pattern::ThreadPool, Pattern::ProcessPool, Pattern::Async];
    Document {
        schema: SCHEMA,
        made: "2026-01-31T12:00:00Z".to_owned(),
        command: "cargo xtask scale".to_owned(),
        workload: "primes".to_owned(),
        jobs: Some(JOBS),
        machine: Machine {
            cpu: Some("Invented 9000".to_owned()),
            ..Machine::default()
        },
        cores,
        others: None,
        stolen: None,
        warnings: vec!["It was invented.".to_owned()],
        rounds: 6,
        loop_jobs_per_second: Some(Spread::exactly(100.0)),
        curves: curves
            .map(|pattern| Curve {
                pattern,
                ..curve(workers, cores)
            })
            .into(),
        notes: Vec::new(),
        differences: Vec::new(),
        exit_code: 0,
    }
}
