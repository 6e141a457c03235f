//! A flag that says how much of a run should still happen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

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
pub struct Stop(Arc<AtomicU8>);

const DRAIN: u8 = 1;
const CANCEL: u8 = 2;

impl Stop {
    /// Nothing new starts; what runs is finished.
    pub fn drain(&self) {
        self.0.fetch_max(DRAIN, Ordering::Relaxed);
    }

    /// Nothing new starts, and what runs is cancelled as far as the pattern can.
    pub fn cancel(&self) {
        self.0.fetch_max(CANCEL, Ordering::Relaxed);
    }

    /// Whether nothing new may start.
    #[must_use]
    #[inline]
    pub fn is_draining(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= DRAIN
    }

    /// Whether what runs should be cancelled as well.
    #[must_use]
    #[inline]
    pub fn is_cancelling(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= CANCEL
    }
}
