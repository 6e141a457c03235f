//! The async pool: where a chunk of jobs runs, when the workers are tasks.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use workload::mechanism::{Jobs, Order, Pull};
use workload::{Job, Kind, Options, Rules, Tally};

use crate::compute::compute_one;
use crate::driver::Driver;
use crate::handle::Handle;
use crate::job::run_submitted;
use crate::map::{Indexed, Ordered};
use crate::spans::{in_span, spanned, spawn};
use crate::tasks::Tasks;
use crate::{BuildError, Builder};

/// How many jobs wait at once unless the options say otherwise.
const WINDOW: usize = 1024;

/// A pool of tasks, on a runtime of its own or on one that is there already.
///
/// - **A panic** in a job is caught and becomes [`JobError::Panicked`](workload::JobError::Panicked).
/// - **A time limit** and **a cancel** take effect where the job next awaits. A job that never does is
///   told of when it ends. One that holds its thread for longer than
///   [`SLOW`](workload::span::SLOW) between two awaits is named in the counts.
/// - **A job that computes** and says so ([`Job::kind`]) holds no thread of the runtime. What has started
///   of it runs to its end, cancelled or not, and also after its stream is dropped.
/// - **A failure** under [`OnError::Stop`](workload::OnError::Stop) cancels all others of its stream.
/// - **An abort**, an exit, a stack overflow or a kill ends the whole program.
/// - **[`shutdown`](Self::shutdown)** waits for what was submitted. **Dropping** the pool or a stream
///   cancels what it started. Structured: no task outlives the stream or the pool that started it,
///   and a pool leaves no thread behind.
#[derive(Debug)]
pub struct AsyncPool {
    /// The runtime, if it is the pool's own.
    pub(crate) own: Option<runtime::Runtime>,
    pub(crate) runtime: runtime::Handle,
    pub(crate) submitted: Mutex<JoinSet<()>>,
    pub(crate) options: Options,
    /// Whose turn it is to compute: as many at once as there are workers.
    pub(crate) turns: Arc<Semaphore>,
    /// What those threads of its own runtime have used up that have ended.
    pub(crate) tally: Tally,
}

/// What [`AsyncPool::map`] returns: a stream of outcomes in input order.
pub type Map<I> = Ordered<Jobs<I>, Tasks<<I as Iterator>::Item>>;
/// What [`AsyncPool::map_unordered`] returns: a stream of outcomes as they come, each with its
/// job's place in the input.
pub type MapUnordered<I> = Indexed<Jobs<I>, Tasks<<I as Iterator>::Item>>;

impl AsyncPool {
    /// A pool that works as `options` say, on a runtime of its own with as many threads as there
    /// are workers.
    ///
    /// # Errors
    ///
    /// The system has no more threads to give.
    pub fn new(options: Options) -> Result<Self, BuildError> {
        Builder::new(options).build()
    }

    /// A builder, for what [`Options`] cannot say, and for a runtime that is there already.
    #[must_use]
    pub fn builder(options: Options) -> Builder {
        Builder::new(options)
    }

    /// Runs all jobs and gives their outcomes in input order.
    ///
    /// Jobs are pulled as the window allows (see [`Options::window`]), by the task that polls
    /// the stream; so an endless iterator works, and memory stays bounded. Dropped early, every job
    /// that it started is cancelled.
    ///
    /// ```
    /// # use async_pattern::{AsyncPool, Options};
    /// # use futures_util::StreamExt;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pool = AsyncPool::new(Options::new().window(8))?;
    /// let squares = pool.map((0_u64..).map(|n| move || Ok(n * n)));
    /// let first: Vec<_> = pool.block_on(squares.take(4).collect());
    /// assert_eq!(first, [Ok(0), Ok(1), Ok(4), Ok(9)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn map<I>(&self, jobs: I) -> Map<I::IntoIter>
    where
        I: IntoIterator<Item: Job>,
    {
        Ordered(self.drive(Jobs(jobs.into_iter()), Order::Input))
    }

    /// Runs all jobs and gives their outcomes as they come, each with its job's place in the input.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use async_pattern::{AsyncPool, Job, Options};
    /// # use futures_util::StreamExt;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// struct Nap(Duration);
    ///
    /// impl Job for Nap {
    ///     type Output = ();
    ///     fn run(&self) -> anyhow::Result<()> {
    ///         Ok(std::thread::sleep(self.0))
    ///     }
    ///     async fn run_async(&self) -> anyhow::Result<()> {
    ///         Ok(tokio::time::sleep(self.0).await)
    ///     }
    /// }
    ///
    /// let pool = AsyncPool::new(Options::new())?;
    /// let naps = [3600, 0].map(Duration::from_secs).map(Nap);
    /// let mut naps = pool.map_unordered(naps);
    /// assert_eq!(pool.block_on(naps.next()), Some((1, Ok(()))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn map_unordered<I>(&self, jobs: I) -> MapUnordered<I::IntoIter>
    where
        I: IntoIterator<Item: Job>,
    {
        Indexed(self.drive(Jobs(jobs.into_iter()), Order::Arrival))
    }

    /// Starts one job. There is no bound to how many wait at once: whoever submits decides.
    pub fn submit<J: Job>(&self, job: J) -> Handle<J::Output> {
        let (handle, promise) = Handle::new();
        let rules = Rules::from(&self.options);
        let mut submitted = self.submitted();
        while submitted.try_join_next().is_some() {} // Forget those that have ended.
        let task = match job.kind() {
            Kind::Waits => {
                let task = in_span::<J, _>(None, run_submitted(job, rules, promise));
                spawn::<J>(&mut submitted, task, &self.runtime)
            }
            Kind::Computes => {
                let turns = self.turns.clone();
                let task = compute_one(spanned(job, None), rules, turns, promise);
                spawn::<J>(&mut submitted, task, &self.runtime)
            }
        };
        handle.of_task(task)
    }

    /// Runs a future to its end on the calling thread, which must not be one of a runtime: the way
    /// from a blocking `main` to the pool's streams and handles.
    ///
    /// # Panics
    ///
    /// If it is called inside of a runtime, where blocking is not allowed.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    pub(crate) fn drive<J, I>(&self, jobs: I, order: Order) -> Driver<I, Tasks<J>>
    where
        J: Job,
        I: Iterator<Item = Pull<J>>,
    {
        let options = self.windowed();
        Driver::new(jobs, &options, order, self.runtime.clone(), |stop| {
            Tasks::new(&options, stop, self.runtime.clone(), self.turns.clone())
        })
    }

    /// The options, with a window.
    pub(crate) fn windowed(&self) -> Options {
        let mut options = self.options.clone();
        options.window = options.window.or(std::num::NonZeroUsize::new(WINDOW));
        options
    }

    pub(crate) fn submitted(&self) -> MutexGuard<'_, JoinSet<()>> {
        // A set of tasks has no state that a panic could have left half changed.
        self.submitted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AsyncPool {
    fn drop(&mut self) {
        self.submitted().abort_all();
        let Some(runtime) = self.own.take() else {
            return;
        };
        if runtime::Handle::try_current().is_ok() {
            // Inside of a runtime nobody may wait for another: its threads end by themselves.
            runtime.shutdown_background();
        } else {
            drop(runtime);
        }
    }
}
