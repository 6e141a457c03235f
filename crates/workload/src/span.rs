//! When and where a job ran: the raw material of a timeline.

use serde::{Deserialize, Serialize};

/// When and where one job ran. Recorded when [`Options::spans`](crate::Options::spans) is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The job's place in the input, from 0.
    pub index: usize,
    /// The worker that ran it, from 0.
    pub worker: u32,
    /// When it started, in nanoseconds of [`now`].
    pub start: u64,
    /// When it ended, in nanoseconds of [`now`].
    pub end: u64,
}

/// Notes when a job computes: from when it first does, with the interpreter lock if there is one,
/// until it last did.
#[derive(Debug, Clone, Copy)]
pub struct Timer {
    on: bool,
    times: Option<(u64, u64)>,
}

impl Timer {
    /// A timer that looks at the clock if it is `on`, and costs nothing if it is not.
    #[must_use]
    pub fn new(on: bool) -> Self {
        Self { on, times: None }
    }

    /// When the job started and ended, if it did and the timer was on.
    #[must_use]
    pub fn times(&self) -> Option<(u64, u64)> {
        self.times
    }

    /// The span of the job at `index`, run by this worker.
    #[must_use]
    pub fn span(&self, index: usize, worker: u32) -> Option<Span> {
        self.times.map(|(start, end)| Span {
            index,
            worker,
            start,
            end,
        })
    }

    /// Runs `compute` and notes when.
    #[inline]
    pub(crate) fn time<T>(&mut self, compute: impl FnOnce() -> T) -> T {
        if !self.on {
            return compute();
        }
        let start = self.times.map_or_else(now, |(start, _)| start);
        let result = compute();
        self.times = Some((start, now()));
        result
    }
}

/// Nanoseconds of a clock that only goes forward and that all processes of a machine share
/// (`CLOCK_MONOTONIC`). Elsewhere than on Unix, the time since 1970.
#[must_use]
pub fn now() -> u64 {
    #[cfg(unix)]
    {
        let clock = nix::time::ClockId::CLOCK_MONOTONIC;
        // CLOCK_MONOTONIC always exists; a zero would only make a span look empty.
        let time = nix::time::clock_gettime(clock).unwrap_or(nix::sys::time::TimeSpec::new(0, 0));
        u64::try_from(std::time::Duration::from(time).as_nanos()).unwrap_or(u64::MAX)
    }
    #[cfg(not(unix))]
    {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        u64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
    }
}
