//! A pattern's speed by the size of the jobs, and the most that the machine gives. Pure.

use serde::Serialize;

use super::crossing::BreakEven;
use crate::decide::{median, spread};
use crate::document::Spread;
use crate::pattern::Pattern;

/// Of what the machine can give, a pattern that gives so much uses nearly all of it.
const MOST: f64 = 0.9;

/// So many of the largest sizes are the plateau.
const PLATEAU: usize = 3;

/// How near the workers' number the plateau must be to count as it: two workers that are 1.93 times
/// as fast as one lose the rest to noise.
const NEAR: f64 = 0.05;

/// One pattern, by the time that a job takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Curve {
    /// The pattern.
    pub(crate) pattern: Pattern,
    /// Getting ready and stopping, once a run, in seconds: the median of all runs.
    pub(crate) once: f64,
    /// The shortest jobs first.
    pub(crate) points: Vec<Point>,
    /// From where on it is faster than the loop.
    pub(crate) faster: BreakEven,
    /// From where on it gives nearly all that the machine can give.
    pub(crate) nearly_all: BreakEven,
}

/// Jobs of one size. Times are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Point {
    /// What a job takes in the loop: the median of the rounds.
    pub(crate) loop_per_job: f64,
    /// What a job takes on this pattern, its jobs being done side by side.
    pub(crate) per_job: f64,
    /// How many times faster that is: divided round by round.
    pub(crate) times_loop: Spread,
}

/// The most that the machine gives, in times the loop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Capacity {
    /// So many times.
    pub(crate) times_loop: f64,
    /// The pattern that gives it at the largest sizes, unless it is the number of workers.
    pub(crate) plateau_of: Option<Pattern>,
}

/// One pattern before anything is known of the others.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) pattern: Pattern,
    pub(super) once: f64,
    pub(super) points: Vec<Point>,
}

impl Point {
    /// From the times per job of the loop and of a pattern, round by round. Nothing of no rounds.
    pub(super) fn of(loop_: &[f64], pattern: &[f64]) -> Option<Self> {
        let rounds = loop_.iter().zip(pattern);
        let ratios: Vec<_> = rounds.map(|(loop_, ours)| loop_ / ours).collect();
        Some(Self {
            loop_per_job: median(loop_)?,
            per_job: median(pattern)?,
            times_loop: spread(&ratios)?,
        })
    }
}

impl Capacity {
    /// The plateau of the pattern that is fastest at the largest sizes; the number of workers if it
    /// comes near it. It never exceeds that: a part of a processor cannot be more than all of it.
    pub(super) fn of(patterns: &[Raw], workers: usize) -> Self {
        let plateau = |of: &Raw| {
            let largest = of.points.iter().rev().take(PLATEAU);
            let ratios: Vec<_> = largest.map(|at| at.times_loop.median).collect();
            Some((median(&ratios)?, of.pattern))
        };
        // The loop gives what it gives.
        let plateaus = patterns.iter().filter_map(plateau);
        let plateaus = plateaus.chain([(1.0, Pattern::Sequential)]);
        let best = plateaus.max_by(|one, other| one.0.total_cmp(&other.0));
        let workers = workers as f64;
        match best {
            Some((times_loop, pattern)) if times_loop < workers * (1.0 - NEAR) => Self {
                times_loop,
                plateau_of: Some(pattern),
            },
            _ => Self {
                times_loop: workers,
                plateau_of: None,
            },
        }
    }
}

impl Curve {
    pub(super) fn of(raw: Raw, capacity: &Capacity) -> Self {
        let Raw {
            pattern,
            once,
            mut points,
        } = raw;
        // Sizes are chosen before they are measured, so two that are close may have changed places.
        points.sort_by(|one, other| one.loop_per_job.total_cmp(&other.loop_per_job));
        Self {
            pattern,
            once,
            faster: BreakEven::find(&points, 1.0),
            nearly_all: BreakEven::find(&points, MOST * capacity.times_loop),
            points,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breakeven::crossing::Crossing;
    use crate::breakeven::invented::{points, raw};

    fn near(one: f64, other: f64) -> bool {
        (one / other - 1.0).abs() < 1e-9
    }

    #[test]
    fn times_are_divided_round_by_round() {
        // The machine became half as fast in the middle; the pattern was twice as fast throughout.
        let point = Point::of(&[1.0, 1.0, 2.0, 2.0, 2.0], &[0.5, 0.5, 1.0, 1.0, 1.0]).unwrap();
        assert!(near(point.times_loop.median, 2.0));
        assert!(near(point.loop_per_job, 2.0) && near(point.per_job, 1.0));
        assert_eq!(point.times_loop.low, None, "five rounds have no bounds");
        let six = Point::of(&[1.0; 6], &[0.25; 6]).unwrap();
        assert_eq!(six.times_loop.low, Some(4.0));
        assert!(Point::of(&[], &[]).is_none());
    }

    #[test]
    fn the_most_is_the_best_plateau() {
        let threads = raw(
            Pattern::ThreadPool,
            &[(1e-6, 9.0), (1e-5, 2.8), (1e-4, 3.0), (1e-3, 3.1)],
        );
        let processes = raw(
            Pattern::ProcessPool,
            &[(1e-6, 0.1), (1e-5, 0.9), (1e-4, 2.5), (1e-3, 3.2)],
        );
        let capacity = Capacity::of(&[threads, processes], 4);
        assert!(
            near(capacity.times_loop, 3.0),
            "the middle of the three largest"
        );
        assert_eq!(capacity.plateau_of, Some(Pattern::ThreadPool));
    }

    #[test]
    fn the_most_is_the_workers_if_the_plateau_is_near_them_or_above() {
        for ratio in [1.91, 2.0, 2.4] {
            let threads = raw(
                Pattern::ThreadPool,
                &[(1e-5, ratio), (1e-4, ratio), (1e-3, ratio)],
            );
            let capacity = Capacity::of(&[threads], 2);
            assert!(near(capacity.times_loop, 2.0));
            assert_eq!(capacity.plateau_of, None);
        }
    }

    #[test]
    fn the_most_is_the_loop_if_no_pattern_is_faster() {
        let threads = raw(Pattern::ThreadPool, &[(1e-5, 0.5), (1e-4, 0.8)]);
        let capacity = Capacity::of(&[threads], 2);
        assert!(near(capacity.times_loop, 1.0));
        assert_eq!(capacity.plateau_of, Some(Pattern::Sequential));
    }

    #[test]
    fn nearly_all_is_nine_tenths_of_the_most() {
        let raw = Raw {
            pattern: Pattern::Async,
            once: 0.0,
            // Not in order: two sizes were chosen too close.
            points: points(&[(1e-5, 1.5), (1e-6, 0.5), (1e-4, 1.9)]),
        };
        let capacity = Capacity {
            times_loop: 2.0,
            plateau_of: None,
        };
        let curve = Curve::of(raw, &capacity);
        assert!(near(curve.nearly_all.at_least, 1.8));
        let Crossing::From(faster) = curve.faster.from else {
            panic!("{curve:?}")
        };
        let Crossing::From(nearly_all) = curve.nearly_all.from else {
            panic!("{curve:?}")
        };
        assert!((1e-6..1e-5).contains(&faster), "{faster}");
        assert!((1e-5..1e-4).contains(&nearly_all), "{nearly_all}");
    }
}
