//! A time limit for a whole run.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::system;

/// Kills a process group when its time is up.
#[derive(Debug)]
pub(crate) struct Deadline {
    cancel: Sender<()>,
    thread: JoinHandle<Option<Duration>>,
}

impl Deadline {
    /// Gives the group this much time from now.
    pub(crate) fn start(group: u32, limit: Duration) -> Self {
        let (cancel, cancelled) = channel();
        let thread = std::thread::spawn(move || {
            let missed = cancelled.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if missed {
                system::kill_group(group);
            }
            missed.then_some(limit)
        });
        Self { cancel, thread }
    }

    /// Calls it off; gives the limit if that came too late.
    pub(crate) fn missed(self) -> Option<Duration> {
        drop(self.cancel);
        self.thread.join().unwrap_or_default()
    }
}
