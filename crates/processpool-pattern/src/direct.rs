//! A job's short way: the thread that submits it sends it to an idle worker, and the thread that
//! waits for it reads the worker's answer. So two processes are woken, as in any round trip, and the
//! worker's keeper sleeps on; by way of the keeper, four threads would be.
//!
//! Everything else is for the keeper, which is called for whatever is out of the ordinary: nobody
//! waits for the job, a time limit is near, the worker is gone or talks nonsense. It finds the
//! worker's words and its slot as it would have left them itself. Only one thread reads at a time,
//! and what it reads it delivers, whosever it is. A job that takes longer than two threads take to be
//! woken is the keeper's as well: then whoever waits for it sleeps until it is told.

use std::sync::{Arc, Mutex, MutexGuard, TryLockError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use ipc_channel::TryRecvError;
use ipc_channel::ipc::IpcReceiver;
use workload::gil;
use workload::mechanism::Reader;

use crate::flight::Nonsense;
use crate::parcel::Parcel;
use crate::seat::Seat;
use crate::shared::Shared;
use crate::slot::Slot;
use crate::wire::{Word, is_interrupted};

/// How long a reader waits before it leaves the job to the keeper. The engine counts whole milliseconds.
const BRIEFLY: Duration = Duration::from_millis(5);
/// How often to ask for a worker's words that somebody holds.
const PATIENCE: u32 = 10;
/// Below this, the engine does not wait at all.
const LEAST: Duration = Duration::from_millis(1);

/// A job that a worker was sent directly.
pub(crate) struct Direct {
    shared: Arc<Shared>,
    worker: usize,
    chunk: u32,
    /// The worker's words, as long as it is there; they also tell it from the one that replaces it.
    words: Weak<Mutex<IpcReceiver<Word>>>,
}

/// Sends a job to an idle worker; gives it back if there is none that it could be sent to.
pub(crate) fn send(shared: &Arc<Shared>, parcel: Parcel) -> Result<Direct, Parcel> {
    let Some(worker) = shared.seats.iter().position(Seat::is_resting) else {
        return Err(parcel);
    };
    let seat = &shared.seats[worker];
    let most = shared.options.max_jobs_per_worker;
    let mut slot = shared.slot(worker);
    // The last job of a worker's life is its keeper's: the next worker has to be started meanwhile.
    let fit = |slot: &&mut Slot| slot.is_at_rest() && slot.left(most) > 1 && seat.take();
    let Some(fit) = slot.as_mut().filter(fit) else {
        return Err(parcel);
    };
    // What is out of the ordinary is for its keeper.
    let chunk = fit
        .take_off_directly(parcel)
        .inspect_err(|_| seat.give_back())?;
    let words = Arc::downgrade(&fit.words);
    drop(slot);
    shared.alarm.wake();
    Ok(Direct {
        shared: shared.clone(),
        worker,
        chunk,
        words,
    })
}

impl Reader for Direct {
    fn read(&self, deadline: Option<Instant>) -> bool {
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let left = left.map_or(BRIEFLY, |left| left.min(BRIEFLY));
        let Some(words) = self.words.upgrade().filter(|_| self.is_under_way()) else {
            return false;
        };
        let Some(words) = look_at(&words).filter(|_| left >= LEAST) else {
            self.pass();
            return false;
        };
        let heard = gil::while_waiting(|| workload::catch(|| words.try_recv_timeout(left)));
        let heard = match heard {
            Ok(Ok(word)) => self.on_slot(|slot| slot.hear(word)),
            Ok(Err(TryRecvError::Empty)) => {
                drop(words);
                self.pass();
                return false;
            }
            // A signal's handler has run on this thread.
            Ok(Err(TryRecvError::IpcError(error))) if is_interrupted(&error) => return true,
            Ok(Err(_)) | Err(_) => Some(Err(Nonsense)),
        };
        // Whoever takes the seat must find the words free.
        drop(words);
        match heard {
            Some(Ok(())) => self.give_back(),
            // It is dead, or as good as dead: its keeper buries it.
            Some(Err(Nonsense)) => {
                self.on_slot(Slot::kill);
                self.pass();
            }
            None => {}
        }
        true
    }

    fn pass(&self) {
        if self.is_under_way() {
            self.shared.call_keeper(self.worker);
        }
    }
}

/// Takes a worker's words if nobody reads them: who has only just read lets go of them at once.
fn look_at<T>(words: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    (0..PATIENCE).find_map(|_| match words.try_lock() {
        Ok(words) => Some(words),
        Err(TryLockError::Poisoned(words)) => Some(words.into_inner()),
        Err(TryLockError::WouldBlock) => {
            thread::yield_now();
            None
        }
    })
}

impl Direct {
    /// Whether the job is still where it was sent, and its keeper has not taken charge of it.
    fn is_under_way(&self) -> bool {
        self.on_slot(|slot| slot.direct == Some(self.chunk)) == Some(true)
    }

    /// Leaves the worker to whoever has the next job, unless somebody else has seen to that.
    fn give_back(&self) {
        let slot = self.shared.slot(self.worker);
        let is_free = |slot: &Slot| slot.is_at_rest() && slot.direct.is_none();
        if slot.as_ref().is_some_and(is_free) {
            self.shared.seats[self.worker].give_back();
        }
    }

    /// Does something with the worker's slot, if that worker is still there.
    fn on_slot<T>(&self, act: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        let mut slot = self.shared.slot(self.worker);
        let same = |slot: &&mut Slot| std::ptr::eq(Arc::as_ptr(&slot.words), self.words.as_ptr());
        slot.as_mut().filter(same).map(act)
    }
}
