//! Medians, and how far they can be relied on.
//!
//! The interval of a median is one of order statistics: of `n` values, the `k`-th smallest and the
//! `k`-th largest enclose the true median in at least 95 of 100 cases, for the largest `k` for which
//! that is so (David and Nagaraja, *Order Statistics*, 7.1). It asks nothing of how times are
//! distributed, which is good, because on a machine that does other things as well nobody knows.
//! With fewer than six values there is no such interval.

use crate::document::Spread;

/// How sure an interval is to hold the true median.
const CONFIDENCE: f64 = 0.95;

/// The middle of the values; the mean of the two in the middle if their number is even. Nothing of
/// no values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The median and its interval.
pub(crate) fn spread(values: &[f64]) -> Option<Spread> {
    let sorted = sorted(values);
    let bounds = rank(sorted.len()).map(|k| (sorted[k - 1], sorted[sorted.len() - k]));
    Some(Spread {
        median: median(&sorted)?,
        low: bounds.map(|(low, _)| low),
        high: bounds.map(|(_, high)| high),
    })
}

impl Spread {
    /// What is known without measuring.
    pub(crate) fn exactly(value: f64) -> Self {
        Self {
            median: value,
            low: Some(value),
            high: Some(value),
        }
    }

    /// Whether the true value may be this one, as far as is known.
    pub(crate) fn allows(&self, value: f64) -> bool {
        self.low.is_none_or(|low| low <= value) && self.high.is_none_or(|high| value <= high)
    }

    /// How far the bounds are from the median, the farther one, in parts of the median.
    pub(crate) fn reach(&self) -> Option<f64> {
        let (low, high) = (self.low?, self.high?);
        let median = self.median;
        (median > 0.0).then(|| (median - low).max(high - median) / median)
    }
}

/// The largest `k` such that the `k`-th smallest and the `k`-th largest of `n` values enclose the
/// median surely enough.
fn rank(n: usize) -> Option<usize> {
    // Outside is half of it: fewer than k of n throws of a coin.
    let mut outside = 0.0;
    let mut throws = 0.5_f64.powi(i32::try_from(n).ok()?);
    let mut k = 0;
    while k < n {
        outside += throws;
        if 2.0 * outside > 1.0 - CONFIDENCE {
            break;
        }
        // From the chance of k heads to that of one more.
        throws *= (n - k) as f64 / (k + 1) as f64;
        k += 1;
    }
    (k > 0).then_some(k)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), Some(3.0));
    }

    /// The ranks of the usual tables of the sign test at 5%, two-sided.
    #[test]
    fn ranks_are_those_of_the_tables() {
        let ranks: Vec<_> = [0, 1, 5, 6, 8, 9, 11, 12, 15, 17, 18, 20, 25, 30]
            .map(rank)
            .into();
        let expected = [
            None,
            None,
            None,
            Some(1),
            Some(1),
            Some(2),
            Some(2),
            Some(3),
            Some(4),
            Some(5),
            Some(5),
            Some(6),
            Some(8),
            Some(10),
        ];
        assert_eq!(ranks, expected);
    }

    #[test]
    fn an_interval_needs_six_values() {
        let five = spread(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((five.median, five.low, five.reach()), (3.0, None, None));
        assert!(five.allows(0.1) && five.allows(1e9));
        let six = spread(&[6.0, 1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((six.low, six.high), (Some(1.0), Some(6.0)));
        assert!(six.allows(1.0) && !six.allows(0.99) && !six.allows(6.01));
        assert!((six.reach().unwrap() - 2.5 / 3.5).abs() < 1e-9);
    }

    /// The interval holds the true median as often as it says, even if values are far from normal.
    #[test]
    fn the_interval_keeps_its_word() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut missed = 0;
        for _ in 0..4000 {
            // The median of an exponential distribution is ln 2.
            let values: Vec<_> = (0..9).map(|_| -(1.0 - random.f64()).ln()).collect();
            let found = spread(&values).unwrap();
            missed += u32::from(!found.allows(2.0_f64.ln()));
        }
        // 3.9% of the time, by theory.
        assert!((100..=220).contains(&missed), "{missed} of 4000");
    }
}
