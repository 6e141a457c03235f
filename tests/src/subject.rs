//! The patterns behind one face, so that a contract can be written once.

use std::ops::ControlFlow;
use std::time::Duration;

use async_pattern::AsyncPool;
use futures_util::StreamExt;
use processpool_pattern::ProcessPool;
use threadpool_pattern::ThreadPool;
use workload::mechanism::{self, Counts, Pull};
use workload::{Options, Outcome, Pattern, Portable, Sequential, Sink, Span, Stop};

/// What runs many jobs: a pool, or the reference.
pub trait Subject: Sized + Send + Sync + 'static {
    /// What it is called in the names of tests.
    const NAME: &'static str;

    /// One that works as `options` say.
    fn new(options: Options) -> Self;

    /// Runs jobs and hands their outcomes, in input order, to `take` until that breaks off.
    fn each<J, I, F>(&self, jobs: I, take: F) -> Counts
    where
        J: Portable,
        I: IntoIterator<Item = J>,
        F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>;

    /// Runs jobs and gives all their outcomes.
    fn collect<J, I>(&self, jobs: I) -> Vec<Outcome<J::Output>>
    where
        J: Portable,
        I: IntoIterator<Item = J>,
    {
        let mut outcomes = Vec::new();
        self.each(jobs, |index, outcome| {
            assert_eq!(index, outcomes.len(), "in input order");
            outcomes.push(outcome);
            ControlFlow::Continue(())
        });
        outcomes
    }
}

/// What can also give outcomes as they come, and take jobs one by one.
pub trait Pool: Subject {
    /// A submitted job.
    type Handle<O: Send + 'static>: Waiting<O>;

    /// Runs jobs and hands their outcomes to `take` as they come, until that breaks off.
    fn each_unordered<J, I, F>(&self, jobs: I, take: F) -> Counts
    where
        J: Portable,
        I: IntoIterator<Item = J>,
        F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>;

    /// Submits a job.
    fn submit<J: Portable>(&self, job: J) -> Self::Handle<J::Output>;

    /// Finishes what was submitted.
    fn shutdown(self);
}

/// A submitted job, waited for by blocking.
pub trait Waiting<O>: Sized + Send {
    /// Waits until the job has ended.
    ///
    /// # Errors
    ///
    /// The reason why the job has no output.
    fn wait(self) -> Outcome<O>;
    /// Waits so long at most; gives the handle back if that was not enough.
    ///
    /// # Errors
    ///
    /// The handle itself when the time is up.
    fn wait_timeout(self, limit: Duration) -> Result<Outcome<O>, Self>;
    /// Whether the job has ended.
    fn is_ended(&self) -> bool;
    /// Cancels the job.
    fn cancel(&self);
}

/// The reference: one job after the other.
pub struct Reference(Options);
/// The thread pool.
pub struct Threads(pub ThreadPool);
/// The process pool.
pub struct Processes(pub ProcessPool);
/// The async pool, on a runtime of its own.
pub struct Asynchronous(pub AsyncPool);

impl Subject for Reference {
    const NAME: &'static str = "reference";

    fn new(options: Options) -> Self {
        Self(options)
    }

    fn each<J, I, F>(&self, jobs: I, take: F) -> Counts
    where
        J: Portable,
        I: IntoIterator<Item = J>,
        F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>,
    {
        let jobs = jobs.into_iter().map(Pull::Job);
        Sequential
            .run(jobs, &self.0, &mut Taker(take))
            .unwrap()
            .counts
    }
}

/// A sink that hands outcomes on.
struct Taker<F>(F);

impl<O, F: FnMut(usize, Outcome<O>) -> ControlFlow<()>> Sink<O> for Taker<F> {
    fn begin(&mut self, _: &Stop) {}

    fn outcome(&mut self, index: usize, outcome: Outcome<O>) -> ControlFlow<()> {
        (self.0)(index, outcome)
    }

    fn spans(&mut self, _: Vec<Span>) {}

    fn idle(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// The blocking pools are alike but for their types.
macro_rules! blocking_pool {
    ($subject:ident, $name:literal, $pool:ident) => {
        impl Subject for $subject {
            const NAME: &'static str = $name;

            fn new(options: Options) -> Self {
                Self($pool::new(options).unwrap())
            }

            fn each<J, I, F>(&self, jobs: I, mut take: F) -> Counts
            where
                J: Portable,
                I: IntoIterator<Item = J>,
                F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>,
            {
                let mut map = self.0.map(jobs);
                for (index, outcome) in map.by_ref().enumerate() {
                    if take(index, outcome).is_break() {
                        break;
                    }
                }
                map.0.counts().clone()
            }
        }

        impl Pool for $subject {
            type Handle<O: Send + 'static> = mechanism::Handle<O>;

            fn each_unordered<J, I, F>(&self, jobs: I, mut take: F) -> Counts
            where
                J: Portable,
                I: IntoIterator<Item = J>,
                F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>,
            {
                let mut map = self.0.map_unordered(jobs);
                for (index, outcome) in map.by_ref() {
                    if take(index, outcome).is_break() {
                        break;
                    }
                }
                map.0.counts().clone()
            }

            fn submit<J: Portable>(&self, job: J) -> Self::Handle<J::Output> {
                self.0.submit(job)
            }

            fn shutdown(self) {
                self.0.shutdown();
            }
        }
    };
}

blocking_pool!(Threads, "threads", ThreadPool);
blocking_pool!(Processes, "processes", ProcessPool);

impl<O: Send> Waiting<O> for mechanism::Handle<O> {
    fn wait(self) -> Outcome<O> {
        self.wait()
    }

    fn wait_timeout(self, limit: Duration) -> Result<Outcome<O>, Self> {
        self.wait_timeout(limit)
    }

    fn is_ended(&self) -> bool {
        mechanism::Handle::is_ended(self)
    }

    fn cancel(&self) {
        self.cancel();
    }
}

impl Subject for Asynchronous {
    const NAME: &'static str = "async";

    fn new(options: Options) -> Self {
        Self(AsyncPool::new(options).unwrap())
    }

    fn each<J, I, F>(&self, jobs: I, mut take: F) -> Counts
    where
        J: Portable,
        I: IntoIterator<Item = J>,
        F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>,
    {
        let mut map = self.0.map(jobs);
        let mut index = 0;
        while let Some(outcome) = self.0.block_on(map.next()) {
            if take(index, outcome).is_break() {
                break;
            }
            index += 1;
        }
        map.counts().clone()
    }
}

impl Pool for Asynchronous {
    type Handle<O: Send + 'static> = AsyncHandle<O>;

    fn each_unordered<J, I, F>(&self, jobs: I, mut take: F) -> Counts
    where
        J: Portable,
        I: IntoIterator<Item = J>,
        F: FnMut(usize, Outcome<J::Output>) -> ControlFlow<()>,
    {
        let mut map = self.0.map_unordered(jobs);
        while let Some((index, outcome)) = self.0.block_on(map.next()) {
            if take(index, outcome).is_break() {
                break;
            }
        }
        map.counts().clone()
    }

    fn submit<J: Portable>(&self, job: J) -> Self::Handle<J::Output> {
        let runtime = self.0.block_on(async { tokio::runtime::Handle::current() });
        AsyncHandle {
            handle: self.0.submit(job),
            runtime,
        }
    }

    fn shutdown(self) {
        // Not on the pool's own runtime, which ends with it.
        let other = tokio::runtime::Builder::new_current_thread().build();
        other.unwrap().block_on(self.0.shutdown());
    }
}

/// An async handle, waited for by blocking.
pub struct AsyncHandle<O> {
    handle: async_pattern::Handle<O>,
    runtime: tokio::runtime::Handle,
}

impl<O: Send> Waiting<O> for AsyncHandle<O> {
    fn wait(self) -> Outcome<O> {
        self.runtime.block_on(self.handle)
    }

    fn wait_timeout(self, limit: Duration) -> Result<Outcome<O>, Self> {
        let Self { handle, runtime } = self;
        let ended = runtime.block_on(handle.wait_timeout(limit));
        ended.map_err(|handle| Self { handle, runtime })
    }

    fn is_ended(&self) -> bool {
        self.handle.is_ended()
    }

    fn cancel(&self) {
        self.handle.cancel();
    }
}
