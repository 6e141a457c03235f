//! Memory of a process and everything that it started, sampled while it runs.

mod series;

use std::fs;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use series::Series;
pub(crate) use series::{Memory, Sample};

/// Reading a big process's memory map costs time on a core that the program could use, so the
/// sampler rests this many times as long as a look took: it takes a tenth of a core at most.
const REST: u32 = 9;

/// A thread that looks at the memory of a process tree again and again.
#[derive(Debug)]
pub(crate) struct Sampler {
    stop: Sender<()>,
    thread: JoinHandle<Memory>,
}

impl Sampler {
    /// Begins at once with the process `root`.
    pub(crate) fn start(root: u32) -> Self {
        let start = Instant::now();
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let mut tree = Tree::of(root);
            let mut series = Series::default();
            loop {
                let began = Instant::now();
                series.add(Sample {
                    at: began - start,
                    by_process: tree.look(),
                });
                let rest = series.pause().max(began.elapsed() * REST);
                if stopped.recv_timeout(rest) != Err(RecvTimeoutError::Timeout) {
                    return series.finish();
                }
            }
        });
        Self { stop, thread }
    }

    /// Stops, and gives what was seen: nothing where the system does not say.
    pub(crate) fn finish(self) -> Memory {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

/// A process and all that were seen below it.
#[derive(Debug)]
struct Tree {
    /// The root, then the others in the order in which they were first seen.
    seen: Vec<u32>,
}

impl Tree {
    fn of(root: u32) -> Self {
        Self { seen: vec![root] }
    }

    /// The processes that live now, with their memory in bytes, in the order of their first sight.
    fn look(&mut self) -> Vec<(u32, u64)> {
        let live = descent(self.seen[0]);
        for process in &live {
            if !self.seen.contains(process) {
                self.seen.push(*process);
            }
        }
        let live = self.seen.iter().filter(|process| live.contains(process));
        live.filter_map(|&process| Some((process, memory(process)?)))
            .collect()
    }
}

/// The process and all its descendants.
fn descent(root: u32) -> Vec<u32> {
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

/// Bytes of one process, if it has any memory. A page that several processes share counts for its
/// share in each (PSS), so that the sum over the tree counts it once; where that is not to be had,
/// all resident pages.
fn memory(process: u32) -> Option<u64> {
    let field = |file: &str, name: &str| -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    };
    field("smaps_rollup", "Pss:").or_else(|| field("status", "VmRSS:"))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::io::Write;
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use super::super::system;
    use super::*;

    /// A shell that leads a group, which is killed with it.
    struct Shell(Child);

    impl Shell {
        fn run(script: &str) -> Self {
            let mut shell = Command::new("sh");
            system::lead_a_group(shell.args(["-c", script]));
            // It says who was killed.
            shell.stdin(Stdio::piped()).stderr(Stdio::null());
            Self(shell.spawn().unwrap())
        }
    }

    impl Drop for Shell {
        fn drop(&mut self) {
            system::kill_group(self.0.id());
            let _ = self.0.wait();
        }
    }

    /// Looks until so many processes live that have memory; gives their numbers.
    fn wait_for(processes: usize, tree: &mut Tree) -> Vec<u32> {
        let limit = Instant::now() + Duration::from_secs(60);
        loop {
            let found = tree.look();
            if found.len() == processes && found.iter().all(|(_, bytes)| *bytes > 0) {
                return found.into_iter().map(|(process, _)| process).collect();
            }
            assert!(Instant::now() < limit, "never {processes}: {found:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn descendants_come_in_the_order_in_which_they_were_first_seen() {
        // The shell has a grandchild before it has its second child.
        let mut shell = Shell::run("(sleep 600; :) & read x; sleep 600 & wait");
        let root = shell.0.id();
        let mut tree = Tree::of(root);
        let before = wait_for(3, &mut tree);
        assert_eq!(before[0], root);
        shell.0.stdin.take().unwrap().write_all(b"\n").unwrap();
        let after = wait_for(4, &mut tree);
        assert_eq!(after[..3], before);
        assert_eq!(Sampler::start(root).finish().series[0].by_process.len(), 4);

        // What is in brackets ends with its child.
        let grandchild = Pid::from_raw(i32::try_from(before[2]).unwrap());
        kill(grandchild, Signal::SIGKILL).unwrap();
        assert_eq!(wait_for(2, &mut tree), [root, after[3]]);
    }

    #[test]
    fn a_process_that_is_gone_has_no_memory() {
        assert_eq!(memory(u32::MAX), None);
        assert_eq!(Tree::of(u32::MAX).look(), []);
        assert_eq!(Sampler::start(u32::MAX).finish(), Memory::default());
    }
}
