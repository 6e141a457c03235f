//! What every pattern can be told, in one type: the same value configures all three.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Rate;

/// How a pool works. Every pattern takes the same options, so that switching the pattern is
/// switching a type's name.
///
/// ```
/// use std::time::Duration;
/// use workload::{OnError, Options};
///
/// let options = Options::new()
///     .workers(4)
///     .timeout(Duration::from_secs(5))
///     .on_error(OnError::Stop);
/// assert_eq!(options.workers.get(), 4);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// How many workers. Default: the available parallelism, which respects affinity and cgroups.
    pub workers: NonZeroUsize,
    /// Most jobs between the input and the output: in flight, or finished and not yet taken.
    /// Default: 64 a worker, and up to 65,536 when jobs are so short that they travel in chunks; on
    /// the async pattern, 1024.
    pub window: Option<NonZeroUsize>,
    /// Most bytes between the input and the output, on a pattern where jobs travel as bytes: the
    /// window holds no more jobs than fit, but one a worker in any case, and four a worker until the
    /// first outcome tells their size. Jobs and outputs are counted as encoded, and guessed from
    /// those before them. Default: 256 MiB.
    pub window_bytes: u64,
    /// A fixed number of jobs a chunk. Default: sized by measured time.
    pub chunk: Option<NonZeroUsize>,
    /// Time limit per job, counted from the job's own start. Default: none.
    pub timeout: Option<Duration>,
    /// How often a job is tried again after it crashed its worker or timed out. On threads, each try
    /// that runs out of time may lose a thread; in a plain loop, it runs to its end. Default: 0.
    pub retries: u32,
    /// How fast jobs may start. What waits for a worker has started, in this sense. Default: at once.
    pub rate: Option<Rate>,
    /// Replace a worker after it has run so many jobs, the remedy for jobs that leak. For processes
    /// only. Default: never.
    pub max_jobs_per_worker: Option<NonZeroUsize>,
    /// Most address space that a worker may use, in bytes; what needs more fails, as a rule by an
    /// abort. For processes only, on Unix. Default: no limit.
    pub max_memory: Option<u64>,
    /// What a failed job means for the others. Default: [`OnError::Continue`].
    pub on_error: OnError,
    /// Run as if one global interpreter lock were held while computing: see [`gil`](crate::gil).
    /// Default: false.
    pub gil: bool,
    /// Record when and where each job ran, and how much of that it computed: see
    /// [`Span`](crate::Span). Costs two looks at each of two clocks a job, below a microsecond
    /// together, and memory until the spans are taken. Default: false.
    pub spans: bool,
}

/// What a failed job means for the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnError {
    /// Every other job still runs.
    #[default]
    Continue,
    /// Nothing new starts, and what runs is cancelled as far as the pattern can.
    Stop,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            workers: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            window: None,
            window_bytes: 256 << 20,
            chunk: None,
            timeout: None,
            retries: 0,
            rate: None,
            max_jobs_per_worker: None,
            max_memory: None,
            on_error: OnError::Continue,
            gil: false,
            spans: false,
        }
    }

    /// Sets the number of workers; 0 counts as 1.
    #[must_use]
    pub fn workers(self, workers: usize) -> Self {
        let workers = at_least_one(workers);
        Self { workers, ..self }
    }

    /// Sets the window, in jobs; 0 counts as 1.
    #[must_use]
    pub fn window(self, jobs: usize) -> Self {
        let window = Some(at_least_one(jobs));
        Self { window, ..self }
    }

    /// Sets the window in bytes.
    #[must_use]
    pub fn window_bytes(self, bytes: u64) -> Self {
        let window_bytes = bytes;
        Self {
            window_bytes,
            ..self
        }
    }

    /// Fixes the size of a chunk, in jobs; 0 counts as 1.
    #[must_use]
    pub fn chunk(self, jobs: usize) -> Self {
        let chunk = Some(at_least_one(jobs));
        Self { chunk, ..self }
    }

    /// Sets the time limit per job.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        let timeout = Some(limit);
        Self { timeout, ..self }
    }

    /// Sets how often a job is tried again after it crashed its worker or timed out.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// Sets how fast jobs may start.
    #[must_use]
    pub fn rate(self, rate: Rate) -> Self {
        let rate = Some(rate);
        Self { rate, ..self }
    }

    /// Sets after how many jobs a worker process is replaced; 0 counts as 1.
    #[must_use]
    pub fn max_jobs_per_worker(self, jobs: usize) -> Self {
        let max_jobs_per_worker = Some(at_least_one(jobs));
        Self {
            max_jobs_per_worker,
            ..self
        }
    }

    /// Sets the most address space that a worker process may use, in bytes.
    #[must_use]
    pub fn max_memory(self, bytes: u64) -> Self {
        let max_memory = Some(bytes);
        Self { max_memory, ..self }
    }

    /// Sets what a failed job means for the others.
    #[must_use]
    pub fn on_error(self, on_error: OnError) -> Self {
        Self { on_error, ..self }
    }

    /// Sets whether to run as if under a global interpreter lock.
    #[must_use]
    pub fn gil(self, gil: bool) -> Self {
        Self { gil, ..self }
    }

    /// Sets whether to record when and where each job ran.
    #[must_use]
    pub fn spans(self, spans: bool) -> Self {
        Self { spans, ..self }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// How a worker runs a job: the part of the [`Options`] that is its concern.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Rules {
    /// As if under a global interpreter lock.
    pub gil: bool,
    /// Recording a span for each job.
    pub spans: bool,
    /// With a time limit for each job.
    pub timeout: Option<Duration>,
    /// Trying a job again so often after it timed out.
    pub retries: u32,
    /// In so many bytes of address space, in a process of its own.
    pub max_memory: Option<u64>,
}

impl From<&Options> for Rules {
    fn from(options: &Options) -> Self {
        Self {
            gil: options.gil,
            spans: options.spans,
            timeout: options.timeout,
            retries: options.retries,
            max_memory: options.max_memory,
        }
    }
}

fn at_least_one(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap_or(NonZeroUsize::MIN)
}
