//! How a thread that looks after others from time to time is woken, cheaply.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes a monitor: a thread that looks after the workers at every tick, and that sleeps while none
/// of them has anything to do.
#[derive(Debug, Default)]
pub struct Alarm {
    asleep: AtomicBool,
    closed: AtomicBool,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Alarm {
    /// There is something to look after. Costs a load if the monitor is awake.
    pub fn wake(&self) {
        if self.asleep.load(Ordering::SeqCst) {
            let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            self.asleep.store(false, Ordering::SeqCst);
            self.woken.notify_one();
        }
    }

    /// There will be nothing any more.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.woken.notify_one();
    }

    /// Whether there will be nothing any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Sleeps for a tick, or until it is woken if there is nothing to look after.
    pub fn sleep(&self, idle: bool, tick: Duration) {
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

/// How often to look at jobs that have this time limit, or none: what a time limit or a cancel may
/// be late by.
#[must_use]
pub fn tick(timeout: Option<Duration>) -> Duration {
    const TICK: Duration = Duration::from_millis(10);
    // A short limit deserves a closer look.
    timeout.map_or(TICK, |timeout| (timeout / 4).clamp(TICK / 10, TICK))
}
