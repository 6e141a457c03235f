//! How many jobs travel together: enough that moving them costs little beside running them, few
//! enough that all workers stay busy to the end.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::estimate::{Typical, fitting};

/// How much work a chunk should hold, unless a pattern asks for more. At 100 us, the 5 to 50 us that
/// it takes to hand a chunk to another core and be woken by its answer no longer count, and a chunk is
/// still far below what a person or a scheduler notices.
pub(super) const TARGET: Duration = Duration::from_micros(100);

/// Sizes chunks by the measured time of the jobs before: grows while jobs are short, shrinks as soon
/// as they get long, and tapers off near the end of an input of known length, as in guided
/// self-scheduling (Polychronopoulos and Kuck, 1987).
#[derive(Debug, Clone)]
pub struct Chunker {
    fixed: Option<NonZeroUsize>,
    workers: usize,
    most: usize,
    target: Duration,
    size: usize,
    /// Nanoseconds a job.
    estimate: Typical,
}

impl Chunker {
    /// A chunker for this many workers whose chunks have a `fixed` size, or else one that never
    /// exceeds `most` jobs.
    #[must_use]
    pub fn new(workers: NonZeroUsize, most: usize, fixed: Option<NonZeroUsize>) -> Self {
        Self {
            fixed,
            workers: workers.get(),
            most: most.max(1),
            target: TARGET,
            size: 1,
            estimate: Typical::default(),
        }
    }

    /// Has chunks hold so much work: for a pattern to which a chunk costs more.
    pub fn aim_at(&mut self, target: Duration) {
        self.target = target;
    }

    /// How many jobs the next chunk should hold, when `remaining` jobs are left (if that is known).
    #[must_use]
    pub fn size(&self, remaining: Option<usize>) -> usize {
        if let Some(fixed) = self.fixed {
            return fixed.get();
        }
        // Near the end, half of an even share: the last chunks are small and end together.
        let fair = remaining.map_or(usize::MAX, |left| left / (2 * self.workers));
        self.size.min(fair).max(1)
    }

    /// Whether the size is still being found: the next measurement may well double it.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        let fits = self.fitting().is_none_or(|fitting| fitting > self.size);
        self.fixed.is_none() && fits && self.size < self.most
    }

    /// Learns that `jobs` jobs took `busy` to run.
    pub fn measured(&mut self, jobs: usize, busy: Duration) {
        self.estimate.measured(jobs, busy.as_nanos());
        if let Some(fitting) = self.fitting() {
            let size = fitting.min(self.size.saturating_mul(2));
            self.size = size.clamp(1, self.most);
        }
    }

    /// How many jobs make a chunk of the target time.
    fn fitting(&self) -> Option<usize> {
        let target = u64::try_from(self.target.as_nanos()).unwrap_or(u64::MAX);
        self.estimate.each().map(|each| fitting(each, target))
    }

    /// How long a job takes, once that is known.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "nanoseconds are positive, and a job of centuries may count as less"
    )]
    pub fn each(&self) -> Option<Duration> {
        self.estimate
            .each()
            .map(|each| Duration::from_nanos(each as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunker() -> Chunker {
        Chunker::new(NonZeroUsize::new(2).unwrap(), 1000, None)
    }

    #[test]
    fn short_jobs_double_the_chunk_up_to_the_most() {
        let mut chunker = chunker();
        for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000] {
            assert_eq!(chunker.size(None), expected);
            chunker.measured(expected, Duration::from_nanos(10 * expected as u64));
        }
    }

    #[test]
    fn a_chunk_holds_about_the_target() {
        let mut chunker = chunker();
        for _ in 0..20 {
            let jobs = chunker.size(None);
            chunker.measured(jobs, Duration::from_micros(5) * jobs as u32);
        }
        assert_eq!(chunker.size(None), 20);
        assert!(!chunker.is_growing());
    }

    #[test]
    fn a_pattern_may_aim_at_more() {
        let mut chunker = chunker();
        chunker.aim_at(Duration::from_millis(1));
        for _ in 0..20 {
            let jobs = chunker.size(None);
            chunker.measured(jobs, Duration::from_micros(5) * jobs as u32);
        }
        assert_eq!(chunker.size(None), 200);
    }

    #[test]
    fn long_jobs_shrink_the_chunk_but_not_one_interruption() {
        let mut chunker = chunker();
        for _ in 0..10 {
            chunker.measured(chunker.size(None), Duration::from_nanos(10));
        }
        let size = chunker.size(None);
        assert!(size > 100);
        chunker.measured(1, Duration::from_millis(10));
        assert_eq!(chunker.size(None), (2 * size).min(1000));
        chunker.measured(1, Duration::from_millis(10));
        assert_eq!(chunker.size(None), 1);
    }

    #[test]
    fn the_end_of_a_known_length_is_shared_out_in_small_chunks() {
        let mut chunker = chunker();
        for _ in 0..20 {
            chunker.measured(chunker.size(None), Duration::from_nanos(10));
        }
        assert_eq!(chunker.size(Some(400)), 100);
        assert_eq!(chunker.size(Some(40)), 10);
        assert_eq!(chunker.size(Some(1)), 1);
    }

    #[test]
    fn a_fixed_size_stays() {
        let mut chunker = Chunker::new(NonZeroUsize::MIN, 5, NonZeroUsize::new(7));
        chunker.measured(7, Duration::from_nanos(1));
        assert_eq!(chunker.size(Some(10_000)), 7);
    }
}
