//! Ctrl-C and SIGTERM: the first drains, the second kills.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, OnceLock};

#[cfg(unix)]
use signal_hook::iterator::{Handle, Signals};

use crate::Stop;

/// Which signal interrupted the run, if one did.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt {
    shared: Arc<Shared>,
    /// Where signals to be caught are named.
    #[cfg(unix)]
    signals: Option<Handle>,
}

/// What the thread that waits for signals shares with the others.
#[derive(Debug, Default)]
struct Shared {
    first: AtomicI32,
    stop: OnceLock<Stop>,
}

impl Interrupt {
    /// Starts all that waiting for signals takes, so that nothing of it is started during the run
    /// and taken for the pattern's. None is caught yet: until [`watch`](Self::watch), each does
    /// what it does by default. So it is for good where this cannot be set up.
    #[cfg(unix)]
    pub(super) fn prepare() -> Self {
        let shared = Arc::new(Shared::default());
        let none: [i32; 0] = [];
        let signals = Signals::new(none).and_then(|mut signals| {
            let (handle, theirs) = (signals.handle(), shared.clone());
            let waiter = std::thread::Builder::new().name("signals".to_owned());
            waiter.spawn(move || {
                for signal in signals.forever() {
                    theirs.arrived(signal);
                }
            })?;
            Ok(handle)
        });
        Self {
            shared,
            signals: signals.ok(),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn prepare() -> Self {
        Self::default()
    }

    /// The signal that interrupted the run.
    pub(super) fn signal(&self) -> Option<i32> {
        let first = self.shared.first.load(Ordering::Relaxed);
        Some(first).filter(|&signal| signal != 0)
    }

    /// From now on, the first SIGINT or SIGTERM drains `stop`, and the second ends the process at
    /// once; its worker processes end with it.
    pub(super) fn watch(&self, stop: &Stop) {
        // There is one run a process, and so one flag.
        let _ = self.shared.stop.set(stop.clone());
        #[cfg(unix)]
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // What cannot be caught does what it does by default.
            let _ = self.signals.as_ref().map(|them| them.add_signal(signal));
        }
    }
}

#[cfg(unix)]
impl Shared {
    fn arrived(&self, signal: i32) {
        if self.first.swap(signal, Ordering::Relaxed) != 0 {
            std::process::exit(128 + signal);
        }
        if let Some(stop) = self.stop.get() {
            stop.drain();
        }
    }
}
