//! How the monitor is woken, cheaply.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes the monitor, which sleeps while no worker has anything to do.
#[derive(Default)]
pub(crate) struct Alarm {
    asleep: AtomicBool,
    closed: AtomicBool,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Alarm {
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

    /// Whether there will be nothing any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Sleeps for a tick, or until it is woken if there is nothing to look after.
    pub(crate) fn sleep(&self, idle: bool, tick: Duration) {
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_closed() {
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
