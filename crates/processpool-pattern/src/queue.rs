//! Parcels that wait for a worker.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use workload::JobError;

use crate::parcel::Parcel;

/// To look for what is not wanted any more may take one part in so many of the time.
const SHARE: u32 = 32;

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
    /// How many keepers wait.
    waiting: usize,
    /// When to look again for what is not wanted any more.
    look: Option<Instant>,
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
            self.wake_one(state);
        }
    }

    /// Puts a parcel back that was taken before; it comes first, also after closing. What travelled
    /// together need not do so again.
    pub(crate) fn put_back(&self, mut parcel: Parcel) {
        let mut state = self.lock();
        while parcel.deliver.is_bundle() && parcel.jobs > 0 {
            let last = parcel.split_off(parcel.jobs - 1, 0);
            state.parcels.push_front(last);
        }
        if parcel.jobs > 0 {
            state.parcels.push_front(parcel);
        }
        self.wake_one(state);
    }

    /// The next parcel, if there is one.
    pub(crate) fn try_pop(&self) -> Option<Parcel> {
        self.lock().parcels.pop_front()
    }

    /// Adds to a submitted job those of its kind that come next, up to so many in all, and leaves
    /// `others` workers their share.
    pub(crate) fn bundle(&self, parcel: Parcel, most: usize, others: usize) -> Parcel {
        if most < 2 || !parcel.is_sociable() {
            return parcel;
        }
        let mut state = self.lock();
        let most = most.min(state.parcels.len() / (others + 1) + 1);
        let mut bundle = vec![parcel];
        while bundle.len() < most
            && let Some(next) = state.parcels.front()
            && next.is_sociable()
            && next.name == bundle[0].name
            && let Some(next) = state.parcels.pop_front()
        {
            bundle.push(next);
        }
        drop(state);
        match bundle.len() {
            1 => bundle.pop(),
            _ => Parcel::bundle(bundle),
        }
        .unwrap_or_else(|| unreachable!("there is at least the first"))
    }

    /// The next parcel, for which it waits; `None` when the queue is closed and empty, or when the
    /// caller is `wanted` elsewhere, which is looked at after each [`call`](Self::call).
    pub(crate) fn pop(&self, wanted: impl Fn() -> bool) -> Option<Parcel> {
        let mut state = self.lock();
        loop {
            if wanted() {
                return None;
            }
            match state.parcels.pop_front() {
                Some(parcel) => return Some(parcel),
                None if state.closed => return None,
                None => {
                    state.waiting += 1;
                    let woken = self.changed.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                    state.waiting -= 1;
                }
            }
        }
    }

    /// Has everybody who waits look whether they are wanted elsewhere.
    pub(crate) fn call(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Takes no more parcels.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether it is closed and empty. Something may still be put back.
    pub(crate) fn is_over(&self) -> bool {
        let state = self.lock();
        state.closed && state.parcels.is_empty()
    }

    /// Takes out the parcels that nobody wants any more, if it is not too soon to look again: the
    /// more there are, the longer that takes.
    pub(crate) fn take_stopped(&self) -> Vec<Parcel> {
        let mut state = self.lock();
        let now = Instant::now();
        if state.look.is_some_and(|look| now < look) {
            return Vec::new();
        }
        let any = state.parcels.iter().any(Parcel::is_stopped);
        let after = Instant::now();
        state.look = after.checked_add((after - now) * SHARE);
        if !any {
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

    /// Lets go of the queue, and wakes one who waits. Where nobody does, that would be a system call for
    /// nothing.
    fn wake_one(&self, state: MutexGuard<'_, State>) {
        let waiting = state.waiting;
        drop(state);
        if waiting > 0 {
            self.changed.notify_one();
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
