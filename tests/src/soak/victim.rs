//! A worker process of this very process, held by a handle that no other process can ever get.

use std::fs;
use std::os::fd::OwnedFd;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::begun::AT_WORK;
use crate::system::{is_worker_of, parent_of};

/// A worker process.
#[derive(Debug)]
pub(super) struct Victim {
    handle: OwnedFd,
    /// Whether it had begun a job when it was looked at.
    pub(super) has_worked: bool,
}

/// The children of this process. Each thread has its own list of those that it started.
pub(super) fn children() -> Vec<i32> {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
    let lists = threads.flatten().filter_map(|thread| {
        // A thread that has just ended has no list.
        fs::read_to_string(thread.path().join("children")).ok()
    });
    let pids = lists.flat_map(|list| {
        let pids = list.split_whitespace().map(str::parse);
        pids.flatten().collect::<Vec<_>>()
    });
    pids.collect()
}

impl Victim {
    /// Takes a child by its number, if it is a worker. First the handle, then the look: so what was
    /// looked at is what the handle is for.
    pub(super) fn take(pid: i32) -> Option<Self> {
        let handle = pidfd_open(Pid::from_raw(pid)?, PidfdFlags::empty()).ok()?;
        let myself = std::process::id().cast_signed();
        if parent_of(pid) != Some(myself) || !is_worker_of(pid, myself) {
            return None;
        }
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        Some(Self {
            handle,
            has_worked: name.trim() == AT_WORK,
        })
    }

    /// Kills it, and says whether that could be done.
    pub(super) fn kill(&self) -> bool {
        self.send(Signal::KILL)
    }

    /// Stops it, and says whether that could be done.
    pub(super) fn stop(&self) -> bool {
        self.send(Signal::STOP)
    }

    /// Continues it, and says whether it was still there.
    pub(super) fn resume(&self) -> bool {
        self.send(Signal::CONT)
    }

    fn send(&self, signal: Signal) -> bool {
        pidfd_send_signal(&self.handle, signal).is_ok()
    }
}
