//! One job's outcome, to be waited for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::slot::{Ending, Slot, Start};
use crate::{Job, JobError, Outcome, gil};

/// How often a worker that waits for a job of its own pool, and has nothing to help with, looks
/// again.
const TICK: Duration = Duration::from_millis(1);

/// A submitted job. Dropping it lets the job run on, unheard.
#[must_use = "without its handle, nobody learns how the job ended"]
pub struct Handle<O> {
    slot: Arc<dyn Ending<O>>,
    help: fn() -> Option<bool>,
    reader: Option<Box<dyn Reader>>,
}

/// Reads what becomes of a job on the thread that waits for it, so that no other thread has to be
/// woken for that first.
pub trait Reader: Send + Sync {
    /// Reads for a while, and not beyond the deadline. Whether it is worth being called again: if
    /// not, somebody else sees to the job, and whoever waits for it may sleep.
    fn read(&self, deadline: Option<Instant>) -> bool;

    /// Nobody will read now: somebody else must see to the job.
    fn pass(&self);
}

/// The other side of a [`Handle`]: the duty to say how the job ended. Dropped without that, it
/// says that the job was cancelled.
pub struct Promise<O> {
    slot: Arc<dyn Ending<O>>,
}

/// A submitted job together with the duty to say how it ended, for a pool that runs it in this process.
/// Dropped unrun, it says that the job was cancelled.
pub struct Submitted(Arc<dyn Start>);

impl<O> Handle<O> {
    /// A handle and its promise. `help` is what a thread does that has to wait: see
    /// [`Executor::help`](super::Executor::help).
    pub fn new(help: fn() -> Option<bool>) -> (Self, Promise<O>)
    where
        O: Send + 'static,
    {
        let slot = Arc::new(Slot::<(), O>::new(None));
        let promise = Promise { slot: slot.clone() };
        (Self::of(slot, help), promise)
    }

    /// The handle of this job, and the job, to be run wherever there is a thread for it.
    pub fn submit<J: Job<Output = O>>(job: J, help: fn() -> Option<bool>) -> (Self, Submitted)
    where
        O: Send + 'static,
    {
        let slot = Arc::new(Slot::new(Some(job)));
        let submitted = Submitted(slot.clone());
        (Self::of(slot, help), submitted)
    }

    fn of(slot: Arc<dyn Ending<O>>, help: fn() -> Option<bool>) -> Self {
        let reader = None;
        Self { slot, help, reader }
    }

    /// The same handle, whose job's end is read by whoever waits for it.
    pub fn read_by(self, reader: Box<dyn Reader>) -> Self {
        let reader = Some(reader);
        Self { reader, ..self }
    }

    /// Waits until the job has ended.
    ///
    /// # Errors
    ///
    /// The reason why the job has no output.
    pub fn wait(self) -> Outcome<O> {
        self.wait_until(None)
            .unwrap_or_else(|_| unreachable!("there is no deadline"))
    }

    /// Waits until the job has ended, but no longer than `limit`.
    ///
    /// # Errors
    ///
    /// The handle itself when the time is up, to wait again or to cancel.
    pub fn wait_timeout(self, limit: Duration) -> Result<Outcome<O>, Self> {
        self.wait_until(Instant::now().checked_add(limit))
    }

    /// Whether the job has ended, so that waiting for it would not wait.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        let ended = self.slot.is_ended();
        if !ended {
            self.pass();
        }
        ended
    }

    /// Cancels the job: if it has not started, it will not. What becomes of one that runs is the
    /// pattern's to say. Either way the handle still gives an outcome.
    pub fn cancel(&self) {
        self.slot.cancel();
    }

    fn wait_until(self, deadline: Option<Instant>) -> Result<Outcome<O>, Self> {
        loop {
            if let Some(outcome) = self.slot.take() {
                return Ok(outcome);
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                self.pass();
                return Err(self);
            }
            if self.reader.as_ref().is_some_and(|it| it.read(deadline)) {
                continue;
            }
            let longest = match (self.help)() {
                Some(true) => continue,
                Some(false) => Some(left.map_or(TICK, |left| left.min(TICK))),
                None => left,
            };
            gil::while_waiting(|| self.slot.sleep(longest));
        }
    }

    fn pass(&self) {
        if let Some(reader) = &self.reader {
            reader.pass();
        }
    }
}

impl<O> Promise<O> {
    /// Says how the job ended.
    pub fn keep(self, outcome: Outcome<O>) {
        self.slot.end(outcome);
    }

    /// Whether the job is not to be run any more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.slot.is_cancelled()
    }
}

impl<O> Drop for Promise<O> {
    fn drop(&mut self) {
        self.slot.end(Err(JobError::Cancelled));
    }
}

impl Submitted {
    /// Runs it on the calling thread, unless it was cancelled.
    pub fn run(self, gil: bool) {
        self.0.run(gil);
    }
}

impl Drop for Submitted {
    fn drop(&mut self) {
        self.0.lose();
    }
}
