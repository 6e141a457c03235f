//! Jobs that say that they compute: they run on threads that tokio keeps for calls that block, so that
//! the threads of the runtime stay free for jobs that wait.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use workload::mechanism::{Batch, Chunk, Done, run_chunk};
use workload::span::{Span, Timer};
use workload::{Job, JobError, Kind, Rules, invoke_in_time};

use crate::handle::Promise;
use crate::report::{Report, Shared};

/// Splits a chunk into neighbours of one kind.
pub(crate) fn by_kind<J: Job>(mut chunk: Chunk<J>) -> impl Iterator<Item = (Kind, Chunk<J>)> {
    std::iter::from_fn(move || {
        let kind = chunk.jobs.first()?.kind();
        let alike = chunk.jobs.iter().take_while(|job| job.kind() == kind);
        let alike = alike.count();
        let rest = Chunk {
            first: chunk.first + alike,
            jobs: chunk.jobs.split_off(alike),
        };
        Some((kind, std::mem::replace(&mut chunk, rest)))
    })
}

/// Runs the jobs of a chunk one after the other, when it is their turn, and reports how they ended.
pub(crate) fn compute_chunk<J: Job>(
    chunk: Chunk<J>,
    shared: Arc<Shared<J::Output>>,
    turns: Arc<Semaphore>,
) -> impl Future<Output = ()> + Send {
    // Before the task is first polled: it may be aborted before that, and must report all the same.
    let mut duty = Duty {
        first: chunk.first,
        left: chunk.jobs.len(),
        shared,
    };
    async move {
        let turn = turns.acquire_owned().await;
        let computing = spawn_blocking(move || {
            let shared = duty.shared.clone();
            run_chunk(
                &chunk,
                0,
                &shared.stop,
                &shared.rules,
                |ended, busy, spans| {
                    duty.fulfil(ended, busy, spans);
                },
            );
            drop(turn);
        });
        // If the runtime ends before it has begun, its duty is dropped, and says so.
        let _ = computing.await;
    }
}

/// Runs a submitted job when it is its turn.
pub(crate) async fn compute_one<J: Job>(
    job: J,
    rules: Rules,
    turns: Arc<Semaphore>,
    promise: Promise<J::Output>,
) {
    let turn = turns.acquire_owned().await;
    let computing = spawn_blocking(move || {
        let outcome = invoke_in_time(&job, &rules, &mut Timer::new(false));
        drop(turn);
        outcome
    });
    if let Ok(outcome) = computing.await {
        promise.keep(outcome);
    }
}

/// The duty to say how jobs ended, from the first to the last. Dropped early, it says of the rest that
/// they were cancelled.
struct Duty<O> {
    first: usize,
    left: usize,
    shared: Arc<Shared<O>>,
}

impl<O> Duty<O> {
    fn fulfil(&mut self, outcomes: Batch<O>, busy: Duration, spans: Vec<Span>) {
        let first = self.first;
        self.first += outcomes.len();
        self.left -= outcomes.len();
        self.shared.tell(Report::Many(Box::new(Done {
            first,
            outcomes,
            busy,
            bytes: 0,
            worker: 0,
            spans,
            held: Vec::new(), // A thread that may be held is what it was given.
        })));
    }
}

impl<O> Drop for Duty<O> {
    fn drop(&mut self) {
        if self.left > 0 {
            let cancelled = (0..self.left).map(|_| Err(JobError::Cancelled));
            self.fulfil(cancelled.collect(), Duration::ZERO, Vec::new());
        }
    }
}
