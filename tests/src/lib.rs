//! What the integration tests share: the patterns behind one face, the jobs that they run, and a
//! look at what a process holds.
//!
//! A contract is written once, for any [`Subject`] or [`Pool`], and run on each.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a helper of a test fails the test by a panic"
)]

pub mod binaries;
pub mod browser;
pub mod handler;
pub mod jobs;
pub mod log;
pub mod one_thread;
pub mod soak;
pub mod subject;
pub mod system;
pub mod trials;
pub mod unprivileged;

pub use log::Log;
pub use one_thread::{OneThread, Tokio};
pub use subject::{Asynchronous, Pool, Processes, Reference, Subject, Threads, Waiting};

/// Numbers that look random and are the same in every run.
pub fn noise(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    std::iter::repeat_with(move || {
        // The constants are Knuth's, for MMIX.
        state = state.wrapping_mul(6_364_136_223_846_793_005);
        state = state.wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    })
}
