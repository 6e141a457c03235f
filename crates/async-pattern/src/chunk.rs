//! What runs in a task: the jobs of a chunk, all at once.

use std::future::Future;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc::UnboundedSender;
use workload::mechanism::{Batch, Chunk, Done};
use workload::span::{Held, Span, Timer};
use workload::{Job, JobError, Outcome, Rules, Stop, invoke_async};

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
        let started = Instant::now();
        let ended = tokio::time::timeout(after, invoke_async(job, rules.gil, timer)).await;
        // A job that never waited may have ended long after its time.
        if let Ok(outcome) = ended
            && started.elapsed() <= after
        {
            return outcome;
        }
    }
    Err(JobError::TimedOut { after })
}

/// Runs the jobs of a chunk at once. Those that never wait end one after the other; those that wait
/// do so together, and each is reported when it ends.
pub(crate) fn run_chunk<J: Job>(
    chunk: Chunk<J>,
    rules: Rules,
    stop: Stop,
    sender: UnboundedSender<Done<J::Output>>,
) -> impl Future<Output = ()> + Send {
    // Before the task is first polled: it may be aborted before that, and must report all the same.
    let report = Report::new(chunk.first, chunk.jobs.len(), sender);
    run_and_report(chunk, rules, stop, report)
}

async fn run_and_report<J: Job>(
    chunk: Chunk<J>,
    rules: Rules,
    stop: Stop,
    mut report: Report<J::Output>,
) {
    if let [job] = &*chunk.jobs {
        // The usual case of a job that waits: nothing to be kept beside it.
        let ended = run_and_note(job, chunk.first, &rules, &stop).await;
        report.end(0, ended);
        return;
    }
    let mut waiting = FuturesUnordered::new();
    for (offset, job) in chunk.jobs.iter().enumerate() {
        let running = Box::pin(run_and_note(job, chunk.first + offset, &rules, &stop));
        match select(running, std::future::ready(())).await {
            Either::Left((ended, _)) => report.end(offset, ended),
            Either::Right(((), running)) => waiting.push(async move { (offset, running.await) }),
        }
    }
    report.flush();
    while let Some((offset, ended)) = waiting.next().await {
        report.end(offset, ended);
        report.flush();
    }
}

/// How a job ended, and what was noted of it.
struct Ended<O> {
    outcome: Outcome<O>,
    span: Option<Span>,
    held: Option<Held>,
}

impl<O> Ended<O> {
    fn cancelled() -> Self {
        Self {
            outcome: Err(JobError::Cancelled),
            span: None,
            held: None,
        }
    }
}

/// Runs a job unless the run was stopped, and notes when.
async fn run_and_note<J: Job>(
    job: &J,
    index: usize,
    rules: &Rules,
    stop: &Stop,
) -> Ended<J::Output> {
    if stop.is_draining() {
        return Ended::cancelled();
    }
    let mut timer = Timer::between_awaits(rules.spans);
    let outcome = run_one(job, rules, &mut timer).await;
    Ended {
        outcome,
        span: timer.span(index, 0),
        held: timer.held(index),
    }
}

/// The duty to say how the jobs of a chunk ended, in any order. Dropped early, because the task was
/// aborted, it says of the rest that they were cancelled.
struct Report<O> {
    first: usize,
    /// Which jobs have ended.
    ended: Vec<bool>,
    /// Neighbours that have ended and have not been reported yet.
    batch: Batch<O>,
    batch_first: usize,
    spans: Vec<Span>,
    held: Vec<Held>,
    since: Instant,
    sender: UnboundedSender<Done<O>>,
}

impl<O> Report<O> {
    fn new(first: usize, jobs: usize, sender: UnboundedSender<Done<O>>) -> Self {
        Self {
            first,
            ended: vec![false; jobs],
            batch: Batch::default(),
            batch_first: 0,
            spans: Vec::new(),
            held: Vec::new(),
            since: Instant::now(),
            sender,
        }
    }

    fn end(&mut self, offset: usize, ended: Ended<O>) {
        if self.batch_first + self.batch.len() != offset {
            self.flush();
            self.batch_first = offset;
        }
        self.ended[offset] = true;
        self.batch.push(ended.outcome);
        self.spans.extend(ended.span);
        self.held.extend(ended.held);
    }

    /// Reports what has ended. Its time is that since the chunk began: also what a job spent
    /// waiting counts, so that jobs that wait get tasks of their own.
    fn flush(&mut self) {
        self.send(self.since.elapsed());
    }

    fn send(&mut self, busy: Duration) {
        if self.batch.is_empty() {
            return;
        }
        let first = self.first + self.batch_first;
        self.batch_first += self.batch.len();
        let done = Done {
            first,
            outcomes: std::mem::take(&mut self.batch),
            busy,
            bytes: 0,
            worker: 0,
            spans: std::mem::take(&mut self.spans),
            held: std::mem::take(&mut self.held),
        };
        // Nobody listens any more when the stream was dropped: then nobody wants to know.
        let _ = self.sender.send(done);
    }
}

impl<O> Drop for Report<O> {
    fn drop(&mut self) {
        self.flush();
        for offset in 0..self.ended.len() {
            if !self.ended[offset] {
                self.end(offset, Ended::cancelled());
            }
        }
        self.flush();
    }
}
