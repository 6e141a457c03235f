//! Ctrl-C and its kin: passed on to the program that runs, and then the comparison ends as well.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// We were told to stop by this signal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interrupted(i32);

/// Where interruptions arrive. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    first: Option<Interrupted>,
    /// The process group that runs now.
    group: Option<u32>,
    /// How many signals it was sent.
    sent: u32,
}

impl Interrupted {
    /// The exit code that a shell gives such an end: 130 for Ctrl-C.
    pub(crate) fn exit_code(self) -> u8 {
        u8::try_from(128 + self.0).unwrap_or(130)
    }
}

impl Interrupts {
    /// Listens from now until the end of the process.
    #[cfg(unix)]
    pub(crate) fn listen() -> std::io::Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let ours = Self::default();
        let theirs = ours.clone();
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT])?;
        std::thread::spawn(move || {
            for signal in signals.forever() {
                theirs.arrived(signal);
            }
        });
        Ok(ours)
    }

    /// Elsewhere than on Unix, a Ctrl-C ends us and the program at once.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self::default())
    }

    /// An error if we were interrupted.
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        self.lock().first.map_or(Ok(()), Err)
    }

    /// Passes interruptions on to the group until the returned guard is dropped.
    pub(crate) fn forward_to(&self, group: u32) -> Forwarding<'_> {
        let mut state = self.lock();
        state.group = Some(group);
        state.sent = 0;
        // It may have arrived while the program was being started.
        if let Some(Interrupted(signal)) = state.first {
            state.forward(signal);
        }
        Forwarding(self)
    }

    #[cfg(unix)]
    fn arrived(&self, signal: i32) {
        let mut state = self.lock();
        state.first.get_or_insert(Interrupted(signal));
        state.forward(signal);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Plain numbers: no panic can leave them half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The first asks the program to finish, the second to break off; after that it had its chance.
    fn forward(&mut self, signal: i32) {
        let Some(group) = self.group else { return };
        self.sent += 1;
        #[cfg(unix)]
        if self.sent <= 2 {
            return super::system::signal_group(group, signal);
        }
        let _ = signal;
        super::system::kill_group(group);
    }
}

/// While this lives, interruptions are passed on.
#[derive(Debug)]
pub(crate) struct Forwarding<'a>(&'a Interrupts);

impl Drop for Forwarding<'_> {
    fn drop(&mut self) {
        self.0.lock().group = None;
    }
}

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "interrupted by {}", crate::print::signal(self.0))
    }
}

impl std::error::Error for Interrupted {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    use super::super::system;
    use super::*;

    // A shell has what it runs in the background ignore SIGINT; nobody ignores this one.
    const SIGTERM: i32 = 15;

    #[test]
    fn a_signal_reaches_the_program_that_runs_and_then_ends_us() {
        let interrupts = Interrupts::default();
        assert!(interrupts.check().is_ok());
        let mut sleep = Command::new("sleep");
        system::lead_a_group(sleep.arg("60"));
        let mut child = sleep.spawn().unwrap();
        let forwarding = interrupts.forward_to(child.id());
        interrupts.arrived(SIGTERM);
        assert_eq!(child.wait().unwrap().signal(), Some(SIGTERM));
        drop(forwarding);
        let interrupted = interrupts.check().unwrap_err();
        assert_eq!(interrupted.exit_code(), 143);
        assert_eq!(
            interrupted.to_string(),
            "interrupted by signal 15 (SIGTERM)"
        );
    }

    #[test]
    fn a_signal_that_came_while_the_program_was_started_is_not_lost() {
        let interrupts = Interrupts::default();
        interrupts.arrived(SIGTERM);
        let mut sleep = Command::new("sleep");
        system::lead_a_group(sleep.arg("60"));
        let mut child = sleep.spawn().unwrap();
        let _forwarding = interrupts.forward_to(child.id());
        assert_eq!(child.wait().unwrap().signal(), Some(SIGTERM));
    }
}
