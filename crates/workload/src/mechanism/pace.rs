//! A rate limit: how many jobs may start in a time. The limit itself is a state machine, to which time is
//! handed in.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::Pull;
use crate::Options;
use crate::span::now;

/// So late a timer may be: tokio's tick is a millisecond, and a core is not always free. What was missed
/// meanwhile is made up for, or a high rate would never be reached.
const SLACK: Duration = Duration::from_millis(2);

/// How fast jobs may start: one in each interval, and some at once after a pause.
///
/// ```
/// use std::time::Duration;
/// use workload::Rate;
///
/// assert_eq!(Rate::per_second(50), Rate::every(Duration::from_millis(20)));
/// let rate = Rate::per_second(50).burst(10);
/// # let _ = rate;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval: Duration,
    burst: NonZeroUsize,
}

impl Rate {
    /// So many jobs a second, evenly spread; 0 counts as 1.
    #[must_use]
    pub fn per_second(jobs: u32) -> Self {
        Self::every(Duration::from_secs(1) / jobs.max(1))
    }

    /// One job in each interval.
    #[must_use]
    pub fn every(interval: Duration) -> Self {
        let burst = NonZeroUsize::MIN;
        Self { interval, burst }
    }

    /// Up to so many jobs at once, at the beginning and after a pause that was long enough for them; 0
    /// counts as 1.
    #[must_use]
    pub fn burst(self, jobs: usize) -> Self {
        let burst = NonZeroUsize::new(jobs).unwrap_or(NonZeroUsize::MIN);
        Self { burst, ..self }
    }
}

/// When the next job may start: the generic cell rate algorithm, a leaky bucket that keeps one number.
/// In any time there start no more jobs than the burst and one for each interval, but for what makes up
/// for a timer's lateness of some milliseconds.
#[derive(Debug, Clone)]
pub struct Pace {
    interval: u64,
    /// How long before it is due a job may start.
    ahead: u64,
    /// When the next job is due, at an even pace.
    due: u64,
}

impl Pace {
    /// The pace of this rate.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let interval = nanos(rate.interval);
        let others = u64::try_from(rate.burst.get() - 1).unwrap_or(u64::MAX);
        Self {
            interval,
            ahead: interval.saturating_mul(others).max(nanos(SLACK)),
            due: 0,
        }
    }

    /// How long no job may start from now on: nothing if one may.
    #[must_use]
    pub fn wait(&self, now: u64) -> Duration {
        let soonest = self.due.saturating_sub(self.ahead);
        Duration::from_nanos(soonest.saturating_sub(now))
    }

    /// A job has started.
    pub fn started(&mut self, now: u64) {
        self.due = self.due.max(now).saturating_add(self.interval);
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// An input whose jobs come no faster than the options allow.
pub struct Paced<I> {
    jobs: I,
    pace: Option<Pace>,
}

impl<I> Paced<I> {
    /// These jobs, at the pace of the options.
    pub fn new(jobs: I, options: &Options) -> Self {
        let pace = options.rate.map(Pace::new);
        Self { jobs, pace }
    }
}

impl<J, I: Iterator<Item = Pull<J>>> Iterator for Paced<I> {
    type Item = Pull<J>;

    #[inline]
    fn next(&mut self) -> Option<Pull<J>> {
        let Some(pace) = &mut self.pace else {
            return self.jobs.next();
        };
        let now = now();
        let wait = pace.wait(now);
        if wait > Duration::ZERO && self.jobs.size_hint().1 != Some(0) {
            return Some(Pull::NotYet(wait));
        }
        let next = self.jobs.next();
        if let Some(Pull::Job(_)) = next {
            pace.started(now);
        }
        next
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.jobs.size_hint()
    }
}
