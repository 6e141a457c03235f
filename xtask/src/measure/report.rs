//! The part of a run's report that is of use here.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

/// The format that is understood.
const SCHEMA: &str = "patterns.run/1";

/// What a pattern says of its own run. Times are in seconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Report {
    /// [`SCHEMA`], or the file is not for us.
    pub(crate) schema: String,
    /// How many workers there were.
    pub(crate) workers: usize,
    /// `continue` or `stop`.
    pub(crate) on_error: String,
    /// Jobs that were pulled from the input.
    pub(crate) jobs: usize,
    /// Jobs that gave no output, by kind of error.
    pub(crate) failed: BTreeMap<String, usize>,
    /// The first of them, in input order.
    pub(crate) failures: Vec<Failure>,
    /// User and system time of the process and of its workers.
    pub(crate) cpu: f64,
    /// Most memory that the main process had resident.
    pub(crate) peak_memory: u64,
    /// What the process held when the pattern was gone and not before it came.
    pub(crate) left_behind: LeftBehind,
}

/// What a pattern left behind, as far as the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct LeftBehind {
    /// Threads.
    pub(crate) threads: Option<usize>,
    /// File descriptors.
    pub(crate) descriptors: Option<usize>,
    /// Child processes.
    pub(crate) processes: Option<usize>,
}

/// A job that gave no output.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Failure {
    /// The job's place in the input, from 0.
    pub(crate) index: usize,
    /// The kind of error.
    pub(crate) kind: String,
    /// The error in words.
    pub(crate) message: String,
}

impl Report {
    /// Reads a report; there is none when the program died before it could write it.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let json = match std::fs::read(path) {
            Ok(json) => json,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).context("cannot read the run's report"),
        };
        let report: Self =
            serde_json::from_slice(&json).context("the run's report makes no sense")?;
        if report.schema != SCHEMA {
            let found = &report.schema;
            bail!("the run's report is in the format `{found}`, and only `{SCHEMA}` is understood");
        }
        Ok(Some(report))
    }

    /// Jobs that gave no output.
    pub(crate) fn failed_jobs(&self) -> usize {
        self.failed.values().sum()
    }

    /// Whether a failure ended the run early, so that how far it came is a matter of timing.
    pub(crate) fn was_stopped(&self) -> bool {
        self.on_error == "stop" && !self.failed.is_empty()
    }
}
