//! The process pool: where a chunk of jobs runs, when the workers are processes.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use workload::mechanism::{self, Chunk, Executor, Indexed, Jobs, Order, Ordered, Pull, Reply};
use workload::{Options, Portable};

use crate::parcel::Parcel;
use crate::shared::Shared;
use crate::{Builder, StartError, direct};

/// How much work a chunk should hold. A chunk takes four threads and processes some 20 us of a core in
/// all, and as many switches between them: of 1 ms that is no more than 2%.
const TARGET: Duration = Duration::from_millis(1);

/// A pool of processes.
///
/// - **A panic** in a job is caught and becomes [`JobError::Panicked`](workload::JobError::Panicked).
/// - **An abort**, an exit, a stack overflow or a kill ends the job's process, and the job becomes
///   [`JobError::Crashed`](workload::JobError::Crashed). What the process had finished is kept, and
///   what it had not begun runs on another, which takes its place at once.
/// - **A time limit** kills the process, whatever the job does. **A cancel** does so too, if the job
///   runs.
/// - **A failure** under [`OnError::Stop`](workload::OnError::Stop) cancels what has not started and
///   kills what runs, in its map.
/// - **[`shutdown`](Self::shutdown)** runs what was submitted. **Dropping** the pool cancels what has
///   not started and kills what runs. Both leave no process, thread, socket or shared memory behind.
pub struct ProcessPool {
    pub(crate) shared: Arc<Shared>,
    pub(crate) keepers: Vec<JoinHandle<()>>,
    pub(crate) monitor: Option<JoinHandle<()>>,
}

/// A job submitted to a [`ProcessPool`]. Cancelled while it runs, it is killed with its worker.
pub type Handle<O> = mechanism::Handle<O>;
/// What [`ProcessPool::map`] returns: an iterator over outcomes in input order.
pub type Map<'pool, I> = Ordered<Jobs<I>, <I as Iterator>::Item, Processes<'pool>>;
/// What [`ProcessPool::map_unordered`] returns: an iterator over outcomes as they come, each with
/// its job's place in the input.
pub type MapUnordered<'pool, I> = Indexed<Jobs<I>, <I as Iterator>::Item, Processes<'pool>>;

impl ProcessPool {
    /// A pool that works as `options` say, once all workers are ready.
    ///
    /// # Errors
    ///
    /// A worker process could not be started, or this process ignores SIGCHLD.
    pub fn new(options: Options) -> Result<Self, StartError> {
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
        I: IntoIterator<Item: Portable>,
    {
        Ordered(self.drive(Jobs(jobs.into_iter()), Order::Input))
    }

    /// Runs all jobs and gives their outcomes as they come, each with its job's place in the input.
    pub fn map_unordered<I>(&self, jobs: I) -> MapUnordered<'_, I::IntoIter>
    where
        I: IntoIterator<Item: Portable>,
    {
        Indexed(self.drive(Jobs(jobs.into_iter()), Order::Arrival))
    }

    /// Queues one job. The queue has no bound: whoever submits decides how many.
    pub fn submit<J: Portable>(&self, job: J) -> Handle<J::Output> {
        let (handle, promise) = Handle::new(|| None);
        match direct::send(&self.shared, Parcel::single(job, promise)) {
            Ok(sent) => handle.read_by(Box::new(sent)),
            Err(parcel) => {
                self.shared.queue.push(parcel);
                handle
            }
        }
    }

    /// Finishes everything that was started or submitted, and ends the workers.
    pub fn shutdown(mut self) {
        self.close();
    }

    pub(crate) fn drive<J, I>(&self, jobs: I, order: Order) -> mechanism::Map<I, J, Processes<'_>>
    where
        J: Portable,
        I: Iterator<Item = Pull<J>>,
    {
        mechanism::Map::new(jobs, &self.shared.options, order, Processes(self))
    }

    /// Lets the workers leave when the queue is empty, and waits for them.
    fn close(&mut self) {
        self.shared.queue.close();
        self.shared.clear_nursery();
        for keeper in self.keepers.drain(..) {
            // A keeper does not panic: what a worker does wrong is a value to it.
            let _ = keeper.join();
        }
        self.shared.alarm.close();
        if let Some(monitor) = self.monitor.take() {
            let _ = monitor.join();
        }
        // What was put back too late for anybody to take it. It would not end by itself: a handle of
        // a job that was sent directly keeps the queue.
        drop(self.shared.queue.take_all());
    }
}

impl Drop for ProcessPool {
    fn drop(&mut self) {
        self.shared.abandon();
        self.close();
    }
}

/// The processes of a pool, as that which runs chunks.
#[derive(Clone, Copy)]
pub struct Processes<'pool>(&'pool ProcessPool);

impl<J: Portable> Executor<J> for Processes<'_> {
    fn start(&self, chunk: Chunk<J>, reply: Reply<J::Output>) {
        self.0.shared.queue.push(Parcel::of_chunk(chunk, reply));
    }

    fn target(&self) -> Duration {
        TARGET
    }
}

impl std::fmt::Debug for ProcessPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut pool = f.debug_struct("ProcessPool");
        pool.field("options", &self.shared.options);
        pool.finish_non_exhaustive()
    }
}
