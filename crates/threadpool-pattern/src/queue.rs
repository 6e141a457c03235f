//! Submitted jobs on their way to the threads. To spawn a task of rayon's for each would cost more than
//! a short job takes: here each thread has at most one, which fetches jobs until there are none.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

use crossbeam_deque::{Injector, Steal};
use rayon::Yield;
use workload::Stop;
use workload::mechanism::Submitted;

use crate::team::Team;

thread_local! {
    /// The queue that this thread fetches from, while it does.
    static FETCHING: RefCell<Option<Arc<Queue>>> = const { RefCell::new(None) };
}

/// Jobs that wait for a thread, and what looks after them.
pub(crate) struct Queue {
    jobs: Injector<Submitted>,
    /// How many tasks of rayon's fetch, or will as soon as they are run.
    fetching: AtomicUsize,
    workers: usize,
    gil: bool,
    /// Set when the pool is dropped: what waits is not to run any more.
    closing: Stop,
}

impl Queue {
    /// An empty one, for so many threads; with or without an interpreter lock.
    pub(crate) fn new(workers: usize, gil: bool) -> Arc<Self> {
        Arc::new(Self {
            jobs: Injector::new(),
            fetching: AtomicUsize::new(0),
            workers,
            gil,
            closing: Stop::default(),
        })
    }

    /// Queues a job, for the threads of this team.
    pub(crate) fn push(self: &Arc<Self>, job: Submitted, team: &Team) {
        if team.is_mine() {
            // The job that submits this one may wait for it: it must find it at once, before all that
            // is queued, and rayon looks first at what a thread has spawned itself.
            let queue = self.clone();
            return team.spawn(move || queue.run(job));
        }
        self.jobs.push(job);
        // Either this sees that a thread has stopped fetching, or that thread sees the job.
        fence(Ordering::SeqCst);
        if self.begin() {
            let queue = self.clone();
            team.spawn(move || queue.fetch());
        }
    }

    /// What waits is not to run any more.
    pub(crate) fn close(&self) {
        self.closing.drain();
    }

    /// Whether one more is to fetch.
    fn begin(&self) -> bool {
        let more = |fetching| (fetching < self.workers).then_some(fetching + 1);
        // Read first: most of the time there are enough, and a mere look disturbs nobody.
        self.fetching.load(Ordering::Relaxed) < self.workers
            && self
                .fetching
                .fetch_update(Ordering::SeqCst, Ordering::Relaxed, more)
                .is_ok()
    }

    /// Runs jobs until there are none.
    fn fetch(self: &Arc<Self>) {
        let outer = FETCHING.replace(Some(self.clone()));
        loop {
            while self.run_one() {}
            self.fetching.fetch_sub(1, Ordering::SeqCst);
            fence(Ordering::SeqCst);
            if self.jobs.is_empty() || !self.begin() {
                break;
            }
        }
        FETCHING.set(outer);
    }

    /// Runs the next job; says whether there was one.
    fn run_one(&self) -> bool {
        loop {
            match self.jobs.steal() {
                Steal::Success(job) => {
                    self.run(job);
                    return true;
                }
                Steal::Empty => return false,
                Steal::Retry => {}
            }
        }
    }

    fn run(&self, job: Submitted) {
        // A job's panic is caught nearer to it. One in the drop of a job or of an unwanted output must
        // not end the fetching.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            if !self.closing.is_draining() {
                job.run(self.gil);
            }
        }));
    }
}

/// What a thread of a pool does that has to wait: another job that waits in the queue. Without it,
/// jobs that use the pool they run on could all wait for jobs that no thread is left to run.
pub(crate) fn help() -> Option<bool> {
    let did = rayon::yield_now()? == Yield::Executed;
    Some(did || fetch_one())
}

/// Runs a job of the queue that this thread was fetching from when it began to wait.
fn fetch_one() -> bool {
    let queue = FETCHING.with_borrow(Clone::clone);
    queue.is_some_and(|queue| queue.run_one())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Mutex};
    use std::thread;

    use workload::Options;

    use crate::{Handle, ThreadPool};

    /// The one thread fetches and waits: who else should run what it waits for?
    #[test]
    fn a_job_may_wait_for_one_that_came_after_it() {
        let pool = ThreadPool::new(Options::new().workers(1)).expect("a pool");
        let (sender, receiver) = channel::<Handle<u32>>();
        let receiver = Mutex::new(receiver);
        let first = pool.submit(move || {
            let later = receiver.lock().expect("a lock").recv()?;
            Ok(later.wait()? + 1)
        });
        sender.send(pool.submit(|| Ok(41))).expect("it listens");
        assert_eq!(first.wait(), Ok(42));
    }

    /// Threads stop fetching whenever the queue is empty, which it is all the time here.
    #[test]
    fn nothing_is_forgotten_when_jobs_trickle_in_from_many_sides() {
        let pool = ThreadPool::new(Options::new().workers(2)).expect("a pool");
        let ran = Arc::new(AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2_000 {
                        let ran = ran.clone();
                        let job = move || {
                            ran.fetch_add(1, Ordering::Relaxed);
                            Ok(())
                        };
                        pool.submit(job).wait().expect("it runs");
                    }
                });
            }
        });
        assert_eq!(ran.load(Ordering::Relaxed), 8_000);
    }
}
