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
            if is_my_child(process) {
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
            let (marked, undecided) = look(marker);
            let is_gone = marked.is_empty() && undecided == 0;
            if is_gone || Instant::now() >= deadline {
                return marked.len();
            }
            marked.into_iter().for_each(&with_each);
            std::thread::sleep(TICK);
        }
    }

    /// All processes that live and have this variable, and how many may turn out to have it.
    fn look(marker: &[u8]) -> (Vec<Pid>, usize) {
        let (mut marked, mut undecided) = (Vec::new(), 0);
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        for process in numbers.map(Pid::from_raw) {
            let variables = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
            if variables.split(|byte| *byte == 0).any(|one| one == marker) {
                marked.push(process);
            } else if variables.is_empty() && is_my_child(process) {
                // So it looks while it becomes another program.
                undecided += 1;
            }
        }
        (marked, undecided)
    }

    /// Whether the process lives, and is our child.
    fn is_my_child(process: Pid) -> bool {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The program's name stands in brackets and may have anything in it.
        let (_, rest) = stat.rsplit_once(')').unwrap_or_default();
        let mut words = rest.split_whitespace();
        let lives = words
            .next()
            .is_some_and(|state| !matches!(state, "Z" | "X"));
        lives && words.next() == Some(&Pid::this().to_string())
    }
}
