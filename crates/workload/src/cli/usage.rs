//! What the process has used up, as the system counts it.

use std::time::Duration;

/// What this process and its ended children have used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usage {
    /// User and system time of this process and of the children that it waited for.
    pub(super) cpu: Duration,
    /// Most memory that this process had resident, in bytes.
    pub(super) peak_memory: u64,
}

impl Usage {
    /// Until now. All zero where the system does not say.
    pub(super) fn now() -> Self {
        Self {
            cpu: cpu().unwrap_or_default(),
            peak_memory: peak_memory().unwrap_or_default(),
        }
    }
}

#[cfg(unix)]
fn cpu() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    let mut total = Duration::ZERO;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who).ok()?;
        for time in [usage.user_time(), usage.system_time()] {
            let seconds = u64::try_from(time.tv_sec()).ok()?;
            let micros = u64::try_from(time.tv_usec()).ok()?;
            total += Duration::from_secs(seconds) + Duration::from_micros(micros);
        }
    }
    Some(total)
}

#[cfg(not(unix))]
fn cpu() -> Option<Duration> {
    None
}

/// `VmHWM` rather than `ru_maxrss`: the latter inherits the peak of whoever spawned the process.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
