//! What was seen inside a run.

use serde::Serialize;

use crate::measure::{Sample, Worker};

/// What was seen inside a run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Inside {
    /// Most memory of the whole process tree at once. A page that several processes share counts
    /// once.
    pub(crate) peak_memory: Option<u64>,
    /// Memory over time, by process.
    pub(crate) memory: Vec<Sample>,
    /// How long a job took.
    pub(crate) job_times: Option<JobTimes>,
    /// What the time of the jobs went into, from 0 to 1: on a core, the rest is waiting.
    pub(crate) computing: Option<f64>,
    /// What the workers' time went into.
    pub(crate) shares: Option<Shares>,
    /// Bytes of encoded jobs and outputs that travelled.
    pub(crate) moved: u64,
    /// Most jobs in flight at once.
    pub(crate) in_flight: Option<usize>,
    /// A worker each.
    pub(crate) workers: Vec<Worker>,
}

/// How long a job took: half of them no longer than the first, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct JobTimes {
    /// Half of the jobs.
    pub(crate) p50: f64,
    /// 95 of 100.
    pub(crate) p95: f64,
    /// 99 of 100.
    pub(crate) p99: f64,
    /// All.
    pub(crate) longest: f64,
}

/// What the workers' time went into; together 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Shares {
    /// On a core, in jobs.
    pub(crate) computing: f64,
    /// In jobs, but not on a core.
    pub(crate) waiting: f64,
    /// On a core, but not in jobs: taking jobs, handing on outcomes, encoding and decoding.
    pub(crate) moving: f64,
    /// None of these.
    pub(crate) idle: f64,
}
