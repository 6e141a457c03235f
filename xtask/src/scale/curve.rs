//! A pattern's rate by the number of its workers, and what there is to say of it. Pure.

use serde::Serialize;

use super::law::Law;
use crate::decide::{median, spread};
use crate::document::Spread;
use crate::pattern::Pattern;

/// With fewer points, three parameters fit anything.
pub(super) const FEWEST_POINTS: usize = 6;

/// One pattern, by its workers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Curve {
    /// The pattern.
    pub(crate) pattern: Pattern,
    /// The fewest workers first.
    pub(crate) points: Vec<Point>,
    /// With so many workers it did most, by the medians.
    pub(crate) best_workers: usize,
    /// The law of the points; null if there are too few.
    pub(crate) fit: Option<Fit>,
    /// What far too many workers do, if they were measured.
    pub(crate) over: Option<Over>,
}

/// One number of workers. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Point {
    /// How many.
    pub(crate) workers: usize,
    /// Without getting ready and stopping.
    pub(crate) jobs_per_second: Spread,
    /// How many times faster than the loop: divided round by round.
    pub(crate) times_loop: Spread,
    /// Getting ready: the median of the rounds.
    pub(crate) startup: f64,
    /// Stopping: the median of the rounds.
    pub(crate) shutdown: f64,
    /// Each run.
    pub(crate) runs: Vec<Ran>,
}

/// One run, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Ran {
    /// The round, from 1.
    pub(crate) round: usize,
    /// From when the pattern was ready until the last job was done and printed.
    pub(crate) running: f64,
    /// Until it was ready.
    pub(crate) startup: f64,
    /// From telling it to stop until it was gone.
    pub(crate) shutdown: f64,
}

/// The law that is nearest to the points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Fit {
    /// Which one.
    pub(crate) kind: Kind,
    /// To so many points.
    pub(crate) points: usize,
    /// So many of them have more workers than there are cores: they show what that does, and not
    /// what more cores would bring.
    pub(crate) beyond_cores: usize,
    /// What it says.
    #[serde(flatten)]
    pub(crate) law: Law,
}

/// Which law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Gunther's Universal Scalability Law.
    Universal,
    /// Amdahl's, which has no coherency: for what fewer points can tell.
    Amdahl,
}

/// More workers than cores.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Over {
    /// So many.
    pub(crate) workers: usize,
    /// Their rate in times the best: divided round by round.
    pub(crate) of_best: Spread,
}

impl Point {
    /// From so many jobs in the runs of a pattern and of the loop. Nothing of no runs.
    pub(super) fn of(jobs: usize, workers: usize, runs: Vec<Ran>, in_loop: &[Ran]) -> Option<Self> {
        let rates: Vec<_> = runs.iter().map(|run| jobs as f64 / run.running).collect();
        let of = |what: fn(&Ran) -> f64| median(&runs.iter().map(what).collect::<Vec<_>>());
        Some(Self {
            workers,
            jobs_per_second: spread(&rates)?,
            times_loop: spread(&ratios(in_loop, &runs))?,
            startup: of(|run| run.startup)?,
            shutdown: of(|run| run.shutdown)?,
            runs,
        })
    }
}

impl Curve {
    /// Of the points, the fewest workers first; nothing of none.
    pub(super) fn of(pattern: Pattern, points: Vec<Point>, cores: usize) -> Option<Self> {
        let rate = |point: &Point| point.jobs_per_second.median;
        let best = points
            .iter()
            .max_by(|one, other| rate(one).total_cmp(&rate(other)))?;
        let last = points.last().filter(|last| last.workers > cores);
        let over = last.and_then(|last| {
            Some(Over {
                workers: last.workers,
                of_best: spread(&ratios(&best.runs, &last.runs))?,
            })
        });
        Some(Self {
            pattern,
            best_workers: best.workers,
            fit: fit(&points, cores),
            over,
            points,
        })
    }
}

/// The law of the points up to the cores, if these are enough; otherwise of all of them. Where all are
/// too few, Amdahl's law of those up to the cores.
fn fit(points: &[Point], cores: usize) -> Option<Fit> {
    let rates = |of: &[Point]| -> Vec<(f64, f64)> {
        let rates = of.iter();
        let rate = |at: &Point| (at.workers as f64, at.jobs_per_second.median);
        rates.map(rate).collect()
    };
    let within = points.partition_point(|point| point.workers <= cores);
    let (kind, used) = match (within, points.len()) {
        (within, _) if within >= FEWEST_POINTS => (Kind::Universal, within),
        (_, all) if all >= FEWEST_POINTS => (Kind::Universal, all),
        (within, _) if within >= 2 => (Kind::Amdahl, within),
        _ => return None,
    };
    let rates = rates(&points[..used]);
    let law = match kind {
        Kind::Universal => Law::universal(&rates)?,
        Kind::Amdahl => Law::amdahl(&rates)?,
    };
    Some(Fit {
        kind,
        points: used,
        beyond_cores: used.saturating_sub(within),
        law,
    })
}

/// How many times faster the second was than the first, in the rounds that both ran in.
fn ratios(first: &[Ran], second: &[Ran]) -> Vec<f64> {
    let twin = |run: &Ran| {
        let twin = first.iter().find(|twin| twin.round == run.round)?;
        Some(twin.running / run.running)
    };
    second.iter().filter_map(twin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::invented::{curve, points};

    #[test]
    fn rates_are_without_getting_ready_and_stopping() {
        let run = |round, running| Ran {
            round,
            running,
            startup: 0.5,
            shutdown: 0.25,
        };
        // The machine became half as fast in the second round; the pattern was twice the loop.
        let in_loop = [run(1, 2.0), run(2, 4.0)];
        let point = Point::of(100, 2, vec![run(1, 1.0), run(2, 2.0)], &in_loop).unwrap();
        assert_eq!(point.jobs_per_second.median, 75.0);
        assert_eq!(point.jobs_per_second.low, None, "two rounds have no bounds");
        assert_eq!(point.times_loop.median, 2.0);
        assert_eq!((point.startup, point.shutdown), (0.5, 0.25));
        assert!(Point::of(100, 2, Vec::new(), &in_loop).is_none());
    }

    #[test]
    fn six_points_up_to_the_cores_are_a_law_of_scaling() {
        let fit = curve(&[1, 2, 3, 4, 6, 8, 64], 8).fit.unwrap();
        assert_eq!(
            (fit.kind, fit.points, fit.beyond_cores),
            (Kind::Universal, 6, 0)
        );
        assert!((fit.law.contention - 0.05).abs() < 1e-6, "{fit:?}");
        assert!((fit.law.coherency - 0.002).abs() < 1e-6, "{fit:?}");
    }

    #[test]
    fn with_fewer_the_law_is_one_of_too_many_workers_and_says_so() {
        let fit = curve(&[1, 2, 3, 4, 6, 8, 64], 2).fit.unwrap();
        assert_eq!(
            (fit.kind, fit.points, fit.beyond_cores),
            (Kind::Universal, 7, 5)
        );
    }

    #[test]
    fn fewer_than_six_points_are_no_universal_law() {
        let fit = curve(&[1, 2, 4, 8, 64], 4).fit.unwrap();
        assert_eq!(
            (fit.kind, fit.points, fit.beyond_cores),
            (Kind::Amdahl, 3, 0)
        );
        assert_eq!((fit.law.coherency, fit.law.peak_workers), (0.0, None));
        assert_eq!(curve(&[1, 4, 8], 2).fit, None, "one point up to the cores");
    }

    #[test]
    fn far_too_many_workers_are_held_against_the_best() {
        // One core, so whoever has more workers waits for it.
        let rates = [(1, 100.0), (2, 120.0), (64, 90.0)];
        let curve = Curve::of(Pattern::ThreadPool, points(&rates), 2).unwrap();
        assert_eq!(curve.best_workers, 2);
        let over = curve.over.unwrap();
        assert_eq!(over.workers, 64);
        assert!((over.of_best.median - 0.75).abs() < 1e-9);
        let few = Curve::of(Pattern::ThreadPool, points(&rates[..2]), 2).unwrap();
        assert_eq!(few.over, None, "no more than the cores");
    }
}
