//! A sample of the inputs: for a first look at a list that is too long to run.

use std::num::NonZeroUsize;

use super::input::patiently;
use crate::mechanism::Pull;

/// Always the same, so that every pattern and every run has the same jobs.
const SEED: u64 = 0;

/// Draws so many of the jobs, each with the same chance, and keeps them in input order. Reads all of
/// the input, and keeps no more of it than the sample. Says how many jobs there were.
pub(super) fn sample<J>(
    jobs: impl Iterator<Item = Pull<J>>,
    size: NonZeroUsize,
) -> (Vec<J>, usize) {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut drawn = Vec::new();
    let mut seen = 0;
    for job in patiently(jobs) {
        // Reservoir sampling: the n-th job is drawn with the chance size / n, in the place of one
        // that was drawn before.
        if drawn.len() < size.get() {
            drawn.push((seen, job));
        } else if let Some(place) = drawn.get_mut(random.usize(0..=seen)) {
            *place = (seen, job);
        }
        seen += 1;
    }
    drawn.sort_unstable_by_key(|(index, _)| *index);
    (drawn.into_iter().map(|(_, job)| job).collect(), seen)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn drawn(size: usize, of: usize) -> Vec<usize> {
        // Every third time, there is nothing yet.
        let nothing = Pull::NotYet(Duration::ZERO);
        let jobs =
            (0..of).flat_map(|job| [Some(Pull::Job(job)), (job % 3 == 0).then_some(nothing)]);
        let (sample, seen) = sample(jobs.flatten(), NonZeroUsize::new(size).unwrap());
        assert_eq!(seen, of);
        sample
    }

    #[test]
    fn a_sample_is_in_input_order_and_the_same_each_time() {
        let sample = drawn(20, 300);
        assert_eq!(sample.len(), 20);
        assert!(sample.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(*sample.last().unwrap() < 300);
        assert_eq!(sample, drawn(20, 300));
    }

    #[test]
    fn a_sample_of_more_than_there_is_is_all_of_it() {
        assert_eq!(drawn(10, 10), Vec::from_iter(0..10));
        assert_eq!(drawn(usize::MAX, 10), Vec::from_iter(0..10));
        assert!(drawn(1, 0).is_empty());
    }

    /// Each tenth of the input gets a tenth of the sample, give or take four standard deviations.
    #[test]
    fn every_part_of_the_input_is_drawn_from_alike() {
        let jobs = (0..100_000).map(Pull::Job);
        let (sample, _) = sample(jobs, NonZeroUsize::new(10_000).unwrap());
        let mut tenths = [0; 10];
        for job in sample {
            tenths[job / 10_000] += 1;
        }
        assert!(
            tenths.iter().all(|n| (886..=1114).contains(n)),
            "{tenths:?}"
        );
    }
}
