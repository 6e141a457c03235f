//! The command line of all binaries: `[OPTIONS] [WORKLOAD [ARGS]]`.

mod advice;
mod args;
mod falsify;
mod holdings;
mod input;
mod interrupt;
mod joblog;
mod printer;
mod records;
pub mod report;
mod run;
mod sample;
mod show_job;
mod times;
mod trace;
mod usage;

use std::process::ExitCode;

use crate::Pattern;
use args::{CommandLine, Refusal};

/// Exit code: something went wrong that is no job's fault, such as a disk that is full.
const TROUBLE: u8 = 1;
/// Exit code: usage or bad input, noticed before anything ran.
const USAGE: u8 = 2;
/// Exit code: some jobs failed.
const FAILED: u8 = 3;

/// The `main` of a pattern's binary: reads the command line, runs the workload on the pattern,
/// prints, and says how it went.
pub fn main(pattern: &impl Pattern) -> ExitCode {
    let code = match CommandLine::parse(pattern.name(), std::env::args_os()) {
        Ok(line) => run::run(pattern, &line),
        Err(Refusal::Help(text)) => {
            // Nobody to tell if it cannot be printed.
            let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
            0
        }
        Err(Refusal::Usage(reason)) => refuse(pattern.name(), &reason),
    };
    ExitCode::from(code)
}

/// Says in one line what is wrong with the command line or the input.
fn refuse(program: &str, reason: &str) -> u8 {
    say(&format!("{program}: error: {reason}"));
    USAGE
}

/// Writes one line to stderr; a stderr that is closed is no reason to fail.
fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{}", one_line(line));
}

/// The same text on one line.
fn one_line(text: &str) -> String {
    text.replace('\r', "\\r").replace('\n', "\\n")
}
