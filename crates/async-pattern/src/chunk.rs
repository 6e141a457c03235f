//! What runs in a task: the jobs of a chunk, all at once.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use workload::Job;
use workload::mechanism::{Batch, Chunk, Done};
use workload::span::{Held, Looked, Span, Timer};

use crate::job::{Ended, run_one};
use crate::report::{Report, Shared};
use crate::spans::{ended, in_span};

/// Runs the jobs of a chunk at once. Those that never wait end one after the other; those that wait
/// do so together, and each is reported when it ends.
pub(crate) fn run_chunk<J: Job>(
    chunk: Chunk<J>,
    shared: Arc<Shared<J::Output>>,
) -> impl Future<Output = ()> + Send {
    // Before the task is first polled: it may be aborted before that, and must report all the same.
    let duty = Duty::new(chunk.first, chunk.jobs.len(), shared.clone());
    run_and_report(chunk, shared, duty)
}

async fn run_and_report<J: Job>(
    chunk: Chunk<J>,
    shared: Arc<Shared<J::Output>>,
    mut duty: Duty<J::Output>,
) {
    let mut waiting = FuturesUnordered::new();
    let run = |offset: usize, looked| {
        let index = chunk.first + offset;
        let running = run_and_note(&chunk.jobs[offset], index, &shared, looked);
        in_span::<J, _>(Some(index), running)
    };
    let mut looked = Looked::default();
    // A job that never waits leaves its place to the next one.
    let mut place = Box::pin(None);
    for offset in 0..chunk.jobs.len() {
        place.set(Some(run(offset, looked)));
        match poll_once(place.as_mut()).await {
            Some((ended, last)) => {
                looked = last;
                duty.end(offset, ended);
            }
            None => {
                looked = Looked::default();
                let mut running = std::mem::replace(&mut place, Box::pin(None));
                waiting.push(async move {
                    let ended = poll_fn(|context| match running.as_mut().as_pin_mut() {
                        Some(running) => running.poll(context),
                        None => Poll::Pending, // Never: it has just been polled.
                    });
                    (offset, ended.await.0)
                });
            }
        }
    }
    duty.flush();
    while let Some((offset, ended)) = waiting.next().await {
        duty.end(offset, ended);
        duty.flush();
    }
}

/// Runs a job unless the run was stopped, and notes when. Gives its timer's last look at the clock, for
/// the next one's.
async fn run_and_note<J: Job>(
    job: &J,
    index: usize,
    shared: &Shared<J::Output>,
    looked: Looked,
) -> (Ended<J::Output>, Looked) {
    if shared.stop.is_draining() {
        return (Ended::cancelled(), looked);
    }
    let mut timer = Timer::between_awaits(shared.rules.spans, looked);
    let outcome = run_one(job, &shared.rules, &mut timer).await;
    ended(&outcome);
    (Ended::new(outcome, &timer, index), timer.looked())
}

/// Polls what is in this place once; gives what it ended with, if it did.
async fn poll_once<F: Future>(mut place: Pin<&mut Option<F>>) -> Option<F::Output> {
    poll_fn(|context| {
        let polled = place
            .as_mut()
            .as_pin_mut()
            .map(|future| future.poll(context));
        Poll::Ready(match polled {
            Some(Poll::Ready(output)) => Some(output),
            Some(Poll::Pending) | None => None,
        })
    })
    .await
}

/// The duty to say how the jobs of a chunk ended, in any order. Dropped early, because the task was
/// aborted, it says of the rest that they were cancelled.
struct Duty<O> {
    first: usize,
    /// Which jobs have ended.
    ended: Vec<bool>,
    /// Neighbours that have ended and have not been reported yet.
    batch: Batch<O>,
    batch_first: usize,
    spans: Vec<Span>,
    held: Vec<Held>,
    since: Instant,
    shared: Arc<Shared<O>>,
}

impl<O> Duty<O> {
    fn new(first: usize, jobs: usize, shared: Arc<Shared<O>>) -> Self {
        Self {
            first,
            ended: vec![false; jobs],
            batch: Batch::with_capacity(jobs),
            batch_first: 0,
            spans: Vec::new(),
            held: Vec::new(),
            since: Instant::now(),
            shared,
        }
    }

    fn end(&mut self, offset: usize, ended: Ended<O>) {
        if self.batch_first + self.batch.len() != offset {
            self.flush();
            self.batch_first = offset;
        }
        self.ended[offset] = true;
        self.batch.push(ended.outcome);
        if let Some(notes) = ended.notes {
            self.spans.extend(notes.span);
            self.held.extend(notes.held);
        }
    }

    /// Reports what has ended. Its time is that since the chunk began: also what a job spent
    /// waiting counts, so that jobs that wait get tasks of their own.
    fn flush(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let first = self.first + self.batch_first;
        self.batch_first += self.batch.len();
        self.shared.tell(Report::Many(Box::new(Done {
            first,
            outcomes: std::mem::take(&mut self.batch),
            busy: self.since.elapsed(),
            bytes: 0,
            worker: 0,
            spans: std::mem::take(&mut self.spans),
            held: std::mem::take(&mut self.held),
        })));
    }
}

impl<O> Drop for Duty<O> {
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
