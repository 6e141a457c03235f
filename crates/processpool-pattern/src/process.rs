//! The process of a worker, together with those that its jobs have started.
//!
//! A worker leads a process group, and what its jobs start belongs to that group unless it leaves
//! it. So one signal reaches all of them, and none outlives its worker. The group's number is the
//! worker's: it stands for nobody else as long as the worker has not been waited for, and nobody is
//! sent a signal after that.

use std::process::Child;
use std::time::{Duration, Instant};

use workload::Death;

/// How often to look whether a process has left.
const TICK: Duration = Duration::from_micros(200);

/// The process of a worker. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// How it ended, once it has been waited for.
    ended: Option<Death>,
}

impl Process {
    /// Takes charge of a child that leads a process group.
    pub(crate) fn new(child: Child) -> Self {
        Self { child, ended: None }
    }

    /// Kills it and all that its jobs have started.
    pub(crate) fn kill(&mut self) {
        if self.ended.is_none() {
            self.kill_group();
            // Where there are no groups. That it has ended is no error.
            let _ = self.child.kill();
        }
    }

    /// Waits until it has ended, and kills what its jobs have left behind.
    pub(crate) fn wait(&mut self) -> Death {
        if let Some(death) = self.ended {
            return death;
        }
        // First without giving up its number; what goes wrong here goes wrong below again.
        let _ = self.is_over(true);
        self.kill_group();
        let death = self.child.wait().map_or(Death::Exit(-1), Death::from);
        *self.ended.insert(death)
    }

    /// Waits for it to leave by itself, and kills it if it does not.
    pub(crate) fn see_off(&mut self, patience: Duration) -> Death {
        let deadline = Instant::now() + patience;
        while !self.has_ended() {
            if Instant::now() > deadline {
                self.kill();
                break;
            }
            std::thread::sleep(TICK);
        }
        self.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        self.wait();
    }
}

#[cfg(target_os = "linux")]
impl Process {
    /// Whether it has ended, by whatever cause. Its number stays its own.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.ended.is_some() || self.is_over(false).unwrap_or(true)
    }

    fn is_over(&self, wait: bool) -> nix::Result<bool> {
        use nix::errno::Errno;
        use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
        let mut flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        flags.set(WaitPidFlag::WNOHANG, !wait);
        loop {
            match waitid(Id::Pid(self.pid()), flags) {
                Err(Errno::EINTR) => {}
                status => return Ok(status? != WaitStatus::StillAlive),
            }
        }
    }
}

/// Elsewhere a process that is seen to have ended has been waited for by that. What its jobs have
/// left behind is not killed then.
#[cfg(not(target_os = "linux"))]
impl Process {
    pub(crate) fn has_ended(&mut self) -> bool {
        if self.ended.is_none() {
            let status = self.child.try_wait().ok().flatten();
            self.ended = status.map(Death::from);
        }
        self.ended.is_some()
    }

    fn is_over(&self, _: bool) -> std::io::Result<bool> {
        Ok(false)
    }
}

#[cfg(unix)]
impl Process {
    fn kill_group(&self) {
        use nix::sys::signal::{Signal, killpg};
        // Nobody may be left in it.
        let _ = killpg(self.pid(), Signal::SIGKILL);
    }

    fn pid(&self) -> nix::unistd::Pid {
        nix::unistd::Pid::from_raw(self.child.id().cast_signed())
    }
}

#[cfg(not(unix))]
impl Process {
    fn kill_group(&self) {}
}
