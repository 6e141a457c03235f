//! The thread that looks after time limits and cancels. It never reads from a worker: one that is
//! stopped in the middle of a message holds up whoever reads, and must be killed by someone else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use workload::span;

use crate::keeper::Shared;
use crate::slot::Slot;

/// How often to look, at most: what a time limit or a cancel may be late by.
const TICK: Duration = Duration::from_millis(10);

/// Sleeps while no worker has anything to do.
#[derive(Default)]
pub(crate) struct Monitor {
    asleep: AtomicBool,
    closed: AtomicBool,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Monitor {
    /// There is something to look after. Costs a load if it is awake.
    pub(crate) fn wake(&self) {
        if self.asleep.load(Ordering::SeqCst) {
            let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            self.asleep.store(false, Ordering::SeqCst);
            self.woken.notify_one();
        }
    }

    /// There will be nothing any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.woken.notify_one();
    }

    /// Sleeps for a tick, or until it is woken if there is nothing to look after.
    fn sleep(&self, idle: bool, tick: Duration) {
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if self.closed.load(Ordering::SeqCst) {
            return;
        }
        if idle && self.asleep.swap(true, Ordering::SeqCst) {
            // It said so a tick ago, and nobody has woken it since.
            drop(self.woken.wait(guard));
        } else {
            drop(self.woken.wait_timeout(guard, tick));
        }
    }
}

/// Looks after the workers until the monitor is closed.
pub(crate) fn monitor(shared: &Shared) {
    let timeout = shared.options.timeout;
    // A short limit deserves a closer look.
    let tick = timeout.map_or(TICK, |timeout| (timeout / 4).clamp(TICK / 10, TICK));
    while !shared.monitor.closed.load(Ordering::SeqCst) {
        drop(shared.queue.take_stopped());
        let mut idle = true;
        for worker in 0..shared.slots.len() {
            if let Some(slot) = shared.slot(worker).as_mut() {
                idle &= slot.is_idle();
                look_after(slot, timeout);
            }
        }
        shared.monitor.sleep(idle, tick);
    }
}

fn look_after(slot: &mut Slot, timeout: Option<Duration>) {
    // Outcomes that were not announced because the job behind them takes long.
    if slot.harvest().is_err() {
        slot.kill();
    }
    slot.watch(timeout, span::now());
}
