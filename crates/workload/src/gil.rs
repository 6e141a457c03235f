//! A global interpreter lock, for study: what Python's threads feel.
//!
//! CPython has one lock a process. A thread holds it while it runs Python code and lets go of it
//! while it waits for a disk, a socket or a timer. So threads gain nothing when they compute and
//! much when they wait; processes have a lock each and gain from both.
//!
//! A pattern that runs with [`Options::gil`](crate::Options::gil) takes the lock around each job,
//! and a job lets go of it around its waiting with [`while_waiting`]; an async job lets go of it
//! at every await.

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The one lock of this process.
static LOCK: Mutex<()> = Mutex::new(());

thread_local! {
    /// The guard, while this thread holds the lock.
    static HELD: Cell<Option<MutexGuard<'static, ()>>> = const { Cell::new(None) };
}

/// Runs `compute` while holding this process's lock, when `gil` is on. If the thread holds the
/// lock already, it goes on holding it.
#[inline]
pub fn while_computing<T>(gil: bool, compute: impl FnOnce() -> T) -> T {
    if !gil {
        return compute();
    }
    let held = HELD.take();
    let nested = held.is_some();
    HELD.set(Some(held.unwrap_or_else(acquire)));
    let release = Release { keep: nested };
    let result = compute();
    drop(release);
    result
}

/// Runs `wait` without the lock: what a job does around anything that waits. Costs next to nothing
/// when no lock is held.
pub fn while_waiting<T>(wait: impl FnOnce() -> T) -> T {
    let held = HELD.take();
    let must_return = held.is_some();
    drop(held);
    let result = wait();
    if must_return {
        HELD.set(Some(acquire()));
    }
    result
}

fn acquire() -> MutexGuard<'static, ()> {
    // The lock guards no data, so a panic while it was held has broken nothing.
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets go of the lock at the end of the outermost `while_computing`, also when the job panics.
struct Release {
    keep: bool,
}

impl Drop for Release {
    fn drop(&mut self) {
        if !self.keep {
            HELD.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // One test, because tests run in one process and so share its one lock.
    #[test]
    fn the_lock_is_held_while_computing_and_free_while_waiting_and_after_a_panic() {
        let is_free = || {
            std::thread::spawn(|| LOCK.try_lock().is_ok())
                .join()
                .unwrap()
        };
        while_computing(true, || {
            assert!(!is_free());
            while_waiting(|| assert!(is_free()));
            while_computing(true, || assert!(!is_free()));
            assert!(
                !is_free(),
                "the inner one must not let go for the outer one"
            );
        });
        assert!(is_free());

        let panicked = std::panic::catch_unwind(|| while_computing(true, || panic!("on purpose")));
        assert!(panicked.is_err());
        while_computing(true, || assert!(!is_free()));
    }
}
