//! What all patterns promise, written once and run on each of them and on the reference. Where one
//! differs, a test has the difference in its name.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod endings;
mod failures;
mod handles;
mod held_threads;
mod interpreter_lock;
mod kinds;
mod lost_threads;
mod nested;
mod order;
mod rate;
mod scoped;
mod size;
mod sockets;
mod start;
mod time_limit;
mod waiting;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    processpool_pattern::worker(tests::jobs::register);
    let topics = [
        endings::trials(),
        failures::trials(),
        handles::trials(),
        held_threads::trials(),
        interpreter_lock::trials(),
        kinds::trials(),
        lost_threads::trials(),
        nested::trials(),
        order::trials(),
        rate::trials(),
        scoped::trials(),
        size::trials(),
        sockets::trials(),
        start::trials(),
        time_limit::trials(),
        waiting::trials(),
        window::trials(),
    ];
    tests::trials::run(topics.into_iter().flatten().collect(), false)
}
