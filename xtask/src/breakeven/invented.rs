//! Invented measurements, for tests of what is made of them.

use super::curve::{Capacity, Curve, Point, Raw};
use super::document::{Document, SCHEMA};
use super::moving::{Payload, Times};
use crate::document::Spread;
use crate::measure::Machine;
use crate::pattern::Pattern;

/// Times per job in the loop, and how many times faster a pattern was; nothing said how sure.
pub(super) fn points(curve: &[(f64, f64)]) -> Vec<Point> {
    let point = |(loop_per_job, times): &(f64, f64)| Point {
        loop_per_job: *loop_per_job,
        per_job: loop_per_job / times,
        times_loop: Spread {
            median: *times,
            low: None,
            high: None,
        },
    };
    curve.iter().map(point).collect()
}

/// The same, sure to so much of the ratio either way.
pub(super) fn noisy(curve: &[(f64, f64)], reach: f64) -> Vec<Point> {
    let mut points = points(curve);
    for point in &mut points {
        let median = point.times_loop.median;
        point.times_loop.low = Some((median * (1.0 - reach)).max(0.01));
        point.times_loop.high = Some(median * (1.0 + reach));
    }
    points
}

/// A pattern, sure to 2%.
pub(super) fn raw(pattern: Pattern, curve: &[(f64, f64)]) -> Raw {
    Raw {
        pattern,
        once: 0.000_25,
        points: noisy(curve, 0.02),
    }
}

/// What a job with this payload takes in the loop, on threads and on processes, in six rounds.
pub(super) fn payload(bytes: u32, times: [f64; 3], workers: usize) -> Option<Payload> {
    let [in_loop, threads, processes] = times.map(|time| [time; 6]);
    let times = Times {
        in_loop: &in_loop,
        threads: &threads,
        processes: &processes,
    };
    Payload::of(bytes, &times, workers)
}

/// A machine with two workers: threads pay soon, processes later, async never.
pub(super) fn document() -> Document {
    let with = |ratios: [f64; 4]| {
        [1e-7, 1e-5, 1e-3, 1e-2]
            .into_iter()
            .zip(ratios)
            .collect::<Vec<_>>()
    };
    let patterns = [
        raw(Pattern::ThreadPool, &with([1.1, 1.95, 1.99, 2.0])),
        raw(Pattern::ProcessPool, &with([0.1, 1.0, 1.6, 1.9])),
        raw(Pattern::Async, &with([0.012, 0.5, 0.8, 0.9])),
    ];
    let capacity = Capacity::of(&patterns, 2);
    Document {
        schema: SCHEMA,
        made: "2026-01-31T12:00:00Z".to_owned(),
        machine: Machine {
            cpu: Some("Invented 9000".to_owned()),
            ..Machine::default()
        },
        others: None,
        stolen: None,
        warnings: vec!["It was invented.".to_owned()],
        workers: 2,
        rounds: 9,
        capacity,
        curves: patterns.map(|raw| Curve::of(raw, &capacity)).into(),
        payloads: [
            payload(64, [3e-7, 3e-7, 1.3e-6], 2),
            payload(1 << 20, [2e-4, 1e-4, 5e-4], 2),
            payload(4 << 20, [5e-4, 5e-4, 4e-4], 2),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}
