//! The clocks that runs are measured by, in nanoseconds.

#[cfg(unix)]
use nix::time::ClockId;

/// Nanoseconds of a clock that only goes forward and that all processes of a machine share
/// (`CLOCK_MONOTONIC`). Elsewhere than on Unix, the time since 1970.
#[must_use]
pub fn now() -> u64 {
    #[cfg(unix)]
    {
        // CLOCK_MONOTONIC always exists; a zero would only make a span look empty.
        read(ClockId::CLOCK_MONOTONIC)
    }
    #[cfg(not(unix))]
    {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        u64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// The same as [`now`], at a quarter of the cost, but some milliseconds behind.
#[inline]
pub(crate) fn coarse() -> u64 {
    #[cfg(target_os = "linux")]
    {
        read(ClockId::CLOCK_MONOTONIC_COARSE)
    }
    #[cfg(not(target_os = "linux"))]
    now()
}

/// For how long the calling thread has been on a core; 0 where the system does not say.
pub(crate) fn thread_on_core() -> u64 {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        read(ClockId::CLOCK_THREAD_CPUTIME_ID)
    }
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    0
}

/// For how long all threads of this process have been on a core; 0 where the system does not say.
pub(crate) fn process_on_core() -> u64 {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        read(ClockId::CLOCK_PROCESS_CPUTIME_ID)
    }
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    0
}

#[cfg(unix)]
#[inline]
fn read(clock: ClockId) -> u64 {
    // It fails only for a clock that does not exist.
    let Ok(time) = nix::time::clock_gettime(clock) else {
        return 0;
    };
    let (seconds, nanos) = (
        time.tv_sec().cast_unsigned(),
        time.tv_nsec().cast_unsigned(),
    );
    seconds * 1_000_000_000 + nanos
}
