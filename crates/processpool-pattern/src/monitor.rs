//! The thread that looks after time limits, cancels, processes that do not say hello, and memory that
//! an idle worker does not need. It never reads from a worker: one that is stopped in the middle of a
//! message holds up whoever reads, and must be killed by someone else.

use workload::mechanism::tick;
use workload::span;

use crate::shared::Shared;

/// Looks after the workers until the pool is closed.
pub(crate) fn monitor(shared: &Shared) {
    let timeout = shared.options.timeout;
    let tick = tick(timeout);
    while !shared.alarm.is_closed() {
        drop(shared.queue.take_stopped());
        let mut idle = !shared.nursery.watch();
        for worker in 0..shared.slots.len() {
            if let Some(slot) = shared.slot(worker).as_mut() {
                let now = span::now();
                idle &= slot.tidy(now);
                // Put back before the slot is let go: a keeper that finds its worker idle and the
                // queue empty may leave for good.
                for parcel in slot.watch(timeout, now).into_iter().rev() {
                    shared.queue.put_back(parcel);
                }
                // Nobody waits for what was sent past the keeper.
                if shared.seats[worker].is_direct() && slot.words.try_lock().is_ok() {
                    shared.call_keeper(worker);
                }
            }
        }
        shared.alarm.sleep(idle, tick);
    }
}
