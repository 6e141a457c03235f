//! Ctrl-C and SIGTERM: the first drains, the second kills.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::Stop;

/// Which signal interrupted the run, if one did.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt(Arc<AtomicI32>);

impl Interrupt {
    /// The signal that interrupted the run.
    pub(super) fn signal(&self) -> Option<i32> {
        Some(self.0.load(Ordering::Relaxed)).filter(|&signal| signal != 0)
    }

    /// From now on, the first SIGINT or SIGTERM drains `stop`, and the second ends the process at
    /// once; its worker processes end with it. Where that cannot be set up, a signal does what it
    /// does by default.
    #[cfg(unix)]
    pub(super) fn watch(&self, stop: &Stop) {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        let (first, stop) = (self.0.clone(), stop.clone());
        let watcher = std::thread::Builder::new().name("signals".to_owned());
        let _ = watcher.spawn(move || {
            for signal in signals.forever() {
                let earlier = first.swap(signal, Ordering::Relaxed);
                if earlier != 0 {
                    std::process::exit(128 + signal);
                }
                stop.drain();
            }
        });
    }

    #[cfg(not(unix))]
    pub(super) fn watch(&self, _: &Stop) {}
}
