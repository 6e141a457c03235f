//! The process of a worker, together with those that its jobs have started.
//!
//! A worker leads a process group, and what its jobs start belongs to that group unless it leaves
//! it. So one signal reaches all of them, and none outlives its worker. The group's number is the
//! worker's: it stands for nobody else as long as the worker has not been waited for, and nobody is
//! sent a signal after that. A process that ignores SIGCHLD has the system wait for its workers at once,
//! so it gets no pool; if it begins that later, it is not told how they end.

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
        if self.ended.is_none() && self.is_over(false).is_ok() {
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
        // First without giving up its number. If that fails, the number is another's; and then it
        // fails below again.
        if self.is_over(true).is_ok() {
            self.kill_group();
        }
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

/// Whether this process ignores SIGCHLD.
#[cfg(target_os = "linux")]
pub(crate) fn ignores_children() -> bool {
    use nix::sys::signal::Signal::SIGCHLD;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask >> (SIGCHLD as u32 - 1) & 1 == 1)
}

/// Elsewhere this cannot be asked without unsafe code.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ignores_children() -> bool {
    false
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    use nix::sys::wait::waitpid;

    use super::*;

    /// As where SIGCHLD is ignored. Who is left in the group stands for the process that may have the
    /// number next.
    #[test]
    fn nobody_is_signalled_by_a_number_that_was_given_away() {
        let mut command = Command::new("sh");
        command.args(["-c", "exec 3<&0; { read line; echo $line; } <&3 &"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.process_group(0).spawn().unwrap();
        let (to, from) = (child.stdin.take(), child.stdout.take());
        let mut process = Process::new(child);
        waitpid(process.pid(), None).unwrap();
        process.kill();
        assert_eq!(process.wait(), Death::Exit(-1), "nobody knows");
        to.unwrap().write_all(b"alive\n").unwrap();
        let mut said = String::new();
        from.unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "alive\n");
    }
}
