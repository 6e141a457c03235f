//! Where a submitted job and then its outcome lie, in one piece of memory: a job of some nanoseconds
//! spends most of its time on getting and giving back memory, the more so if another thread gives it
//! back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::span::Timer;
use crate::{Job, JobError, Outcome, invoke};

/// A job until it is run, and then its outcome until it is taken.
pub(super) struct Slot<J, O> {
    state: Mutex<State<J, O>>,
    ended: Condvar,
    cancelled: AtomicBool,
}

struct State<J, O> {
    job: Option<J>,
    outcome: Option<Outcome<O>>,
    /// Whether somebody sleeps until it is there. To wake nobody costs a call of the system.
    awaited: bool,
}

/// What whoever waits for the outcome sees of a slot, and whoever has to say it.
pub(super) trait Ending<O>: Send + Sync {
    /// Sets the outcome, if there is none yet.
    fn end(&self, outcome: Outcome<O>);

    /// Takes the outcome, if it is there.
    fn take(&self) -> Option<Outcome<O>>;

    fn is_ended(&self) -> bool;

    /// Sleeps until the outcome may be there, and no longer than `longest`.
    fn sleep(&self, longest: Option<Duration>);

    fn cancel(&self);

    fn is_cancelled(&self) -> bool;
}

/// What whoever runs the job sees of a slot.
pub(super) trait Start: Send + Sync {
    /// Runs the job and sets its outcome.
    fn run(&self, gil: bool);

    /// Says that the job was cancelled, if it has not been run.
    fn lose(&self);
}

impl<J, O> Slot<J, O> {
    pub(super) fn new(job: Option<J>) -> Self {
        Self {
            state: Mutex::new(State {
                job,
                outcome: None,
                awaited: false,
            }),
            ended: Condvar::new(),
            cancelled: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<J, O>> {
        // Its values are each set whole: a panic cannot have broken them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J: Send, O: Send> Ending<O> for Slot<J, O> {
    fn end(&self, outcome: Outcome<O>) {
        let mut state = self.lock();
        state.outcome.get_or_insert(outcome);
        if state.awaited {
            self.ended.notify_all();
        }
    }

    fn take(&self) -> Option<Outcome<O>> {
        self.lock().outcome.take()
    }

    fn is_ended(&self) -> bool {
        self.lock().outcome.is_some()
    }

    fn sleep(&self, longest: Option<Duration>) {
        let mut state = self.lock();
        if state.outcome.is_some() {
            return;
        }
        state.awaited = true;
        match longest {
            None => drop(self.ended.wait(state)),
            Some(longest) => drop(self.ended.wait_timeout(state, longest)),
        }
    }

    fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl<J: Job> Start for Slot<J, J::Output> {
    fn run(&self, gil: bool) {
        let job = self.lock().job.take();
        if let Some(job) = job {
            self.end(match self.is_cancelled() {
                true => Err(JobError::Cancelled),
                false => invoke(&job, gil, &mut Timer::new(false)),
            });
        }
    }

    fn lose(&self) {
        let job = self.lock().job.take();
        if job.is_some() {
            self.end(Err(JobError::Cancelled));
        }
    }
}
