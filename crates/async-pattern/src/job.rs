//! What is done with one job, wherever it runs: its time limit, its retries, and what is noted of it.

use std::future::Future;
use std::time::{Duration, Instant};

use workload::span::{Held, Span, Timer};
use workload::{Job, JobError, Outcome, Rules, invoke_async};

use crate::handle::Promise;
use crate::spans::ended;

/// How a job ended.
pub(crate) struct Ended<O> {
    pub(crate) outcome: Outcome<O>,
    /// What was noted of it. Mostly nothing, and it may be one of a million.
    pub(crate) notes: Option<Box<Notes>>,
}

/// What was noted of a job.
pub(crate) struct Notes {
    pub(crate) span: Option<Span>,
    pub(crate) held: Option<Held>,
}

impl<O> Ended<O> {
    /// The job at `index` ended so, by this timer.
    pub(crate) fn new(outcome: Outcome<O>, timer: &Timer, index: usize) -> Self {
        let (span, held) = (timer.span(index, 0), timer.held(index));
        let notable = span.is_some() || held.is_some();
        Self {
            outcome,
            notes: notable.then(|| Box::new(Notes { span, held })),
        }
    }

    pub(crate) fn cancelled() -> Self {
        Self {
            outcome: Err(JobError::Cancelled),
            notes: None,
        }
    }
}

/// Runs one job, within its time limit, again if it may.
pub(crate) async fn run_one<J: Job>(
    job: &J,
    rules: &Rules,
    timer: &mut Timer,
) -> Outcome<J::Output> {
    let Some(after) = rules.timeout else {
        return invoke_async(job, rules.gil, timer).await;
    };
    for _ in 0..=rules.retries {
        let outcome = invoke_async(job, rules.gil, timer);
        if let Some(outcome) = in_time(outcome, after).await {
            return outcome;
        }
    }
    Err(JobError::TimedOut { after })
}

/// Runs a submitted job, and says how it ended.
pub(crate) async fn run_submitted<J: Job>(job: J, rules: Rules, promise: Promise<J::Output>) {
    let outcome = run_one(&job, &rules, &mut Timer::new(false)).await;
    ended(&outcome);
    promise.keep(outcome);
}

/// What comes of this, if it does so within the limit.
pub(crate) async fn in_time<T>(outcome: impl Future<Output = T>, limit: Duration) -> Option<T> {
    let started = Instant::now();
    let ended = tokio::time::timeout(limit, outcome).await.ok();
    // A job that never waited may have ended long after its time.
    ended.filter(|_| started.elapsed() <= limit)
}
