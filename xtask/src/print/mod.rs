//! Print: tables, sentences and numbers for people. Nothing here measures or judges.

mod beside;
mod cells;
mod csv;
mod difference;
mod notes;
mod number;
mod numbers;
mod progress;
mod table;
mod text;
mod verdict;

use std::io::{self, ErrorKind, Write};
use std::process::ExitStatus;

use crate::measure::Interrupted;

pub(crate) use beside::beside;
pub(crate) use csv::csv;
pub(crate) use difference::difference;
pub(crate) use notes::{notes, of_row};
pub(crate) use number::{bytes, count, duration, seconds, times};
pub(crate) use numbers::{Form, numbers};
pub(crate) use progress::{Progress, spinner};
pub(crate) use text::{markdown, text};
pub(crate) use verdict::advice;

/// Writes a line on stdout, at once.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    stdout.flush()
}

/// Says why the task failed, and gives the exit code for it.
pub(crate) fn failure(error: &anyhow::Error) -> u8 {
    if let Some(interrupted) = error.downcast_ref::<Interrupted>() {
        eprintln!("{interrupted}");
        return interrupted.exit_code();
    }
    // Whoever reads our stdout has had enough: that is no failure, and there is nobody to tell.
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref());
    if causes.any(|cause: &io::Error| cause.kind() == ErrorKind::BrokenPipe) {
        return 0;
    }
    eprintln!("error: {error:#}");
    2
}

/// How a program ended.
pub(crate) fn status(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(number) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return signal(number);
    }
    status.code().map_or_else(
        || "no exit code".to_owned(),
        |code| format!("exit code {code}"),
    )
}

/// A signal by its number, and its name if it has one.
pub(crate) fn signal(number: i32) -> String {
    signal_name(number).map_or_else(
        || format!("signal {number}"),
        |name| format!("signal {number} ({name})"),
    )
}

/// A signal's name, if it has one.
#[cfg(unix)]
pub(crate) fn signal_name(number: i32) -> Option<&'static str> {
    let signal = nix::sys::signal::Signal::try_from(number);
    signal.ok().map(nix::sys::signal::Signal::as_str)
}

/// A signal's name, if it has one.
#[cfg(not(unix))]
pub(crate) fn signal_name(_: i32) -> Option<&'static str> {
    None
}
