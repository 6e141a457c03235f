//! Where jobs of `map` run: in tasks of a runtime, which are aborted when this is dropped.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;
use workload::mechanism::{Chunk, Done};
use workload::{Job, Kind, Options, Stop};

use crate::alone::run_alone;
use crate::chunk::run_chunk;
use crate::compute::{by_kind, compute_chunk};
use crate::driver::Place;
use crate::report::{Report, Shared};
use crate::spans::{in_span, inherited, spanned, spawn};

/// A chunk that takes no longer than this is run by whoever polls the stream: to hand it to a thread of
/// the runtime and be woken by its answer takes about as long, also with two threads to run it.
const QUICK: Duration = Duration::from_micros(32);

/// Tasks of a runtime, one for each chunk of jobs.
pub struct Tasks<J: Job> {
    runtime: runtime::Handle,
    tasks: JoinSet<()>,
    shared: Arc<Shared<J::Output>>,
    receiver: UnboundedReceiver<Report<J::Output>>,
    /// Whose turn it is to compute.
    turns: Arc<Semaphore>,
}

impl<J: Job> Tasks<J> {
    pub(crate) fn new(
        options: &Options,
        stop: &Stop,
        runtime: runtime::Handle,
        turns: Arc<Semaphore>,
    ) -> Self {
        let (sender, receiver) = unbounded_channel();
        let shared = Arc::new(Shared {
            rules: options.into(),
            stop: stop.clone(),
            sender,
        });
        Self {
            runtime,
            tasks: JoinSet::new(),
            shared,
            receiver,
            turns,
        }
    }

    /// Starts jobs that wait.
    fn start_waiting(&mut self, mut chunk: Chunk<J>, is_quick: bool, context: &mut Context<'_>) {
        let shared = self.shared.clone();
        match chunk.jobs.pop() {
            Some(job) if chunk.jobs.is_empty() => {
                let task = run_alone(job, chunk.first, shared);
                let task = in_span::<J, _>(Some(chunk.first), task);
                spawn::<J>(&mut self.tasks, task, &self.runtime);
            }
            last => {
                chunk.jobs.extend(last);
                let mut task = Box::pin(inherited(run_chunk(chunk, shared)));
                let _inside = self.runtime.enter();
                if !is_quick || task.as_mut().poll(context).is_pending() {
                    spawn::<J>(&mut self.tasks, task, &self.runtime);
                }
            }
        }
    }

    /// Starts jobs that compute.
    fn start_computing(&mut self, chunk: Chunk<J>) {
        let jobs = (chunk.first..).zip(chunk.jobs);
        let chunk = Chunk {
            first: chunk.first,
            jobs: jobs.map(|(index, job)| spanned(job, Some(index))).collect(),
        };
        let task = compute_chunk(chunk, self.shared.clone(), self.turns.clone());
        spawn::<J>(&mut self.tasks, task, &self.runtime);
    }
}

impl<J: Job> Place for Tasks<J> {
    type Job = J;
    type Output = J::Output;

    fn start(&mut self, chunk: Chunk<J>, expected: Option<Duration>, context: &mut Context<'_>) {
        let is_quick = expected.is_some_and(|time| time <= QUICK);
        for (kind, part) in by_kind(chunk) {
            match kind {
                Kind::Waits => self.start_waiting(part, is_quick, context),
                Kind::Computes => self.start_computing(part),
            }
        }
    }

    fn try_done(&mut self, _: &mut Context<'_>) -> Option<Done<J::Output>> {
        let report = self.receiver.try_recv().ok();
        if report.is_none() {
            while self.tasks.try_join_next().is_some() {} // Forget those that have ended.
        }
        report.map(Done::from)
    }

    fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Done<J::Output>> {
        match self.receiver.poll_recv(context) {
            Poll::Ready(Some(report)) => Poll::Ready(report.into()),
            // We have a sender ourselves, so there is always another.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    fn cancel(&mut self) {
        self.tasks.abort_all();
    }
}
