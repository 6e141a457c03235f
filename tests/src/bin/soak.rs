//! A program that treats process pools as badly as it can: see `cargo xtask soak --help`.

use std::process::ExitCode;

use clap::Parser;
use tests::soak::{Args, Task, main as soak};

fn main() -> ExitCode {
    processpool_pattern::worker(|jobs| {
        jobs.add::<Task>();
    });
    soak(&Args::parse())
}
