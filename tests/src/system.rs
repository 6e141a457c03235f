//! What a process holds, as the system sees it, and waiting for a fact instead of for a time.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a fact may take to come true. Far longer than it takes on a machine that has much else
/// to do; it is only ever waited out by a test that fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `is_so`.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs a test on a thread of its own, so that one that would hang fails instead.
pub fn in_time(name: &str, test: impl FnOnce() + Send + 'static) {
    let (sender, receiver) = channel();
    let thread = std::thread::Builder::new().name(name.to_owned());
    let thread = thread.spawn(move || {
        test();
        let _ = sender.send(());
    });
    match receiver.recv_timeout(3 * PATIENCE) {
        Ok(()) => thread.unwrap().join().unwrap(),
        Err(RecvTimeoutError::Timeout) => panic!("it takes for ever"),
        Err(RecvTimeoutError::Disconnected) => resume_unwind(thread.unwrap().join().unwrap_err()),
    }
}

/// What this process holds that a pool could leave behind; among it the temporary files, sockets
/// too, of all processes that share its directory for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    threads: BTreeSet<String>,
    files: BTreeSet<(String, PathBuf)>,
    shared_memory: usize,
    children: BTreeSet<i32>,
    temporary: BTreeSet<OsString>,
}

impl Holdings {
    /// What it holds now.
    #[must_use]
    pub fn now() -> Self {
        let names = |directory| {
            let entries = fs::read_dir(directory).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap())
        };
        let target = |fd: String| {
            // The one through which the directory is read is gone by now.
            let target = fs::read_link(format!("/proc/self/fd/{fd}")).ok()?;
            Some((fd, target))
        };
        let files: Vec<_> = names("/proc/self/fd").collect();
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let myself = i32::try_from(std::process::id()).unwrap();
        let temporary = fs::read_dir(std::env::temp_dir()).unwrap();
        Self {
            threads: names("/proc/self/task").collect(),
            files: files.into_iter().filter_map(target).collect(),
            shared_memory: maps.lines().filter(|map| map.contains("memfd:")).count(),
            children: children(myself),
            temporary: temporary.map(|entry| entry.unwrap().file_name()).collect(),
        }
    }

    /// Whether there is nothing that was not there at that time.
    fn is_within(&self, earlier: &Self) -> bool {
        self.threads.is_subset(&earlier.threads)
            && self.files.is_subset(&earlier.files)
            && self.shared_memory <= earlier.shared_memory
            && self.children.is_subset(&earlier.children)
            && self.temporary.is_subset(&earlier.temporary)
    }

    /// Waits until this process holds no more than what it held before. Some things are gone a
    /// moment after whoever waits for them is told: the system takes a thread off its list after
    /// it has woken those that join it. For the same reason it may hold less than before.
    pub fn wait_until_back(&self) {
        if let Err(left) = self.back_within(PATIENCE) {
            panic!("{left}");
        }
    }

    /// The same, but for so long at most.
    ///
    /// # Errors
    ///
    /// What is there that was not there before.
    pub fn back_within(&self, patience: Duration) -> Result<(), String> {
        let deadline = Instant::now() + patience;
        loop {
            let now = Self::now();
            if now.is_within(self) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(now.beyond(self));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// What there is that was not there at that time.
    fn beyond(&self, earlier: &Self) -> String {
        let threads: Vec<_> = self.threads.difference(&earlier.threads).collect();
        let files: Vec<_> = self.files.difference(&earlier.files).collect();
        let children: Vec<_> = self.children.difference(&earlier.children).collect();
        let temporary: Vec<_> = self.temporary.difference(&earlier.temporary).collect();
        let memory = self.shared_memory.saturating_sub(earlier.shared_memory);
        format!(
            "threads {threads:?}, descriptors {files:?}, children {children:?}, \
             temporary files {temporary:?}, {memory} mappings of shared memory"
        )
    }
}

/// How much memory this process has asked for that it shares with nobody, touched or not, in bytes.
#[must_use]
pub fn private_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:"));
    let kib: u64 = line.unwrap().trim_end_matches("kB").trim().parse().unwrap();
    kib << 10
}

/// The children of a process, dead ones that nobody has waited for among them.
#[must_use]
pub fn children(parent: i32) -> BTreeSet<i32> {
    processes()
        .filter(|pid| parent_of(*pid) == Some(parent))
        .collect()
}

/// The workers of the process pools of a process, also when that process is gone: a worker is told
/// its parent's number.
#[must_use]
pub fn workers_of(parent: i32) -> BTreeSet<i32> {
    processes()
        .filter(|pid| is_worker_of(*pid, parent))
        .collect()
}

/// Whether a process is such a worker.
#[must_use]
pub fn is_worker_of(pid: i32, parent: i32) -> bool {
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let mut words = command.split(|byte| *byte == 0).skip(1);
    let parent = parent.to_string();
    words.next() == Some(b"--processpool-worker") && words.nth(1) == Some(parent.as_bytes())
}

/// Whether a process is there and has not ended.
#[must_use]
pub fn is_alive(pid: i32) -> bool {
    stat(pid).is_some_and(|(state, _)| !matches!(state, 'Z' | 'X'))
}

/// Whether a process has said that it handles a signal itself.
#[must_use]
pub fn handles(pid: i32, signal: Signal) -> bool {
    is_in("SigCgt:", pid, signal)
}

/// Whether a process has said that a signal does nothing to it.
#[must_use]
pub fn ignores(pid: i32, signal: Signal) -> bool {
    is_in("SigIgn:", pid, signal)
}

/// Whether a signal is in a process's mask of that name.
fn is_in(mask: &str, pid: i32, signal: Signal) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix(mask));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal as i32 - 1) & 1 == 1)
}

/// Sends a signal to a process that this test started.
pub fn send(pid: i32, signal: Signal) {
    kill(Pid::from_raw(pid), signal).unwrap();
}

fn processes() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// A process's parent.
#[must_use]
pub fn parent_of(pid: i32) -> Option<i32> {
    stat(pid).map(|(_, parent)| parent)
}

/// A process's state and its parent.
fn stat(pid: i32) -> Option<(char, i32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands in brackets and may have anything in it.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut words = rest.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}
