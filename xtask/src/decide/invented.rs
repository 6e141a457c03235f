//! Invented measurements, for tests of what is made of them.

use crate::document::{Entry, Inside, JobTimes, Output, Shares, Timed};
use crate::pattern::Pattern;

/// A program that took so many milliseconds in each round, and kept `cores` cores busy.
pub(crate) fn entry(pattern: Pattern, walls: &[f64], cores: f64) -> Entry {
    let runs = walls.iter().enumerate();
    let seconds: Vec<_> = walls.iter().map(|wall| wall / 1e3).collect();
    let wall = super::stats::spread(&seconds);
    let median = wall.map(|wall| wall.median);
    Entry {
        name: pattern.binary().to_owned(),
        pattern,
        stands: true,
        output: if pattern == Pattern::Sequential {
            Output::Reference
        } else {
            Output::Same
        },
        note: None,
        runs: runs
            .map(|(at, wall)| Timed {
                round: at + 1,
                place: at,
                wall: wall / 1e3,
                cpu: wall / 1e3 * cores,
                startup: Some(0.0),
                shutdown: Some(0.0),
                read: 0,
            })
            .collect(),
        wall,
        times_loop: None,
        against_fastest: None,
        cpu: median.map(|wall| wall * cores),
        cores: Some(cores),
        startup: Some(0.0),
        running: median,
        shutdown: Some(0.0),
        jobs_per_second: median.map(|wall| 1000.0 / wall),
        switches: None,
        inside: Some(inside(cores.min(1.0))),
    }
}

/// Jobs that compute for this share of their time.
pub(crate) fn inside(computing: f64) -> Inside {
    Inside {
        peak_memory: Some(4 << 20),
        memory: Vec::new(),
        job_times: Some(JobTimes {
            p50: 0.001,
            p95: 0.002,
            p99: 0.003,
            longest: 0.004,
        }),
        computing: Some(computing),
        shares: Some(Shares {
            computing,
            waiting: 1.0 - computing,
            moving: 0.0,
            idle: 0.0,
        }),
        moved: 0,
        in_flight: Some(8),
        workers: Vec::new(),
    }
}

/// Six rounds around so many milliseconds, each pattern's noise its own: at most 1% either way.
pub(crate) fn around(wall: f64, seed: u64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(seed);
    let noise = |_| wall * (0.99 + 0.02 * random.f64());
    (0..6).map(noise).collect()
}

/// The four programs, each around so many milliseconds and on so many cores.
pub(crate) fn four(walls: [f64; 4], cores: [f64; 4]) -> Vec<Entry> {
    let each = Pattern::ALL.iter().zip(walls).zip(cores).zip(1..);
    each.map(|(((pattern, wall), cores), seed)| entry(*pattern, &around(wall, seed), cores))
        .collect()
}
