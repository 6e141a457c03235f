//! The async pool on a runtime of one thread that is there already: `current_thread`, in tokio's
//! words.

use std::future::Future;
use std::ops::ControlFlow;
use std::thread::JoinHandle;
use std::time::Duration;

use async_pattern::AsyncPool;
use tokio::runtime;
use tokio::sync::oneshot;
use workload::mechanism::Counts;
use workload::{Options, Outcome, Portable};

use crate::subject::AsyncHandle;
use crate::{Asynchronous, Pool, Subject};

/// The async pool on a runtime of one thread, which is not the pool's own.
pub struct OneThread {
    // Dropped before its runtime.
    pool: Asynchronous,
    _thread: Thread,
}

/// The thread that runs the runtime, until it is dropped.
struct Thread {
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The async pool, on whatever runtime.
pub trait Tokio: Pool {
    /// It.
    fn pool(&self) -> &AsyncPool;

    /// Ends it within this time, and tells how many jobs were cancelled.
    fn shutdown_within(self, grace: Duration) -> usize;
}

/// Waits, on a runtime that does not end with a pool.
fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}

impl Tokio for Asynchronous {
    fn pool(&self) -> &AsyncPool {
        &self.0
    }

    fn shutdown_within(self, grace: Duration) -> usize {
        block_on(self.0.shutdown_within(grace))
    }
}

impl Tokio for OneThread {
    fn pool(&self) -> &AsyncPool {
        &self.pool.0
    }

    fn shutdown_within(self, grace: Duration) -> usize {
        block_on(self.pool.0.shutdown_within(grace))
    }
}

impl Subject for OneThread {
    const NAME: &'static str = "async-on-one-thread";

    fn new(options: Options) -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.unwrap();
        let pool = AsyncPool::builder(options).build_on(runtime.handle().clone());
        let (end, ended) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let _ = runtime.block_on(ended);
        });
        Self {
            pool: Asynchronous(pool),
            _thread: Thread {
                end: Some(end),
                thread: Some(thread),
            },
        }
    }

    fn each<J, I, F>(&self, jobs: I, take: F) -> Counts
    where
        J: Portable,
        I: IntoIterator<Item = J>,
        F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>,
    {
        self.pool.each(jobs, take)
    }
}

impl Pool for OneThread {
    type Handle<O: Send + 'static> = AsyncHandle<O>;

    fn each_unordered<J, I, F>(&self, jobs: I, take: F) -> Counts
    where
        J: Portable,
        I: IntoIterator<Item = J>,
        F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>,
    {
        self.pool.each_unordered(jobs, take)
    }

    fn submit<J: Portable>(&self, job: J) -> Self::Handle<J::Output> {
        self.pool.submit(job)
    }

    fn shutdown(self) {
        self.pool.shutdown();
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}
