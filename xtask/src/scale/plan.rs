//! What is to be measured: which numbers of workers, and how often. Pure.

use std::num::NonZeroUsize;

/// What runs if no workload is named: jobs that compute, of uneven size, enough for any number of
/// workers.
pub(super) const WORKLOAD: &str = "primes --count 400 --limit 2000000";

/// Each worker may be a process.
pub(super) const MOST_WORKERS: usize = 1024;

/// More would take longer than anyone waits.
pub(super) const MOST_NUMBERS: usize = 32;

/// More than the cores of most machines, to see that far too many workers do no harm.
const FAR_TOO_MANY: usize = 64;

/// A machine with fewer cores than half of this would give too few points for a law.
const AT_LEAST_UP_TO: usize = 8;

/// With fewer rounds, a median has no bounds.
const ROUNDS: usize = 6;

/// So many workers, so often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// The fewest first.
    pub(super) workers: Vec<usize>,
    /// Each has every number of workers on every pattern once.
    pub(super) rounds: usize,
}

impl Plan {
    pub(super) fn new(workers: Vec<usize>, rounds: Option<NonZeroUsize>) -> Self {
        Self {
            workers,
            rounds: rounds.map_or(ROUNDS, usize::from),
        }
    }
}

/// Up to twice the cores, two numbers to each doubling, and far too many.
pub(super) fn default_workers(cores: usize) -> Vec<usize> {
    let up_to = cores.saturating_mul(2).clamp(AT_LEAST_UP_TO, MOST_WORKERS);
    let doublings = (0..).map(|power| 1_usize << power);
    let doublings = doublings.take_while(|workers| *workers <= up_to);
    let halfway = |workers| [workers, workers + workers / 2];
    let mut workers: Vec<_> = doublings.flat_map(halfway).collect();
    workers.extend([cores, up_to]);
    workers.retain(|workers| *workers <= up_to);
    workers.push(FAR_TOO_MANY);
    workers.sort_unstable();
    workers.dedup();
    workers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_go_up_to_twice_the_cores_and_then_far_beyond() {
        for cores in [1, 2, 4] {
            assert_eq!(default_workers(cores), [1, 2, 3, 4, 6, 8, 64], "{cores}");
        }
        assert_eq!(default_workers(6), [1, 2, 3, 4, 6, 8, 12, 64]);
        for cores in [16, 48, 64, 400, 5000] {
            let workers = default_workers(cores);
            assert!(workers.is_sorted() && workers.len() <= MOST_NUMBERS);
            assert!(workers.contains(&64) && *workers.last().unwrap() <= MOST_WORKERS);
            assert_eq!(workers.contains(&(2 * cores)), cores <= 400, "{cores}");
        }
    }
}
