//! The few things that are asked of the operating system. Where it is not Unix, they do nothing.

use std::time::Duration;

use serde::Serialize;

#[cfg(not(unix))]
pub(crate) use elsewhere::*;
#[cfg(unix)]
pub(crate) use unix::*;

/// What processes have used up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Bytes that had to come from a disk because they were not in memory.
    pub(crate) read: u64,
    /// How often cores changed hands.
    pub(crate) switches: Switches,
}

/// Context switches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Switches {
    /// A process gave up its core because it had to wait.
    pub(crate) voluntary: u64,
    /// A core was taken from a process.
    pub(crate) involuntary: u64,
}

impl Used {
    /// What was used since an earlier look.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            read: self.read.saturating_sub(earlier.read),
            switches: Switches {
                voluntary: self.switches.voluntary - earlier.switches.voluntary,
                involuntary: self.switches.involuntary - earlier.switches.involuntary,
            },
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::process::CommandExt;
    use std::process::Command;
    use std::time::Duration;

    use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
    use nix::sys::signal::{Signal, killpg};
    use nix::sys::time::TimeVal;
    use nix::unistd::Pid;

    use super::{Switches, Used};

    /// Makes the program lead a process group of its own, so that it and all that it starts can
    /// be told to stop together, and a Ctrl-C reaches it once, through us.
    pub(crate) fn lead_a_group(command: &mut Command) {
        command.process_group(0);
    }

    /// Sends a signal to a group; it does not matter if nobody is left there.
    pub(crate) fn signal_group(group: u32, signal: i32) {
        let signal = Signal::try_from(signal).unwrap_or(Signal::SIGTERM);
        if let Ok(group) = i32::try_from(group) {
            let _ = killpg(Pid::from_raw(group), signal);
        }
    }

    /// Ends a group at once.
    pub(crate) fn kill_group(group: u32) {
        signal_group(group, Signal::SIGKILL as i32);
    }

    /// From now on, what is started and dies leaves no core file: nobody would look at it.
    pub(crate) fn write_no_core_files() {
        if let Ok((_, most)) = getrlimit(Resource::RLIMIT_CORE) {
            // A lower limit is never refused.
            let _ = setrlimit(Resource::RLIMIT_CORE, 0, most);
        }
    }

    /// What all children so far, and theirs, that were waited for have used.
    pub(crate) fn used_by_children() -> Used {
        /// The system counts in blocks of this many bytes, whatever the disk does.
        const BLOCK: u64 = 512;
        let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else {
            return Used::default();
        };
        Used {
            cpu: duration(usage.user_time()) + duration(usage.system_time()),
            read: count(usage.block_reads()) * BLOCK,
            switches: Switches {
                voluntary: count(usage.voluntary_context_switches()),
                involuntary: count(usage.involuntary_context_switches()),
            },
        }
    }

    fn count(count: i64) -> u64 {
        u64::try_from(count).unwrap_or_default()
    }

    fn duration(time: TimeVal) -> Duration {
        let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
        let micros = u64::try_from(time.tv_usec()).unwrap_or_default();
        Duration::from_secs(seconds) + Duration::from_micros(micros)
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::process::Command;

    use super::Used;

    pub(crate) fn lead_a_group(_: &mut Command) {}

    pub(crate) fn kill_group(_: u32) {}

    pub(crate) fn write_no_core_files() {}

    pub(crate) fn used_by_children() -> Used {
        Used::default()
    }
}
