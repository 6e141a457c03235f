//! One job's outcome, to be waited for.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{JobError, Outcome, Stop, gil};

/// How often a worker that waits for a job of its own pool, and has nothing to help with, looks
/// again.
const TICK: Duration = Duration::from_millis(1);

/// A submitted job. Dropping it lets the job run on, unheard.
#[must_use = "without its handle, nobody learns how the job ended"]
pub struct Handle<O> {
    slot: Arc<Slot<O>>,
    help: fn() -> Option<bool>,
    reader: Option<Arc<dyn Reader>>,
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
    slot: Arc<Slot<O>>,
}

struct Slot<O> {
    outcome: Mutex<Option<Outcome<O>>>,
    ended: Condvar,
    stop: Stop,
}

impl<O> Handle<O> {
    /// A handle and its promise. `help` is what a thread does that has to wait: see
    /// [`Executor::help`](super::Executor::help).
    pub fn new(help: fn() -> Option<bool>) -> (Self, Promise<O>) {
        let slot = Arc::new(Slot {
            outcome: Mutex::new(None),
            ended: Condvar::new(),
            stop: Stop::default(),
        });
        let promise = Promise { slot: slot.clone() };
        let reader = None;
        (Self { slot, help, reader }, promise)
    }

    /// The same handle, whose job's end is read by whoever waits for it.
    pub fn read_by(self, reader: Arc<dyn Reader>) -> Self {
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
        let ended = self.slot.lock().is_some();
        if let (false, Some(reader)) = (ended, &self.reader) {
            reader.pass();
        }
        ended
    }

    /// Cancels the job: if it has not started, it will not. What becomes of one that runs is the
    /// pattern's to say. Either way the handle still gives an outcome.
    pub fn cancel(&self) {
        self.slot.stop.cancel();
    }

    fn wait_until(self, deadline: Option<Instant>) -> Result<Outcome<O>, Self> {
        loop {
            if let Some(outcome) = self.slot.lock().take() {
                return Ok(outcome);
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                if let Some(reader) = &self.reader {
                    reader.pass();
                }
                return Err(self);
            }
            if self
                .reader
                .as_ref()
                .is_some_and(|reader| reader.read(deadline))
            {
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
}

impl<O> Promise<O> {
    /// Says how the job ended.
    pub fn keep(self, outcome: Outcome<O>) {
        self.slot.end(outcome);
    }

    /// What cancels the job.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.slot.stop
    }
}

impl<O> Drop for Promise<O> {
    fn drop(&mut self) {
        self.slot.end(Err(JobError::Cancelled));
    }
}

impl<O> Slot<O> {
    fn lock(&self) -> MutexGuard<'_, Option<Outcome<O>>> {
        // The slot holds one value that is set whole: a panic cannot have broken it.
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the outcome, if there is none yet.
    fn end(&self, outcome: Outcome<O>) {
        self.lock().get_or_insert(outcome);
        self.ended.notify_all();
    }

    /// Sleeps until the outcome may be there, and no longer than `longest`.
    fn sleep(&self, longest: Option<Duration>) {
        let guard = self.lock();
        if guard.is_some() {
            return;
        }
        match longest {
            None => drop(self.ended.wait(guard)),
            Some(longest) => drop(self.ended.wait_timeout(guard, longest)),
        }
    }
}
