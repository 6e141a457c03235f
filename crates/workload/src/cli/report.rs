//! The run's report: what `--report FILE` writes, and other programs read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::usage::Usage;
use crate::{JobError, Options, Run};

/// The name of this format. A change that breaks readers gets a new number.
pub const SCHEMA: &str = "patterns.run/1";

/// At most this many failures are listed; all are counted.
const LISTED: usize = 10_000;

/// One run of one workload on one pattern. Times are in seconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The pattern: the name of its binary.
    pub pattern: String,
    /// The workload's name.
    pub workload: String,
    /// How many workers there were.
    pub workers: usize,
    /// The window, in jobs, if one was asked for.
    pub window: Option<usize>,
    /// Most bytes of encoded jobs and outputs in the window, where they travel.
    pub window_bytes: u64,
    /// The fixed size of a chunk, in jobs, if one was asked for.
    pub chunk: Option<usize>,
    /// The time limit per job, if one was asked for.
    pub timeout: Option<f64>,
    /// How often a crashed or timed-out job was to be tried again.
    pub retries: u32,
    /// After how many jobs a worker process was to be replaced, if that was asked for.
    pub max_jobs_per_worker: Option<usize>,
    /// Most address space of a worker process, if that was asked for.
    pub max_memory: Option<u64>,
    /// Whether it ran as if under a global interpreter lock.
    pub gil: bool,
    /// `continue` or `stop`.
    pub on_error: crate::OnError,
    /// The exit code that the run ends with.
    pub exit_code: u8,
    /// The signal that interrupted the run, if one did.
    pub interrupted_by: Option<i32>,
    /// How many inputs there were, if the jobs are a sample of them.
    pub sampled_from: Option<usize>,
    /// Jobs that were pulled from the input, or from the sample.
    pub jobs: usize,
    /// Jobs that gave an output.
    pub succeeded: usize,
    /// Jobs that did not, by kind.
    pub failed: BTreeMap<String, usize>,
    /// The first 10,000 failures in input order.
    pub failures: Vec<Failure>,
    /// From when the command line was understood to the end of the run, without writing this report.
    pub wall: f64,
    /// Until the pool was ready.
    pub startup: f64,
    /// From telling the pool to stop until nothing of it was left.
    pub shutdown: f64,
    /// User and system time of this process and of its workers.
    pub cpu: f64,
    /// Most memory that this process had resident; its worker processes are not in it.
    pub peak_memory: u64,
    /// How long the main thread waited for a core during the run, where the system says so. The
    /// reference has no other thread, so this is all that it waited for cores.
    pub run_queue: Option<f64>,
    /// How often the threads of this process and of its ended children left a core, where the system
    /// says so.
    pub context_switches: Option<ContextSwitches>,
    /// Bytes of the jobs and outcomes that travelled to a worker and back, as encoded.
    pub moved: usize,
    /// How long jobs took, if that was recorded.
    pub job_times: Option<JobTimes>,
    /// Chunks that were started.
    pub chunks: usize,
    /// Jobs in the largest chunk.
    pub largest_chunk: usize,
    /// Most jobs in flight at once.
    pub most_in_flight: usize,
    /// Most jobs in the window at once: in flight, or finished and not yet printed.
    pub most_in_window: usize,
    /// Threads that hang in jobs that ran out of time, until the program ends.
    pub lost_threads: usize,
    /// Jobs that held their thread for more than 0.1 s between two awaits, on async.
    pub slow: usize,
    /// The place in the input, from 0, of the one that did so for the longest.
    pub slowest: Option<usize>,
    /// What each worker did.
    pub by_worker: Vec<Worker>,
    /// What the process held when the pattern was gone, and not before it came. Only the end of the
    /// process ends these.
    pub left_behind: LeftBehind,
}

/// A job that gave no output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The job's place in the input, from 0.
    pub index: usize,
    /// The kind of error: what can be compared between patterns.
    pub kind: String,
    /// The error in words.
    pub message: String,
}

/// What one worker did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Worker {
    /// The worker's number, from 0.
    pub worker: u32,
    /// Jobs that it ran.
    pub jobs: usize,
    /// How long it ran them.
    pub busy: f64,
    /// How long it was on a core, with all that it did besides its jobs, where that is known.
    pub cpu: Option<f64>,
    /// Most memory that it had resident, if it is a process and that is known.
    pub peak_memory: Option<u64>,
}

/// How often threads left a core.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSwitches {
    /// To wait for something.
    pub voluntary: u64,
    /// For another thread's turn.
    pub involuntary: u64,
}

/// How long jobs took, of all that are known to have run; percentiles to three digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct JobTimes {
    /// Half of the jobs took no longer.
    pub p50: f64,
    /// 95% of the jobs took no longer.
    pub p95: f64,
    /// 99% of the jobs took no longer.
    pub p99: f64,
    /// What the longest took.
    pub longest: f64,
    /// All of them together.
    pub in_jobs: f64,
    /// How much of that they were on a core.
    pub computing: f64,
}

/// What a pattern left behind: a number each, or nothing where the system does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// Threads, such as one that is stuck in a job.
    pub threads: Option<usize>,
    /// File descriptors.
    pub descriptors: Option<usize>,
    /// Child processes, dead ones that nobody waited for among them.
    pub processes: Option<usize>,
}

impl Failure {
    /// The failure of the job at `index`.
    #[must_use]
    pub fn new(index: usize, error: &JobError) -> Self {
        Self {
            index,
            kind: error.kind().to_owned(),
            message: error.to_string(),
        }
    }
}

/// Adds a failure to a report's list, unless the list is full.
pub(super) fn list(failures: &mut Vec<Failure>, index: usize, error: &JobError) {
    if failures.len() < LISTED {
        failures.push(Failure::new(index, error));
    }
}

/// What a report says besides the run itself.
pub(super) struct Circumstances<'a> {
    pub(super) pattern: &'a str,
    pub(super) workload: &'a str,
    pub(super) options: &'a Options,
    pub(super) exit_code: u8,
    pub(super) interrupted_by: Option<i32>,
    pub(super) failures: Vec<Failure>,
    pub(super) wall: Duration,
    pub(super) usage: Usage,
    pub(super) run_queue: Option<Duration>,
    pub(super) sampled_from: Option<usize>,
    pub(super) job_times: Option<JobTimes>,
    pub(super) left_behind: LeftBehind,
}

impl Report {
    pub(super) fn new(run: &Run, about: Circumstances<'_>) -> Self {
        let Run { counts, .. } = run;
        let options = about.options;
        let failed = counts.failed.iter();
        Self {
            schema: SCHEMA.to_owned(),
            pattern: about.pattern.to_owned(),
            workload: about.workload.to_owned(),
            workers: run.workers,
            window: options.window.map(usize::from),
            window_bytes: options.window_bytes,
            chunk: options.chunk.map(usize::from),
            timeout: options.timeout.map(|limit| limit.as_secs_f64()),
            retries: options.retries,
            max_jobs_per_worker: options.max_jobs_per_worker.map(usize::from),
            max_memory: options.max_memory,
            gil: options.gil,
            on_error: options.on_error,
            exit_code: about.exit_code,
            interrupted_by: about.interrupted_by,
            sampled_from: about.sampled_from,
            jobs: counts.jobs,
            succeeded: counts.succeeded,
            failed: failed.map(|(kind, n)| ((*kind).to_owned(), *n)).collect(),
            failures: about.failures,
            wall: about.wall.as_secs_f64(),
            startup: run.startup.as_secs_f64(),
            shutdown: run.shutdown.as_secs_f64(),
            cpu: about.usage.cpu.as_secs_f64(),
            peak_memory: about.usage.peak_memory,
            run_queue: about.run_queue.map(|waited| waited.as_secs_f64()),
            context_switches: about.usage.context_switches,
            moved: counts.moved,
            job_times: about.job_times,
            chunks: counts.chunks,
            largest_chunk: counts.largest_chunk,
            most_in_flight: counts.most_in_flight,
            most_in_window: counts.most_in_window,
            lost_threads: run.lost_threads,
            slow: counts.slow,
            slowest: counts.slowest.map(|slowest| slowest.index),
            by_worker: by_worker(run),
            left_behind: about.left_behind,
        }
    }
}

/// What each worker did that ran jobs, or that is known to have done anything.
fn by_worker(run: &Run) -> Vec<Worker> {
    let workers: BTreeSet<_> = run.counts.workers.keys().chain(run.spent.keys()).collect();
    let worker = |&worker: &u32| {
        let share = run.counts.workers.get(&worker).copied().unwrap_or_default();
        let spent = run.spent.get(&worker).copied().unwrap_or_default();
        let cpu = Some(spent.cpu).filter(|cpu| !cpu.is_zero());
        Worker {
            worker,
            jobs: share.jobs,
            busy: share.busy.as_secs_f64(),
            cpu: cpu.map(|cpu| cpu.as_secs_f64()),
            peak_memory: spent.peak_memory,
        }
    };
    workers.into_iter().map(worker).collect()
}
