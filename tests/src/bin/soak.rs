//! A program that treats process pools as badly as it can: see `cargo xtask soak --help`.

use std::process::ExitCode;

use clap::Parser;
use tests::soak::{Args, main as soak, register};

fn main() -> ExitCode {
    processpool_pattern::worker(register);
    soak(&Args::parse())
}
