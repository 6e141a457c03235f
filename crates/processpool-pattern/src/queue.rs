//! Parcels that wait for a worker.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use workload::JobError;

use crate::parcel::Parcel;

/// The parcels that wait, and whether more may come.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    parcels: VecDeque<Parcel>,
    closed: bool,
    /// Why the pool has given up, if it has.
    broken: Option<String>,
}

impl Queue {
    /// Adds a parcel at the end, unless the queue is closed: then its jobs are cancelled.
    pub(crate) fn push(&self, parcel: Parcel) {
        let mut state = self.lock();
        if let Some(reason) = state.broken.clone() {
            drop(state);
            lose(parcel, &reason);
        } else if !state.closed {
            state.parcels.push_back(parcel);
            drop(state);
            self.changed.notify_one();
        }
    }

    /// Puts a parcel back that was taken before; it comes first, also after closing.
    pub(crate) fn put_back(&self, parcel: Parcel) {
        self.lock().parcels.push_front(parcel);
        self.changed.notify_one();
    }

    /// The next parcel, if there is one.
    pub(crate) fn try_pop(&self) -> Option<Parcel> {
        self.lock().parcels.pop_front()
    }

    /// The next parcel, for which it waits; `None` when the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<Parcel> {
        let mut state = self.lock();
        loop {
            match state.parcels.pop_front() {
                Some(parcel) => return Some(parcel),
                None if state.closed => return None,
                None => {
                    let woken = self.changed.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Whether nothing has come, and nothing can be expected to, when so much time has passed.
    pub(crate) fn stays_empty(&self, patience: Duration) -> bool {
        let is_empty = |state: &mut State| state.parcels.is_empty() && !state.closed;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), patience, is_empty);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        is_empty(&mut state)
    }

    /// Takes no more parcels.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Takes out the parcels that nobody wants any more.
    pub(crate) fn take_stopped(&self) -> Vec<Parcel> {
        let mut state = self.lock();
        if !state.parcels.iter().any(Parcel::is_stopped) {
            return Vec::new();
        }
        let parcels = std::mem::take(&mut state.parcels).into_iter();
        let (stopped, wanted): (Vec<_>, Vec<_>) = parcels.partition(Parcel::is_stopped);
        state.parcels = wanted.into();
        stopped
    }

    /// Takes out all parcels.
    pub(crate) fn take_all(&self) -> Vec<Parcel> {
        self.lock().parcels.drain(..).collect()
    }

    /// Says of everything that waits or will come that it is lost, for this reason.
    pub(crate) fn give_up(&self, reason: &str) {
        let mut state = self.lock();
        state.closed = true;
        state.broken = Some(reason.to_owned());
        let parcels = std::mem::take(&mut state.parcels);
        drop(state);
        self.changed.notify_all();
        for parcel in parcels {
            lose(parcel, reason);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No call that could panic is made while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lose(mut parcel: Parcel, reason: &str) {
    for _ in 0..parcel.jobs {
        let message = format!("the process pool has given up: {reason}");
        parcel.deliver.fail(JobError::Lost { message });
    }
    parcel.deliver.flush(0, Duration::ZERO);
}
