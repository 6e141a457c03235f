//! What the pairs of a row come to: whether its target holds. Pure: it neither runs nor prints.

use serde::Serialize;

use super::document::{Ratio, Sense};
use super::row::Target;
use crate::decide::spread;
use crate::document::Spread;

/// Whether ours reaches what it is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// It does, and so do both bounds of the interval.
    Holds,
    /// It does not, and neither does either bound.
    Short,
    /// The target lies within the interval: noise decides, so nobody else does.
    Open,
    /// There is no target.
    Shown,
    /// It was not measured.
    Skipped,
}

/// The median of the pairs' ratios. Where cost is limited, it is what ours costs by what the peer
/// does; else what ours is faster than the peer.
pub(super) fn ratio(target: Option<Target>, ours: &[f64], peer: &[f64]) -> Option<Ratio> {
    let of = match target {
        Some(Target::AtLeast(_)) | None => Sense::Speed,
        Some(Target::AtMost(_) | Target::Within(_)) => Sense::Cost,
    };
    let pairs = ours.iter().zip(peer);
    let by_pair: Vec<_> = pairs
        .map(|(ours, peer)| match of {
            Sense::Speed => peer / ours,
            Sense::Cost => ours / peer,
        })
        .collect();
    let spread = spread(&by_pair)?;
    Some(Ratio {
        of,
        spread,
        by_pair,
    })
}

/// Judges a row by what ours took and by its ratio to the peer.
pub(super) fn judge(target: Option<Target>, ours: &Spread, ratio: Option<&Ratio>) -> Verdict {
    match (target, ratio) {
        (Some(Target::AtLeast(least)), Some(Ratio { spread, .. })) => decided(
            spread.low.is_some_and(|low| low >= least),
            spread.high.is_some_and(|high| high < least),
        ),
        (Some(Target::AtMost(most)), Some(Ratio { spread, .. })) => at_most(most, spread),
        (Some(Target::Within(most)), _) => at_most(most, ours),
        _ => Verdict::Shown,
    }
}

fn at_most(most: f64, found: &Spread) -> Verdict {
    decided(
        found.high.is_some_and(|high| high <= most),
        found.low.is_some_and(|low| low > most),
    )
}

/// What follows if the worst bound is good enough, or if even the best is not.
fn decided(worst_is_enough: bool, best_is_not: bool) -> Verdict {
    match (worst_is_enough, best_is_not) {
        (true, _) => Verdict::Holds,
        (false, true) => Verdict::Short,
        (false, false) => Verdict::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nine pairs around the middle: their interval reaches from 2% below it to 2% above.
    const NOISE: [f64; 9] = [0.5, 0.98, 0.99, 1.0, 1.0, 1.0, 1.01, 1.02, 3.0];

    fn verdict(target: Target, ours: f64, peer: f64) -> Verdict {
        let ours = NOISE.map(|noise| ours * noise);
        let ratio = ratio(Some(target), &ours, &[peer; 9]);
        judge(Some(target), &spread(&ours).unwrap(), ratio.as_ref())
    }

    #[test]
    fn at_least_so_fast() {
        let at_least = Target::AtLeast(0.95);
        assert_eq!(verdict(at_least, 1.0, 1.0), Verdict::Holds);
        assert_eq!(verdict(at_least, 1.0, 0.9), Verdict::Short);
        for peer in [0.94, 0.95, 0.96] {
            assert_eq!(verdict(at_least, 1.0, peer), Verdict::Open, "{peer}");
        }
        // Faster than the peer by far is no more than asked for.
        assert_eq!(verdict(Target::AtLeast(25.0), 1.0, 40.0), Verdict::Holds);
    }

    #[test]
    fn at_most_so_dear() {
        let at_most = Target::AtMost(1.25);
        assert_eq!(verdict(at_most, 1.2, 1.0), Verdict::Holds);
        assert_eq!(verdict(at_most, 1.3, 1.0), Verdict::Short);
        for ours in [1.23, 1.25, 1.27] {
            assert_eq!(verdict(at_most, ours, 1.0), Verdict::Open, "{ours}");
        }
    }

    #[test]
    fn within_a_number_whatever_it_costs_the_peer() {
        let within = Target::Within(600.0);
        for peer in [1.0, 1e9] {
            assert_eq!(verdict(within, 460.0, peer), Verdict::Holds);
            assert_eq!(verdict(within, 800.0, peer), Verdict::Short);
            assert_eq!(verdict(within, 595.0, peer), Verdict::Open);
        }
        let alone = judge(Some(within), &spread(&[460.0; 9]).unwrap(), None);
        assert_eq!(alone, Verdict::Holds);
    }

    #[test]
    fn exactly_what_was_asked_for_is_enough() {
        let all = |value| spread(&[value; 9]).unwrap();
        for target in [Target::AtLeast(2.0), Target::AtMost(0.5)] {
            let ratio = ratio(Some(target), &[1.0; 9], &[2.0; 9]);
            assert_eq!(
                judge(Some(target), &all(1.0), ratio.as_ref()),
                Verdict::Holds
            );
        }
        let within = Some(Target::Within(1.0));
        assert_eq!(judge(within, &all(1.0), None), Verdict::Holds);
    }

    #[test]
    fn too_few_pairs_decide_nothing_and_without_a_target_there_is_nothing_to_decide() {
        let ratio = |target| ratio(target, &[1.0; 5], &[9.0; 5]);
        let ours = spread(&[1.0; 5]).unwrap();
        let target = Some(Target::AtLeast(2.0));
        assert_eq!(judge(target, &ours, ratio(target).as_ref()), Verdict::Open);
        let shown = ratio(None).unwrap();
        assert_eq!((shown.of, shown.spread.median), (Sense::Speed, 9.0));
        assert_eq!(judge(None, &ours, Some(&shown)), Verdict::Shown);
    }
}
