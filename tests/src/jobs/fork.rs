//! A copy of this process, with all that is open in it: what a program that a job starts does not get,
//! since everything is closed for it.
#![expect(
    unsafe_code,
    reason = "forking is unsafe, and nothing else leaves files open"
)]

use nix::unistd::{fork as system_fork, pause};

/// Forks. The copy sleeps until a signal ends it; only this process returns.
pub(super) fn fork() {
    // SAFETY: the copy does nothing but sleep, which is allowed also when other threads of this
    // process held locks at the time.
    if unsafe { system_fork() }.unwrap().is_child() {
        loop {
            pause();
        }
    }
}
