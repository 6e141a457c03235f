//! Measure: run one binary once, and note what it took and how it ended. Nothing here judges.

mod ask;
pub(crate) mod cache;
mod deadline;
mod interrupts;
pub(crate) mod machine;
mod memory;
mod program;
mod report;
mod run;
mod stdin;
pub(crate) mod system;

use std::fs::File;
use std::process::ExitStatus;
use std::time::Duration;

pub(crate) use ask::what_is_job;
pub(crate) use deadline::Deadline;
pub(crate) use interrupts::{Interrupted, Interrupts};
pub(crate) use machine::Machine;
pub(crate) use machine::load::{Taken, Watch};
pub(crate) use memory::{Memory, Sample};
pub(crate) use program::Program;
#[cfg(test)]
pub(crate) use report::LeftBehind;
pub(crate) use report::{Failure, JobTimes, Report, Worker};
pub(crate) use run::{Bench, Look, OWN_FOLDER};
pub(crate) use stdin::Stdin;
pub(crate) use system::Switches;

/// What one run of one program took, and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// From just before the program was started until it was gone.
    pub(crate) wall: Duration,
    /// User and system time of the whole process tree.
    pub(crate) cpu: Duration,
    /// The memory of the whole process tree, if it was looked at.
    pub(crate) memory: Option<Memory>,
    /// Bytes that had to come from a disk because they were not in memory.
    pub(crate) read: u64,
    /// How often cores changed hands.
    pub(crate) switches: Switches,
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

    /// The wall time without getting ready and stopping, in seconds, if the program tells those.
    pub(crate) fn running(&self) -> Option<f64> {
        let report = self.report.as_ref()?;
        let rest = self.wall.as_secs_f64() - report.startup? - report.shutdown?;
        Some(rest.max(0.0))
    }
}
