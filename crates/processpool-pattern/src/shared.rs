//! What the threads of a pool share.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use workload::mechanism::Alarm;
use workload::{Options, Tally};

use crate::nursery::Nursery;
use crate::queue::Queue;
use crate::seat::Seat;
use crate::slot::Slot;

/// What the threads of a pool share.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) queue: Queue,
    /// Wakes the monitor.
    pub(crate) alarm: Alarm,
    /// Processes that are to be workers.
    pub(crate) nursery: Nursery,
    /// The living workers.
    pub(crate) slots: Vec<Mutex<Option<Slot>>>,
    /// Who sees to them.
    pub(crate) seats: Vec<Seat>,
    /// Held while a start takes what it cannot give back.
    pub(crate) start: Mutex<()>,
    /// How many keepers there are.
    pub(crate) keepers: AtomicUsize,
    /// What the workers that have left have used up.
    pub(crate) tally: Tally,
    /// Whether the pool was dropped: nobody wants anything any more.
    pub(crate) abandoned: AtomicBool,
}

impl Shared {
    /// Cancels what waits, and kills what runs and what gets ready.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::SeqCst);
        self.queue.close();
        drop(self.queue.take_all());
        for worker in 0..self.slots.len() {
            if let Some(slot) = self.slot(worker).as_mut() {
                slot.kill();
            }
        }
        self.nursery.kill_all();
    }

    /// Ends what gets ready if there is nothing left to do for it. Whoever starts it asks after it has
    /// put it into the nursery, and starts another one if something was put back meanwhile.
    pub(crate) fn clear_nursery(&self) {
        if self.is_over() {
            self.nursery.kill_all();
        }
    }

    /// Whether nothing is left to do, unless something is put back.
    pub(crate) fn is_over(&self) -> bool {
        self.is_abandoned() || self.queue.is_over()
    }

    /// Whether the pool was dropped. A keeper asks after it has put its worker into the slot.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::SeqCst)
    }

    /// Has a worker's keeper see to the job that was sent past it, if one was.
    pub(crate) fn call_keeper(&self, worker: usize) {
        if self.seats[worker].want() {
            self.queue.call();
        }
    }

    /// A worker's slot.
    pub(crate) fn slot(&self, worker: usize) -> MutexGuard<'_, Option<Slot>> {
        self.slots[worker]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
