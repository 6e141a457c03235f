//! The thread pool: where a chunk of jobs runs, when the workers are threads.

use std::thread::JoinHandle;

use rayon::Yield;
use workload::mechanism::{Chunk, Executor, Indexed, Order, Ordered, Pull, Reply, run_chunk};
use workload::span::Timer;
use workload::{Job, JobError, Options, Rules, Stop, invoke_in_time, mechanism};

use crate::{BuildError, Builder};

/// A pool of threads of its own. Dropping it cancels what has not started, waits for what runs, and
/// leaves no thread behind.
///
/// A panic in a job is caught and becomes [`JobError::Panicked`]; the thread lives on. Nothing can
/// interrupt a job that runs: see the [crate's page](crate) for what that means.
#[derive(Debug)]
pub struct ThreadPool {
    pub(crate) rayon: Option<rayon::ThreadPool>,
    pub(crate) threads: Vec<JoinHandle<()>>,
    pub(crate) options: Options,
    /// Set when the pool is dropped: what waits in the queue is not to run any more.
    pub(crate) closing: Stop,
}

/// A job submitted to a [`ThreadPool`].
pub type Handle<O> = mechanism::Handle<O>;
/// What [`ThreadPool::map`] returns: an iterator over outcomes in input order.
pub type Map<'pool, I> = Ordered<Jobs<I>, <I as Iterator>::Item, Threads<'pool>>;
/// What [`ThreadPool::map_unordered`] returns: an iterator over outcomes as they come, each with
/// its job's place in the input.
pub type MapUnordered<'pool, I> = Indexed<Jobs<I>, <I as Iterator>::Item, Threads<'pool>>;

type Jobs<I> = std::iter::Map<I, fn(<I as Iterator>::Item) -> Pull<<I as Iterator>::Item>>;

impl ThreadPool {
    /// A pool that works as `options` say.
    ///
    /// # Errors
    ///
    /// The system has no more threads to give.
    pub fn new(options: Options) -> Result<Self, BuildError> {
        Builder::new(options).build()
    }

    /// A builder, for what [`Options`] cannot say.
    #[must_use]
    pub fn builder(options: Options) -> Builder {
        Builder::new(options)
    }

    /// Runs all jobs and gives their outcomes in input order.
    ///
    /// Jobs are pulled as the window allows (see [`Options::window`]), on the thread that
    /// takes the outcomes; so an endless iterator works, and memory stays bounded. Dropped early,
    /// what has not started is cancelled.
    pub fn map<I>(&self, jobs: I) -> Map<'_, I::IntoIter>
    where
        I: IntoIterator<Item: Job>,
    {
        let jobs: Jobs<I::IntoIter> = jobs.into_iter().map(Pull::Job);
        Ordered(self.drive(jobs, Order::Input))
    }

    /// Runs all jobs and gives their outcomes as they come, each with its job's place in the input.
    pub fn map_unordered<I>(&self, jobs: I) -> MapUnordered<'_, I::IntoIter>
    where
        I: IntoIterator<Item: Job>,
    {
        let jobs: Jobs<I::IntoIter> = jobs.into_iter().map(Pull::Job);
        Indexed(self.drive(jobs, Order::Arrival))
    }

    /// Queues one job. The queue has no bound: whoever submits decides how many.
    pub fn submit<J: Job>(&self, job: J) -> Handle<J::Output> {
        let (handle, promise) = Handle::new(help);
        let (closing, rules) = (self.closing.clone(), Rules::from(&self.options));
        self.spawn(move || {
            let cancelled = closing.is_draining() || promise.stop().is_draining();
            promise.keep(match cancelled {
                true => Err(JobError::Cancelled),
                false => invoke_in_time(&job, &rules, &mut Timer::new(false)),
            });
        });
        handle
    }

    /// Finishes everything that was started or submitted, and ends the threads.
    pub fn shutdown(mut self) {
        self.close();
    }

    pub(crate) fn drive<J, I>(&self, jobs: I, order: Order) -> mechanism::Map<I, J, Threads<'_>>
    where
        J: Job,
        I: Iterator<Item = Pull<J>>,
    {
        mechanism::Map::new(jobs, &self.options, order, Threads(self))
    }

    fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        if let Some(rayon) = &self.rayon {
            rayon.spawn(work);
        }
    }

    /// Lets the threads end when the queue is empty, and waits for them.
    fn close(&mut self) {
        drop(self.rayon.take());
        let myself = std::thread::current().id();
        // A pool that one of its own jobs drops cannot wait for that job to end.
        let others = |thread: &JoinHandle<()>| thread.thread().id() != myself;
        for thread in self.threads.drain(..).filter(others) {
            // Jobs' panics are caught, so a thread does not die of one.
            let _ = thread.join();
        }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.closing.drain();
        self.close();
    }
}

/// The threads of a pool, as that which runs chunks.
#[derive(Debug, Clone, Copy)]
pub struct Threads<'pool>(&'pool ThreadPool);

impl<J: Job> Executor<J> for Threads<'_> {
    fn start(&self, chunk: Chunk<J>, mut reply: Reply<J::Output>) {
        let rules = Rules::from(&self.0.options);
        self.0.spawn(move || {
            let worker = rayon::current_thread_index().unwrap_or_default();
            let worker = u32::try_from(worker).unwrap_or(u32::MAX);
            reply.runs_on(worker);
            let stop = reply.stop().clone();
            run_chunk(&chunk, worker, &stop, &rules, |outcomes, busy, spans| {
                reply.send(outcomes, busy, spans);
            });
        });
    }

    fn help(&self) -> Option<bool> {
        help()
    }
}

/// What a thread of a pool does that has to wait: another job that waits in the queue. Without it,
/// jobs that use the pool they run on could all wait for jobs that no thread is left to run.
fn help() -> Option<bool> {
    rayon::yield_now().map(|did| did == Yield::Executed)
}
