//! What the process has used up, as the system counts it.

use std::time::Duration;

use super::report::ContextSwitches;
use crate::spent::peak_memory;

/// What this process and its ended children have used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usage {
    /// User and system time of this process and of the children that it waited for.
    pub(super) cpu: Duration,
    /// How often their threads left a core; unknown where the system does not say.
    pub(super) context_switches: Option<ContextSwitches>,
    /// Most memory that this process had resident, in bytes.
    pub(super) peak_memory: u64,
}

impl Usage {
    /// Until now. All zero where the system does not say, if not said otherwise.
    pub(super) fn now() -> Self {
        let (cpu, context_switches) = used().unzip();
        Self {
            cpu: cpu.unwrap_or_default(),
            context_switches,
            peak_memory: peak_memory().unwrap_or_default(),
        }
    }
}

#[cfg(unix)]
fn used() -> Option<(Duration, ContextSwitches)> {
    use nix::sys::resource::{UsageWho, getrusage};
    let mut cpu = Duration::ZERO;
    let mut switches = ContextSwitches::default();
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who).ok()?;
        for time in [usage.user_time(), usage.system_time()] {
            let seconds = u64::try_from(time.tv_sec()).ok()?;
            let micros = u64::try_from(time.tv_usec()).ok()?;
            cpu += Duration::from_secs(seconds) + Duration::from_micros(micros);
        }
        switches.voluntary += u64::try_from(usage.voluntary_context_switches()).ok()?;
        switches.involuntary += u64::try_from(usage.involuntary_context_switches()).ok()?;
    }
    Some((cpu, switches))
}

#[cfg(not(unix))]
fn used() -> Option<(Duration, ContextSwitches)> {
    None
}

/// How long the calling thread has waited for a core so far, if the system says so.
pub(super) fn run_queue() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let waited = told.split_whitespace().nth(1)?.parse().ok()?;
    Some(Duration::from_nanos(waited))
}
