//! A program that uses a process pool, but whose `main` forgot to begin with
//! `processpool_pattern::worker`. It notes each of its processes on a log in the current directory.

use std::process::ExitCode;

use processpool_pattern::{Options, ProcessPool};
use tests::Log;
use tests::jobs::Act;

fn main() -> ExitCode {
    Log::new(".".as_ref()).start(0);
    match ProcessPool::new(Options::new().workers(2)) {
        Ok(pool) => {
            println!("{:?}", pool.submit(Act::new(1)).wait());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
