//! A flag that says how much of a run should still happen.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

/// Says to a run, from anywhere, to start nothing new, or to cancel what runs as well. Clones
/// share one flag, which only ever goes up.
///
/// ```
/// use workload::Stop;
///
/// let stop = Stop::default();
/// assert!(!stop.is_draining());
/// stop.clone().drain();
/// assert!(stop.is_draining() && !stop.is_cancelling());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    level: AtomicU8,
    /// Who is asleep until something ends, and should look at the flag when it changes.
    waker: Mutex<Option<Waker>>,
}

const DRAIN: u8 = 1;
const CANCEL: u8 = 2;

impl Stop {
    /// Nothing new starts; what runs is finished.
    pub fn drain(&self) {
        self.raise(DRAIN);
    }

    /// Nothing new starts, and what runs is cancelled as far as the pattern can.
    pub fn cancel(&self) {
        self.raise(CANCEL);
    }

    /// Whether nothing new may start.
    #[must_use]
    #[inline]
    pub fn is_draining(&self) -> bool {
        self.0.level.load(Ordering::Relaxed) >= DRAIN
    }

    /// Whether what runs should be cancelled as well.
    #[must_use]
    #[inline]
    pub fn is_cancelling(&self) -> bool {
        self.0.level.load(Ordering::Relaxed) >= CANCEL
    }

    /// From now on, whoever raises the flag wakes this one: the task that drives the run. Only the last
    /// one is kept, as a run has one driver. Look at the flag after this call, not before.
    pub fn wake(&self, waker: &Waker) {
        let mut kept = self.0.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            *kept = Some(waker.clone());
        }
    }

    fn raise(&self, level: u8) {
        if self.0.level.fetch_max(level, Ordering::Relaxed) < level {
            let mut waker = self.0.waker.lock().unwrap_or_else(PoisonError::into_inner);
            let waiting = waker.take();
            drop(waker); // Whoever is woken may look at once.
            if let Some(waiting) = waiting {
                waiting.wake();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn whoever_waits_is_woken_when_the_flag_goes_up_and_only_then() {
        let (stop, count) = (Stop::default(), Arc::new(Count::default()));
        let woken = || count.0.load(Ordering::Relaxed);
        let waker = Waker::from(count.clone());
        stop.wake(&waker);
        stop.clone().drain();
        assert_eq!(woken(), 1);
        stop.wake(&waker);
        stop.drain();
        assert_eq!(woken(), 1, "it was up");
        stop.cancel();
        assert_eq!(woken(), 2);
        stop.wake(&waker);
        stop.drain();
        assert_eq!((woken(), stop.is_cancelling()), (2, true));
    }
}
