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
