//! What is to be measured: which sizes, how often, and how long a run is to take. Pure.

use std::time::Duration;

/// Jobs of these sizes, on everything, so often.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// Each has every size on every pattern once.
    pub(super) rounds: usize,
    /// About how long a job is to take, in seconds, shortest first.
    pub(super) times: Vec<f64>,
    /// Bytes of a payload, smallest first.
    pub(super) payloads: Vec<u32>,
    /// About how long a run of computing jobs is to take: long enough that a pattern has found its
    /// chunk size and starting a program does not count.
    pub(super) run: Duration,
    /// About how long a run that only moves payloads is to take.
    pub(super) payload_run: Duration,
}

impl Default for Plan {
    /// About 30 seconds.
    fn default() -> Self {
        Self {
            rounds: 9,
            // Two in each power of ten.
            times: (0..=10)
                .map(|half| 1e-7 * 10_f64.powf(f64::from(half) / 2.0))
                .collect(),
            payloads: (3..=11).map(|power| 1 << (2 * power)).collect(),
            run: Duration::from_millis(50),
            payload_run: Duration::from_millis(30),
        }
    }
}

impl Plan {
    /// A second or two, to see what comes out.
    pub(super) fn quick() -> Self {
        let short = Duration::from_millis(10);
        Self {
            rounds: 2,
            times: vec![1e-7, 1e-5, 1e-3],
            payloads: vec![64, 16 << 10, 4 << 20],
            run: short,
            payload_run: short,
        }
    }

    /// The sizes of a round, by their places: up in one round and down in the next, so that a
    /// machine that slowly becomes slower or faster favours none.
    pub(super) fn order(sizes: usize, round: usize) -> Vec<usize> {
        if round.is_multiple_of(2) {
            (0..sizes).collect()
        } else {
            (0..sizes).rev().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_go_from_a_tenth_of_a_microsecond_to_ten_milliseconds() {
        let plan = Plan::default();
        let (first, last) = (plan.times[0], plan.times[plan.times.len() - 1]);
        assert!((first - 1e-7).abs() < 1e-12 && (last - 1e-2).abs() < 1e-9);
        assert_eq!(plan.payloads.first(), Some(&64));
        assert_eq!(plan.payloads.last(), Some(&(4 << 20)));
        for plan in [plan, Plan::quick()] {
            assert!(plan.times.is_sorted() && plan.payloads.is_sorted());
        }
    }

    #[test]
    fn rounds_go_up_and_down() {
        assert_eq!(Plan::order(3, 0), [0, 1, 2]);
        assert_eq!(Plan::order(3, 1), [2, 1, 0]);
    }
}
