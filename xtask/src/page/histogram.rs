//! How many jobs took how long, in steps that grow with the time: twenty from each power of ten to
//! the next.

use std::ops::RangeInclusive;

const PER_DECADE: usize = 20;
/// The shortest time that is told apart: a nanosecond.
const SHORTEST: f64 = 1e-9;
/// As many steps as reach over a month.
const STEPS: usize = 16 * PER_DECADE;

/// Counts of jobs by how long they took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Histogram {
    counts: Vec<u64>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; STEPS],
        }
    }
}

impl Histogram {
    /// Counts a job that took so many seconds.
    pub(super) fn add(&mut self, seconds: f64) {
        let decades = (seconds / SHORTEST).max(1.0).log10();
        let step = (decades * PER_DECADE as f64) as usize;
        self.counts[step.min(STEPS - 1)] += 1;
    }

    /// All jobs.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The most jobs in one step.
    pub(super) fn most(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// The steps that hold all jobs, if there are any.
    pub(super) fn range(&self) -> Option<RangeInclusive<usize>> {
        let first = self.counts.iter().position(|count| *count > 0)?;
        let last = self.counts.iter().rposition(|count| *count > 0)?;
        Some(first..=last)
    }

    /// The steps that are not empty: from, to, and how many jobs.
    pub(super) fn steps(&self) -> impl Iterator<Item = (f64, f64, u64)> {
        let counts = self.counts.iter().copied().enumerate();
        let counts = counts.filter(|(_, count)| *count > 0);
        counts.map(|(step, count)| (begin(step), begin(step + 1), count))
    }
}

/// Where a step begins, in seconds.
pub(super) fn begin(step: usize) -> f64 {
    SHORTEST * 10f64.powf(step as f64 / PER_DECADE as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_counted_where_its_time_lies() {
        let mut histogram = Histogram::default();
        let times = [0.0, 3e-7, 0.010_1, 0.010_2, 0.35, 1e12];
        for time in times {
            histogram.add(time);
        }
        assert_eq!((histogram.total(), histogram.most()), (6, 2));
        assert_eq!(histogram.range(), Some(0..=STEPS - 1));
        let steps: Vec<_> = histogram.steps().collect();
        assert_eq!(steps.len(), 5);
        for time in &times[1..5] {
            let holding = steps
                .iter()
                .filter(|(from, to, _)| from <= time && time < to);
            assert_eq!(holding.count(), 1, "{time}");
        }
    }

    #[test]
    fn nothing_has_no_range() {
        assert_eq!(Histogram::default().range(), None);
    }
}
