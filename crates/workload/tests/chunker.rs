//! The size of chunks, whatever is measured.

use std::num::NonZeroUsize;
use std::time::Duration;

use proptest::prelude::*;
use workload::mechanism::Chunker;

fn workers() -> impl Strategy<Value = NonZeroUsize> {
    (1..100_usize).prop_map(|workers| NonZeroUsize::new(workers).unwrap_or(NonZeroUsize::MIN))
}

/// What was measured: any number of jobs, in any time.
fn measurements() -> impl Strategy<Value = Vec<(usize, u64)>> {
    let nanos = prop_oneof![0..1000_u64, 0..1_000_000_000_u64, Just(u64::MAX)];
    prop::collection::vec((0..100_000_usize, nanos), 0..100)
}

proptest! {
    #[test]
    fn a_chunk_is_never_empty_and_never_larger_than_the_most(
        workers in workers(), most in 0..100_000_usize, measured in measurements(),
        remaining in prop::option::of(any::<usize>()),
    ) {
        let mut chunker = Chunker::new(workers, most, None);
        for (jobs, nanos) in measured {
            chunker.measured(jobs, Duration::from_nanos(nanos));
            let size = chunker.size(remaining);
            prop_assert!((1..=most.max(1)).contains(&size), "{size}");
            let share = remaining.map_or(usize::MAX, |left| left / workers);
            prop_assert!(size <= share.max(1), "one worker gets more than its share");
        }
    }

    #[test]
    fn a_fixed_size_is_never_changed(
        workers in workers(), fixed in 1..1000_usize, measured in measurements(),
        remaining in prop::option::of(any::<usize>()),
    ) {
        let mut chunker = Chunker::new(workers, 1_000_000, NonZeroUsize::new(fixed));
        for (jobs, nanos) in measured {
            chunker.measured(jobs, Duration::from_nanos(nanos));
            prop_assert_eq!(chunker.size(remaining), fixed);
        }
    }

    /// Wherever it comes from, it soon fits jobs that all take the same time.
    #[test]
    fn it_comes_to_fit_what_is_steady(
        workers in workers(), measured in measurements(), nanos in 10..200_000_u64,
    ) {
        let mut chunker = Chunker::new(workers, 65_536, None);
        for (jobs, nanos) in measured {
            chunker.measured(jobs, Duration::from_nanos(nanos));
        }
        // The three last measurements count, and a chunk doubles with each: 2^16 jobs after 16 of them.
        for _ in 0..100 {
            let jobs = chunker.size(None);
            chunker.measured(jobs, Duration::from_nanos(nanos * jobs as u64));
        }
        let work = nanos * chunker.size(None) as u64;
        let fits = (50_000..=100_000).contains(&work) || chunker.size(None) == 1 && nanos > 50_000;
        prop_assert!(fits, "{work} ns in a chunk");
        prop_assert!(!chunker.is_growing());
    }
}
