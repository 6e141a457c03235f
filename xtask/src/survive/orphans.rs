//! Processes that outlive the run that started them. They are known by the folder for temporary
//! files that the run had for itself and that they inherited.

use std::path::Path;

#[cfg(target_os = "linux")]
pub(super) use linux::{adopt, end};

/// Elsewhere than on Linux, orphans are not found.
#[cfg(not(target_os = "linux"))]
pub(super) fn adopt() -> anyhow::Result<()> {
    Ok(())
}

/// Elsewhere than on Linux, orphans are not found.
#[cfg(not(target_os = "linux"))]
pub(super) fn end(_: &Path) -> Option<usize> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::time::{Duration, Instant};

    use anyhow::Context;
    use nix::sys::prctl;
    use nix::sys::signal::{Signal, kill};
    use nix::sys::wait::waitpid;
    use nix::unistd::Pid;

    use super::Path;

    /// How long a process may take to end after its run did. It is waited out only if one is left
    /// behind.
    const GRACE: Duration = Duration::from_secs(2);
    const TICK: Duration = Duration::from_millis(5);

    /// From now on, whoever loses its parent among our descendants becomes our child. So it can be
    /// killed by its number, which the system gives to no other before we have waited for it.
    pub(crate) fn adopt() -> anyhow::Result<()> {
        prctl::set_child_subreaper(true).context("cannot adopt the processes of a run")
    }

    /// Ends what is left of the run with this folder for temporary files; says how many processes
    /// that were.
    pub(crate) fn end(folder: &Path) -> Option<usize> {
        let marker = [b"TMPDIR=", folder.as_os_str().as_bytes()].concat();
        let found = wait_until_gone(&marker, |_| {});
        wait_until_gone(&marker, |process| {
            // Those of another parent come to us when that is gone.
            if parent(process) == Some(Pid::this()) {
                let _ = kill(process, Signal::SIGKILL);
                let _ = waitpid(process, None);
            }
        });
        Some(found)
    }

    /// Waits a while until no process with the marker is left, and meanwhile does something with
    /// each; says how many are left.
    fn wait_until_gone(marker: &[u8], with_each: impl Fn(Pid)) -> usize {
        let deadline = Instant::now() + GRACE;
        loop {
            let left = marked(marker);
            if left.is_empty() || Instant::now() >= deadline {
                return left.len();
            }
            left.into_iter().for_each(&with_each);
            std::thread::sleep(TICK);
        }
    }

    /// All processes that live and have this variable. A dead one has none.
    fn marked(marker: &[u8]) -> Vec<Pid> {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let is_marked = |process: &i32| {
            let variables = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
            variables.split(|byte| *byte == 0).any(|one| one == marker)
        };
        numbers.filter(is_marked).map(Pid::from_raw).collect()
    }

    fn parent(process: Pid) -> Option<Pid> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The program's name stands in brackets and may have anything in it.
        let (_, rest) = stat.rsplit_once(')')?;
        let parent = rest.split_whitespace().nth(1)?.parse().ok()?;
        Some(Pid::from_raw(parent))
    }
}
