//! Peak memory of a process and everything that it started, sampled while it runs.

use std::fs;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often memory is looked at, once a program has run for a while. In its first moments it is
/// looked at more often, because for a short run they are all there is.
const PAUSE: Duration = Duration::from_millis(10);

/// Reading a big process's memory map costs time on a core that the program could use, so the
/// sampler rests this many times as long as a look took.
const REST: u32 = 20;

/// A thread that looks at the memory of a process tree again and again.
#[derive(Debug)]
pub(crate) struct Sampler {
    stop: Sender<()>,
    thread: JoinHandle<u64>,
}

impl Sampler {
    /// Begins at once with the process `root`.
    pub(crate) fn start(root: u32) -> Self {
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let mut peak = 0;
            let mut pause = Duration::from_millis(1);
            loop {
                let began = Instant::now();
                peak = peak.max(tree(root).into_iter().map(memory).sum());
                let rest = pause.max(began.elapsed() * REST);
                pause = PAUSE.min(pause * 2);
                if stopped.recv_timeout(rest) != Err(RecvTimeoutError::Timeout) {
                    return peak;
                }
            }
        });
        Self { stop, thread }
    }

    /// Stops, and gives the most that was seen, in bytes. 0 where the system does not say.
    pub(crate) fn peak(self) -> u64 {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

/// The process and all its descendants.
fn tree(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&process) = found.get(next) {
        found.extend(children(process));
        next += 1;
    }
    found
}

/// Each thread has its own list of the children that it started.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let lists = threads
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|thread| {
            // A thread or process may end while we look: then it has no children.
            fs::read_to_string(thread.path().join("children")).ok()
        });
    lists
        .flat_map(|list| {
            let numbers = list.split_whitespace().map(str::parse);
            numbers.flatten().collect::<Vec<_>>()
        })
        .collect()
}

/// Bytes of one process. A page that several processes share counts for its share in each (PSS),
/// so that the sum over the tree counts it once; where that is not to be had, all resident pages.
fn memory(process: u32) -> u64 {
    let field = |file: &str, name: &str| -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    };
    field("smaps_rollup", "Pss:")
        .or_else(|| field("status", "VmRSS:"))
        .unwrap_or(0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_grandchild_counts() {
        let script = "sleep 5 & wait";
        let mut child = Command::new("sh").args(["-c", script]).spawn().unwrap();
        let sampler = Sampler::start(child.id());
        let limit = Instant::now() + Duration::from_secs(4);
        while tree(child.id()).len() < 2 {
            assert!(Instant::now() < limit, "the grandchild was never seen");
            std::thread::sleep(Duration::from_millis(2));
        }
        let grandchild = tree(child.id())[1];
        assert!(memory(grandchild) > 0);
        assert!(sampler.peak() > 0);
        let _ = Command::new("kill").arg(grandchild.to_string()).status();
        child.wait().unwrap();
    }

    #[test]
    fn a_process_that_is_gone_has_no_memory() {
        assert_eq!(memory(u32::MAX), 0);
        assert_eq!(tree(u32::MAX), [u32::MAX]);
    }
}
