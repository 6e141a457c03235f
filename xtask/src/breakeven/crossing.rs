//! From which size on a curve stays above a line. Pure.

use serde::Serialize;

use super::curve::Point;

/// From which time per job on a pattern is at least so many times as fast as the loop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct BreakEven {
    /// So many times.
    pub(crate) at_least: f64,
    /// By the medians.
    pub(crate) from: Crossing,
    /// At the earliest, by the upper bounds of the medians.
    pub(crate) earliest: Crossing,
    /// At the latest, by the lower bounds.
    pub(crate) latest: Crossing,
}

/// Where a curve rises above a line to stay there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "at", content = "seconds")]
pub(crate) enum Crossing {
    /// It is above it at every size that was measured.
    EverySize,
    /// From this time per job on, in seconds.
    From(f64),
    /// At the largest size it is still below.
    NoSize,
}

impl BreakEven {
    /// Of the points of a pattern, the shortest jobs first.
    ///
    /// Where rounds are too few for bounds, the two sizes on either side have to do.
    pub(super) fn find(points: &[Point], at_least: f64) -> Self {
        let by = |what: &dyn Fn(&Point) -> Option<f64>| -> Option<Vec<(f64, f64)>> {
            let points = points.iter();
            points
                .map(|at| Some((at.loop_per_job, what(at)?)))
                .collect()
        };
        let medians = by(&|at| Some(at.times_loop.median)).unwrap_or_default();
        let (from, neighbours) = crossing(&medians, at_least);
        let bound = |bounds: Option<Vec<_>>, neighbour| {
            bounds.map_or(neighbour, |bounds| crossing(&bounds, at_least).0)
        };
        Self {
            at_least,
            from,
            earliest: bound(by(&|at| at.times_loop.high), neighbours.0),
            latest: bound(by(&|at| at.times_loop.low), neighbours.1),
        }
    }
}

/// The smallest size from which on all larger ones reach the line, and the sizes that were measured
/// on either side of it. In between, both the size and the ratio are drawn on a scale of powers.
fn crossing(curve: &[(f64, f64)], line: f64) -> (Crossing, (Crossing, Crossing)) {
    let curve = rising(curve);
    let Some(last_below) = curve.iter().rposition(|(_, ratio)| *ratio < line) else {
        let all = if curve.is_empty() {
            Crossing::NoSize
        } else {
            Crossing::EverySize
        };
        return (all, (all, all));
    };
    let below = curve[last_below];
    match curve.get(last_below + 1) {
        None => (Crossing::NoSize, (Crossing::NoSize, Crossing::NoSize)),
        Some(above) => (
            Crossing::From(between(below, *above, line)),
            (Crossing::From(below.0), Crossing::From(above.0)),
        ),
    }
}

/// The rising curve that is nearest to this one, on a scale of powers (isotonic regression, by
/// pooling adjacent violators).
///
/// The more a job computes, the less handing it over weighs, so the true curve does not fall. Where
/// the measured one does, that is noise, and the neighbours are averaged until it no longer does.
fn rising(curve: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (_, ratio) in curve {
        let mut pool = (ratio.max(1e-9).ln(), 1);
        while let Some(before) = pools.pop_if(|before| before.0 > pool.0) {
            let points = before.1 + pool.1;
            let sum = before.0 * before.1 as f64 + pool.0 * pool.1 as f64;
            pool = (sum / points as f64, points);
        }
        pools.push(pool);
    }
    let fitted = pools.iter();
    let fitted = fitted.flat_map(|(log, points)| std::iter::repeat_n(log.exp(), *points));
    curve.iter().map(|at| at.0).zip(fitted).collect()
}

/// Where the straight line from one point to the other crosses this height, on logarithmic axes.
fn between(below: (f64, f64), above: (f64, f64), line: f64) -> f64 {
    let ratio = |ratio: f64| ratio.max(1e-9).ln();
    let part = (ratio(line) - ratio(below.1)) / (ratio(above.1) - ratio(below.1));
    (below.0.ln() + part * (above.0.ln() - below.0.ln())).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breakeven::invented::{noisy, points};

    fn from(points: &[Point], line: f64) -> Crossing {
        BreakEven::find(points, line).from
    }

    fn seconds(crossing: Crossing) -> f64 {
        match crossing {
            Crossing::From(seconds) => seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_is_found_between_two_sizes_on_logarithmic_axes() {
        // From a half to twice, the middle is 1; from 1 µs to 100 µs, it is 10 µs.
        let found = BreakEven::find(&points(&[(1e-6, 0.5), (1e-4, 2.0)]), 1.0);
        assert!((seconds(found.from) / 1e-5 - 1.0).abs() < 1e-9, "{found:?}");
        assert_eq!(
            found.earliest,
            Crossing::From(1e-6),
            "no bounds: the size before"
        );
        assert_eq!(
            found.latest,
            Crossing::From(1e-4),
            "no bounds: the size after"
        );
        let near = seconds(from(&points(&[(1e-6, 0.99), (1e-4, 4.0)]), 1.0));
        assert!((1e-6..1.1e-6).contains(&near), "{near}");
    }

    #[test]
    fn what_is_always_or_never_above_is_said_to_be() {
        let points = points(&[(1e-6, 1.2), (1e-5, 1.5), (1e-4, 1.8)]);
        let every = BreakEven::find(&points, 1.0);
        assert_eq!(every.from, Crossing::EverySize);
        assert_eq!(every.earliest, Crossing::EverySize);
        assert_eq!(from(&points, 1.9), Crossing::NoSize);
        assert_eq!(from(&[], 1.0), Crossing::NoSize);
        assert_eq!(
            from(&points[..1], 1.2),
            Crossing::EverySize,
            "1.2 is at least 1.2"
        );
    }

    #[test]
    fn a_curve_that_falls_is_averaged_until_it_no_longer_does() {
        let ratios = |curve: &[f64]| -> Vec<f64> {
            let curve: Vec<_> = curve.iter().map(|ratio| (1.0, *ratio)).collect();
            let rising = rising(&curve).into_iter();
            rising.map(|at| (at.1 * 1e6).round() / 1e6).collect()
        };
        assert_eq!(ratios(&[0.5, 1.0, 2.0]), [0.5, 1.0, 2.0]);
        assert_eq!(ratios(&[0.5, 4.0, 1.0, 8.0]), [0.5, 2.0, 2.0, 8.0]);
        assert_eq!(ratios(&[8.0, 4.0, 2.0]), [4.0, 4.0, 4.0]);
        assert_eq!(ratios(&[2.0, 8.0, 0.25]), [1.587401; 3]);
    }

    #[test]
    fn a_dent_is_noise_unless_it_is_deep() {
        let dented = [(1e-6, 1.1), (1e-5, 0.5), (1e-4, 2.0), (1e-3, 1.79)];
        let found = seconds(from(&points(&dented), 1.0));
        assert!((1e-5..1e-4).contains(&found), "{found}");
        let found = seconds(from(&points(&dented), 1.8));
        assert!((1e-5..1e-4).contains(&found), "{found}");
        let falling = [(1e-6, 1.1), (1e-5, 1.5), (1e-4, 0.5)];
        assert_eq!(from(&points(&falling), 1.0), Crossing::NoSize);
    }

    #[test]
    fn noise_becomes_an_interval() {
        let curve = [(1e-6, 0.5), (1e-5, 1.0), (1e-4, 2.0)];
        let sharp = BreakEven::find(&noisy(&curve, 0.02), 1.0);
        let blurred = BreakEven::find(&noisy(&curve, 0.3), 1.0);
        let width = |of: &BreakEven| seconds(of.latest) / seconds(of.earliest);
        for found in [&sharp, &blurred] {
            let (early, from, late) = (found.earliest, found.from, found.latest);
            assert!(seconds(early) < seconds(from) && seconds(from) < seconds(late));
        }
        assert!(
            width(&sharp) < 1.2 && width(&blurred) > 3.0,
            "{sharp:?} {blurred:?}"
        );
        // So noisy that it may be above all the time, and below to the end.
        let useless = BreakEven::find(&noisy(&curve, 1.5), 1.0);
        assert_eq!(useless.earliest, Crossing::EverySize);
        assert_eq!(useless.latest, Crossing::NoSize);
    }
}
