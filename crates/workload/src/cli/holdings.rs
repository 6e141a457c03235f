//! What this process holds that a pattern can leave behind, as Linux tells it. Things are told
//! apart, not counted, so that one that is gone does not hide one that is new.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::report::LeftBehind;

/// What this process holds at one moment; nothing is known where the system does not say.
#[derive(Debug, Default)]
pub(super) struct Holdings {
    threads: Option<BTreeSet<u32>>,
    descriptors: Option<BTreeSet<(u32, PathBuf)>>,
    children: Option<BTreeSet<u32>>,
}

impl Holdings {
    /// What it holds now.
    #[cfg(target_os = "linux")]
    pub(super) fn now() -> Self {
        Self {
            threads: linux::threads(),
            descriptors: linux::descriptors(),
            children: linux::children(),
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn now() -> Self {
        Self::default()
    }

    /// What it did not hold at that time.
    pub(super) fn since(&self, earlier: &Self) -> LeftBehind {
        LeftBehind {
            threads: new(self.threads.as_ref(), earlier.threads.as_ref()),
            descriptors: new(self.descriptors.as_ref(), earlier.descriptors.as_ref()),
            processes: new(self.children.as_ref(), earlier.children.as_ref()),
        }
    }
}

fn new<T: Ord>(now: Option<&BTreeSet<T>>, earlier: Option<&BTreeSet<T>>) -> Option<usize> {
    Some(now?.difference(earlier?).count())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use nix::errno::Errno;
    use nix::sys::wait::{Id, WaitPidFlag, waitid};

    /// The system marks a thread so as soon as it begins to end. Whoever joins it is woken after
    /// that, and yet before it is off the list.
    const ENDING: u64 = 0x4;

    pub(super) fn threads() -> Option<BTreeSet<u32>> {
        let threads = numbers("/proc/self/task")?.into_iter();
        let is_there = |thread: &u32| {
            let flags = stat(&format!("/proc/self/task/{thread}/stat"), FLAGS);
            flags.is_some_and(|flags| flags & ENDING == 0)
        };
        Some(threads.filter(is_there).collect())
    }

    pub(super) fn descriptors() -> Option<BTreeSet<(u32, PathBuf)>> {
        // All numbers first: the one through which they are read is closed after that.
        let descriptors = numbers("/proc/self/fd")?.into_iter();
        let target = |number| {
            let target = fs::read_link(format!("/proc/self/fd/{number}")).ok()?;
            Some((number, target))
        };
        Some(descriptors.filter_map(target).collect())
    }

    /// Dead ones that nobody has waited for are among them.
    pub(super) fn children() -> Option<BTreeSet<u32>> {
        // Mostly there are none, and then one question spares reading all of /proc.
        let look = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        if waitid(Id::All, look) == Err(Errno::ECHILD) {
            return Some(BTreeSet::new());
        }
        let myself = u64::from(std::process::id());
        let processes = numbers("/proc")?.into_iter();
        let is_mine =
            |process: &u32| stat(&format!("/proc/{process}/stat"), PARENT) == Some(myself);
        Some(processes.filter(is_mine).collect())
    }

    /// Places in a line of `stat`, counted from what follows the name.
    const PARENT: usize = 1;
    const FLAGS: usize = 6;

    /// A number in a `stat` file; nothing if what it tells of is gone.
    fn stat(path: &str, place: usize) -> Option<u64> {
        let stat = fs::read_to_string(path).ok()?;
        // The name stands in brackets and may have anything in it.
        let (_, rest) = stat.rsplit_once(')')?;
        rest.split_whitespace().nth(place)?.parse().ok()
    }

    /// The entries of a folder that are numbers.
    fn numbers(folder: &str) -> Option<Vec<u32>> {
        let names = fs::read_dir(folder).ok()?.flatten();
        Some(
            names
                .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
                .collect(),
        )
    }

    #[cfg(test)]
    mod tests {
        use std::process::{Command, Stdio};
        use std::sync::mpsc::channel;

        use super::super::Holdings;
        use super::*;

        #[test]
        fn what_is_new_is_seen_until_it_is_gone() {
            let earlier = Holdings::now();
            let (tell, told) = channel();
            let (end, ended) = channel::<()>();
            let thread = std::thread::spawn(move || {
                tell.send(nix::unistd::gettid().as_raw().cast_unsigned())
                    .unwrap();
                ended.recv()
            });
            let number = told.recv().unwrap();
            let mut cat = Command::new("cat");
            let mut child = cat.stdin(Stdio::piped()).spawn().unwrap();
            // Other tests of this process start threads and close files, but no processes.
            let left = Holdings::now().since(&earlier);
            assert!(left.threads >= Some(1), "{left:?}");
            assert!(left.descriptors >= Some(1), "{left:?}");
            assert_eq!(left.processes, Some(1));
            assert!(threads().unwrap().contains(&number));

            drop(end);
            assert!(thread.join().unwrap().is_err());
            assert!(!threads().unwrap().contains(&number));

            drop(child.stdin.take());
            let myself = Id::Pid(nix::unistd::Pid::from_raw(child.id().cast_signed()));
            waitid(myself, WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT).unwrap();
            let zombie = children().unwrap();
            assert!(zombie.contains(&child.id()), "nobody has waited for it yet");
            child.wait().unwrap();
            assert_eq!(children(), Some(BTreeSet::new()));
        }
    }
}
