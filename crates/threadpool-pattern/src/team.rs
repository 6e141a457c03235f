//! Threads that a rayon pool runs on and that can be waited for, which rayon by itself does not.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rayon::ThreadPoolBuildError;
use workload::{Spent, Tally};

/// What a thread does besides its jobs.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    /// Before its first job, given its worker's number.
    pub(crate) on_start: Option<Arc<dyn Fn(usize) + Send + Sync>>,
    /// It tells what it has used up when it ends.
    pub(crate) tally: Tally,
}

/// A rayon pool and its threads.
#[derive(Debug)]
pub(crate) struct Team {
    rayon: rayon::ThreadPool,
    threads: Vec<JoinHandle<()>>,
}

impl Team {
    /// Starts the threads of so many workers, the first of which has this number.
    pub(crate) fn new(
        first: usize,
        workers: usize,
        hooks: Hooks,
    ) -> Result<Self, ThreadPoolBuildError> {
        let mut threads = Vec::new();
        let mut rayon = rayon::ThreadPoolBuilder::new().num_threads(workers);
        // Jobs' panics are caught. One in the drop of a job or of an unwanted output must not end
        // the program, which it would by default.
        rayon = rayon.panic_handler(drop);
        if let Some(on_start) = hooks.on_start {
            rayon = rayon.start_handler(move |thread| on_start(first + thread));
        }
        let tally = hooks.tally;
        rayon = rayon.exit_handler(move |thread| {
            let worker = u32::try_from(first + thread).unwrap_or(u32::MAX);
            tally.add(worker, Spent::by_thread());
        });
        let rayon = rayon.spawn_handler(|thread| {
            let name = format!("worker {}", first + thread.index());
            let started = thread::Builder::new().name(name);
            threads.push(started.spawn(|| thread.run())?);
            Ok(())
        });
        let rayon = rayon.build()?;
        Ok(Self { rayon, threads })
    }

    /// Queues work for one of the threads.
    pub(crate) fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        self.rayon.spawn(work);
    }

    /// Whether the calling thread is one of them.
    pub(crate) fn is_mine(&self) -> bool {
        self.rayon.current_thread_index().is_some()
    }

    /// Lets the threads end when nothing is queued any more; gives them, to be waited for.
    pub(crate) fn dismiss(self) -> Vec<JoinHandle<()>> {
        self.threads
    }
}

/// Waits for threads to end.
pub(crate) fn join(threads: impl IntoIterator<Item = JoinHandle<()>>) {
    let myself = thread::current().id();
    for thread in threads {
        // A pool that one of its own jobs drops cannot wait for that job to end.
        if thread.thread().id() != myself {
            // Jobs' panics are caught, so a thread does not die of one.
            let _ = thread.join();
        }
    }
}
