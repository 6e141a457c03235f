//! The thread pool: where a chunk of jobs runs, when the workers are threads.

use std::sync::Arc;
use std::thread::JoinHandle;

use workload::mechanism::{Chunk, Executor, Indexed, Jobs, Order, Ordered, Pull, Reply, run_chunk};
use workload::{Job, Options, Rules, Tally, mechanism};

use crate::crew::Crew;
use crate::queue::{Queue, help};
use crate::team::{Team, join};
use crate::timed::Series;
use crate::{BuildError, Builder};

/// A pool of threads of its own.
///
/// - **A panic** in a job is caught and becomes [`JobError::Panicked`](workload::JobError::Panicked); the thread lives on.
/// - **A time limit** does not interrupt a job, since a thread cannot be killed. As soon as a job is
///   overdue it becomes [`JobError::TimedOut`](workload::JobError::TimedOut) and another thread takes
///   the place of its own, which is lost until the job ends by itself: see
///   [`lost_threads`](Self::lost_threads).
/// - **A cancel** keeps a job from starting. One that runs is run to its end, and its outcome counts.
/// - **A failure** under [`OnError::Stop`](workload::OnError::Stop) cancels what has not started.
/// - **An abort**, an exit, a stack overflow or a kill ends the whole program.
/// - **[`shutdown`](Self::shutdown)** runs what was submitted. **Dropping** the pool cancels what has
///   not started. Both wait for what runs, until it ends or is overdue, and leave no thread behind
///   but those that are lost.
pub struct ThreadPool {
    /// The threads, when jobs have no time limit.
    pub(crate) team: Option<Team>,
    /// The threads, when they have.
    pub(crate) crew: Option<Arc<Crew>>,
    pub(crate) monitor: Option<JoinHandle<()>>,
    pub(crate) options: Options,
    /// Submitted jobs that wait for these.
    pub(crate) queue: Arc<Queue>,
    /// What the threads that have ended have used up.
    pub(crate) tally: Tally,
}

/// A job submitted to a [`ThreadPool`].
pub type Handle<O> = mechanism::Handle<O>;
/// What [`ThreadPool::map`] returns: an iterator over outcomes in input order.
pub type Map<'pool, I> = Ordered<Jobs<I>, <I as Iterator>::Item, Threads<'pool>>;
/// What [`ThreadPool::map_unordered`] returns: an iterator over outcomes as they come, each with
/// its job's place in the input.
pub type MapUnordered<'pool, I> = Indexed<Jobs<I>, <I as Iterator>::Item, Threads<'pool>>;

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
        Ordered(self.drive(Jobs(jobs.into_iter()), Order::Input))
    }

    /// Runs all jobs and gives their outcomes as they come, each with its job's place in the input.
    pub fn map_unordered<I>(&self, jobs: I) -> MapUnordered<'_, I::IntoIter>
    where
        I: IntoIterator<Item: Job>,
    {
        Indexed(self.drive(Jobs(jobs.into_iter()), Order::Arrival))
    }

    /// Queues one job. The queue has no bound: whoever submits decides how many.
    pub fn submit<J: Job>(&self, job: J) -> Handle<J::Output> {
        if let Some(crew) = &self.crew {
            let (handle, promise) = Handle::new(help);
            crew.push(Series::new(vec![job], promise, Rules::from(&self.options)));
            return handle;
        }
        let (handle, job) = Handle::submit(job, help);
        if let Some(team) = &self.team {
            self.queue.push(job, team);
        }
        handle
    }

    /// How many threads hang in jobs that ran out of time, and so are lost until those jobs end. When
    /// the program ends, they end with it.
    #[must_use]
    pub fn lost_threads(&self) -> usize {
        self.crew.as_ref().map_or(0, |crew| crew.lost())
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

    /// Lets the threads end when the queue is empty, and waits for them.
    pub(crate) fn close(&mut self) {
        if let Some(team) = self.team.take() {
            join(team.dismiss());
        }
        if let Some(crew) = &self.crew {
            crew.close();
        }
        join(self.monitor.take());
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(crew) = &self.crew {
            crew.forget();
        }
        self.close();
    }
}

impl std::fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut pool = f.debug_struct("ThreadPool");
        pool.field("options", &self.options);
        pool.finish_non_exhaustive()
    }
}

/// The threads of a pool, as that which runs chunks.
#[derive(Debug, Clone, Copy)]
pub struct Threads<'pool>(&'pool ThreadPool);

impl<J: Job> Executor<J> for Threads<'_> {
    fn start(&self, chunk: Chunk<J>, mut reply: Reply<J::Output>) {
        let rules = Rules::from(&self.0.options);
        if let Some(crew) = &self.0.crew {
            return crew.push(Series::new(chunk.jobs, reply, rules));
        }
        let Some(team) = &self.0.team else { return };
        team.spawn(move || {
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
