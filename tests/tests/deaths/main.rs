//! What only a process pool survives: jobs that take their process down or want too much, workers
//! that others take down or that start as they should not, and jobs that cannot travel. The culprit
//! fails, and nobody else.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod crashes;
mod family;
mod killed;
mod limits;
mod payloads;
mod printing;
mod start;
mod stopped;
mod traps;
mod travel;

use std::process::ExitCode;

fn main() -> ExitCode {
    processpool_pattern::worker(tests::jobs::register);
    let topics = [
        crashes::trials(),
        family::trials(),
        killed::trials(),
        limits::trials(),
        payloads::trials(),
        printing::trials(),
        start::trials(),
        stopped::trials(),
        traps::trials(),
        travel::trials(),
    ];
    tests::trials::run(topics.into_iter().flatten().collect(), false)
}
