//! The part of a run's report that is of use here.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// The format that is understood.
const SCHEMA: &str = "patterns.run/1";

/// What a pattern says of its own run. Times are in seconds, sizes in bytes.
///
/// What a program need not tell, or what only newer ones tell, is missing where it is not told.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
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
    /// Of how many inputs the jobs were drawn, if they are a sample.
    #[serde(default)]
    pub(crate) sampled_from: Option<usize>,
    /// Whether it ran as if under a global interpreter lock.
    #[serde(default)]
    pub(crate) gil: bool,
    /// Until the pool was ready.
    #[serde(default)]
    pub(crate) startup: Option<f64>,
    /// From telling the pool to stop until nothing of it was left.
    #[serde(default)]
    pub(crate) shutdown: Option<f64>,
    /// How long the main thread was ready to run, but had no core.
    #[serde(default)]
    pub(crate) run_queue: Option<f64>,
    /// Most jobs in flight at once.
    #[serde(default)]
    pub(crate) most_in_flight: Option<usize>,
    /// Bytes of encoded jobs and outputs that travelled.
    #[serde(default)]
    pub(crate) moved: u64,
    /// How long jobs took, if that was looked at.
    #[serde(default)]
    pub(crate) job_times: Option<JobTimes>,
    /// What each worker did.
    #[serde(default)]
    pub(crate) by_worker: Vec<Worker>,
}

/// How long jobs took: half of them no longer than `p50`, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct JobTimes {
    /// Half of the jobs.
    pub(crate) p50: f64,
    /// 95 of 100.
    pub(crate) p95: f64,
    /// 99 of 100.
    pub(crate) p99: f64,
    /// All.
    pub(crate) longest: f64,
    /// From each job's start to its end, together.
    pub(crate) in_jobs: f64,
    /// What of that was on a core.
    pub(crate) computing: f64,
}

/// What one worker did.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Worker {
    /// Its number, from 0.
    pub(crate) worker: u32,
    /// Jobs that it ran.
    pub(crate) jobs: usize,
    /// How long it ran them.
    pub(crate) busy: f64,
    /// Its user and system time.
    #[serde(default)]
    pub(crate) cpu: Option<f64>,
    /// Most memory that it had resident, where it is a process.
    #[serde(default)]
    pub(crate) peak_memory: Option<u64>,
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
