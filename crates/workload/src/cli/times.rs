//! How long jobs took, of any number of jobs in bounded memory.

use hdrhistogram::Histogram;

use super::report::JobTimes;
use crate::Span;

/// Percentiles are right to so many digits.
const DIGITS: u8 = 3;

/// The times of all jobs that ran.
#[derive(Debug)]
pub(super) struct Times {
    /// By nanoseconds.
    histogram: Histogram<u64>,
    longest: u64,
    in_jobs: u64,
    computing: u64,
}

impl Times {
    /// Of no jobs yet.
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            histogram: Histogram::new(DIGITS)?,
            longest: 0,
            in_jobs: 0,
            computing: 0,
        })
    }

    /// Takes in a job.
    pub(super) fn add(&mut self, span: &Span) {
        let took = span.end.saturating_sub(span.start);
        // It grows to hold any value, so this cannot fail.
        let _ = self.histogram.record(took);
        self.longest = self.longest.max(took);
        self.in_jobs += took;
        self.computing += span.computing;
    }

    /// What the report says of them.
    pub(super) fn report(&self) -> JobTimes {
        // A percentile is the end of its bucket.
        let at = |share| seconds(self.histogram.value_at_quantile(share).min(self.longest));
        JobTimes {
            p50: at(0.50),
            p95: at(0.95),
            p99: at(0.99),
            longest: seconds(self.longest),
            in_jobs: seconds(self.in_jobs),
            computing: seconds(self.computing),
        }
    }
}

fn seconds(nanos: u64) -> f64 {
    std::time::Duration::from_nanos(nanos).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(took: impl Iterator<Item = u64>) -> JobTimes {
        let mut times = Times::new().unwrap();
        for (index, took) in took.enumerate() {
            let (start, computing) = (7, took / 2);
            times.add(&Span {
                index,
                worker: 0,
                start,
                end: start + took,
                computing,
            });
        }
        times.report()
    }

    #[test]
    fn percentiles_are_right_to_three_digits_and_the_rest_exactly() {
        // One nanosecond to ten seconds.
        for unit in [1, 1000, 1_000_000] {
            let told = times((1..=10_000).map(|job| job * unit));
            let expected = |share: u64| share as f64 * 100.0 * unit as f64 * 1e-9;
            for (told, share) in [(told.p50, 50), (told.p95, 95), (told.p99, 99)] {
                let off = told / expected(share) - 1.0;
                assert!((0.0..0.001).contains(&off), "{share}: {told}, {off} off");
            }
            assert_eq!(told.longest, expected(100));
            let sum = 10_000 * 10_001 / 2 * unit;
            assert_eq!(told.in_jobs, seconds(sum));
            assert!((told.computing / told.in_jobs - 0.5).abs() < 0.001);
        }
    }

    #[test]
    fn no_jobs_and_endless_ones_are_no_trouble() {
        assert_eq!(times(std::iter::empty()), JobTimes::default());
        let told = times([0, u64::MAX / 4].into_iter());
        assert_eq!((told.p50, told.p99), (0.0, told.longest));
    }
}
