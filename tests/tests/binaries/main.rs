//! The binaries from end to end, run as a user would run them.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by a panic"
)]

mod bad_input;
mod checksum;
mod descriptors;
mod hostile;
mod input;
mod interpreter_lock;
mod interrupts;
mod joblog;
mod lines;
mod memory;
mod numbers;
mod output;
mod sample;
mod show_job;
mod thumbs;
mod trace;
