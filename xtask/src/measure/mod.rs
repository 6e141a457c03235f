//! Measure: run one binary once, and note what it took and how it ended. Nothing here judges.

mod deadline;
mod interrupts;
mod memory;
mod report;
mod run;
mod stdin;
pub(crate) mod system;

use std::fs::File;
use std::process::ExitStatus;
use std::time::Duration;

use crate::pattern::Pattern;

pub(crate) use deadline::Deadline;
pub(crate) use interrupts::{Interrupted, Interrupts};
#[cfg(test)]
pub(crate) use report::LeftBehind;
pub(crate) use report::{Failure, Report};
pub(crate) use run::Bench;
pub(crate) use stdin::Stdin;

/// What one run of one pattern took, and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// Who ran.
    pub(crate) pattern: Pattern,
    /// From just before the program was started until it was gone.
    pub(crate) wall: Duration,
    /// User and system time of the whole process tree.
    pub(crate) cpu: Duration,
    /// Most memory of the whole process tree at once, in bytes.
    pub(crate) peak_memory: u64,
    /// Bytes that had to come from a disk because they were not in memory.
    pub(crate) read: u64,
    /// How the program ended.
    pub(crate) end: End,
    /// What the program says of its run, if it came so far.
    pub(crate) report: Option<Report>,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself, with this exit code.
    Exit(i32),
    /// By this signal.
    Signal(i32),
    /// It was killed because it took longer than it was given.
    GaveUp(Duration),
}

/// A run, with what it wrote. The files have no name and vanish when they are dropped.
#[derive(Debug)]
pub(crate) struct Run {
    /// What it took.
    pub(crate) measured: Measured,
    /// What it wrote on stdout.
    pub(crate) stdout: File,
    /// What it wrote on stderr.
    pub(crate) stderr: File,
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Exit(status.code().unwrap_or(-1))
    }
}

impl Measured {
    /// Whether the run came to its end, with or without failed jobs, so that its output can be
    /// held against another's.
    pub(crate) fn is_whole(&self) -> bool {
        self.report.is_some() && matches!(self.end, End::Exit(0 | 3))
    }

    /// How many cores were busy, on average.
    pub(crate) fn cores(&self) -> f64 {
        self.cpu.as_secs_f64() / self.wall.as_secs_f64().max(1e-9)
    }

    /// How many jobs there were, if that is known.
    pub(crate) fn jobs(&self) -> Option<usize> {
        self.report.as_ref().map(|report| report.jobs)
    }
}
