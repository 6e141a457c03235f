//! The async side of a pattern: a stream of outcomes that is driven by whoever polls it.

use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::Sleep;
use workload::mechanism::{Counts, Flow, Order, Pull};
use workload::{Job, Options, Outcome, Sink, Span, Stop};

use crate::alone::run_alone;
use crate::chunk::run_chunk;
use crate::report::{Report, Shared};

/// How often an input that had nothing yet is asked again.
const TICK: Duration = Duration::from_millis(1);

/// A chunk that takes no longer than this is run by whoever polls the stream: to hand it to a thread of
/// the runtime and be woken by its answer takes about as long, also with two threads to run it.
const QUICK: Duration = Duration::from_micros(32);

/// Pulls jobs, spawns chunks as tasks and puts their outcomes in order, whenever it is polled.
pub(crate) struct Driver<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    flow: Flow<I, J::Output>,
    runtime: runtime::Handle,
    /// The tasks; they are aborted when this is dropped.
    tasks: JoinSet<()>,
    shared: Arc<Shared<J::Output>>,
    receiver: UnboundedReceiver<Report<J::Output>>,
    nap: Option<Pin<Box<Sleep>>>,
}

impl<I, J> Driver<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    pub(crate) fn new(jobs: I, options: &Options, order: Order, runtime: runtime::Handle) -> Self {
        let (sender, receiver) = unbounded_channel();
        let flow = Flow::new(jobs, options, order).eager();
        let shared = Arc::new(Shared {
            rules: options.into(),
            stop: flow.stop().clone(),
            sender,
        });
        Self {
            flow,
            runtime,
            tasks: JoinSet::new(),
            shared,
            receiver,
            nap: None,
        }
    }

    /// The next outcome, and its job's place in the input.
    pub(crate) fn poll_indexed(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(usize, Outcome<J::Output>)>> {
        if let Some(next) = self.flow.next_in_run() {
            return Poll::Ready(Some(next));
        }
        loop {
            self.collect();
            self.start(context);
            if let Some(next) = self.flow.next_outcome() {
                return Poll::Ready(Some(next));
            }
            if self.flow.is_finished() {
                return Poll::Ready(None);
            }
            ready!(self.poll_wait(context));
        }
    }

    /// Hands all outcomes to `sink`, and tells it before each wait.
    pub(crate) async fn run_into(&mut self, sink: &mut impl Sink<J::Output>) {
        sink.begin(self.flow.stop());
        poll_fn(|context| match self.poll_into(context, sink) {
            ControlFlow::Continue(poll) => poll,
            ControlFlow::Break(()) => Poll::Ready(()),
        })
        .await;
    }

    fn poll_into(
        &mut self,
        context: &mut Context<'_>,
        sink: &mut impl Sink<J::Output>,
    ) -> ControlFlow<(), Poll<()>> {
        loop {
            if let Some((first, outcomes)) = self.flow.next_batch() {
                for (index, outcome) in (first..).zip(outcomes) {
                    sink.outcome(index, outcome)?;
                }
            }
            let next = self.poll_indexed(context);
            sink.spans(self.flow.take_spans());
            match next {
                Poll::Ready(Some((index, outcome))) => sink.outcome(index, outcome)?,
                Poll::Ready(None) => return ControlFlow::Continue(Poll::Ready(())),
                Poll::Pending => {
                    sink.idle()?;
                    return ControlFlow::Continue(Poll::Pending);
                }
            }
        }
    }

    pub(crate) fn counts(&self) -> &Counts {
        self.flow.counts()
    }

    /// Takes in what has ended.
    fn collect(&mut self) {
        while let Ok(done) = self.receiver.try_recv() {
            self.flow.done(done.into());
        }
        while self.tasks.try_join_next().is_some() {}
        if self.flow.stop().is_cancelling() {
            self.tasks.abort_all();
        }
    }

    /// Starts what may start.
    fn start(&mut self, context: &mut Context<'_>) {
        while let Some(mut chunk) = self.flow.next_chunk() {
            let shared = self.shared.clone();
            match chunk.jobs.pop() {
                Some(job) if chunk.jobs.is_empty() => {
                    let task = run_alone(job, chunk.first, shared);
                    self.tasks.spawn_on(task, &self.runtime);
                }
                last => {
                    chunk.jobs.extend(last);
                    let expected = self.flow.estimate(chunk.jobs.len());
                    let mut task = Box::pin(run_chunk(chunk, shared));
                    let is_quick = expected.is_some_and(|time| time <= QUICK);
                    let _inside = self.runtime.enter();
                    if !is_quick || task.as_mut().poll(context).is_pending() {
                        self.tasks.spawn_on(task, &self.runtime);
                    }
                }
            }
        }
    }

    /// Waits until something has ended, or the input should be asked again.
    fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Poll::Ready(Some(done)) = self.receiver.poll_recv(context) {
            self.flow.done(done.into());
            return Poll::Ready(());
        }
        if !self.flow.is_starved() {
            return Poll::Pending;
        }
        let _inside = self.runtime.enter();
        let nap = self
            .nap
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(TICK)));
        ready!(nap.as_mut().poll(context));
        self.nap = None;
        Poll::Ready(())
    }
}

impl<I, J> Drop for Driver<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    fn drop(&mut self) {
        self.flow.stop().cancel();
    }
}

/// Outcomes in input order: what `map` returns.
pub struct Ordered<I, J>(pub(crate) Driver<I, J>)
where
    J: Job,
    I: Iterator<Item = Pull<J>>;

/// Outcomes as they come, each with its job's place in the input: what `map_unordered` returns.
pub struct Indexed<I, J>(pub(crate) Driver<I, J>)
where
    J: Job,
    I: Iterator<Item = Pull<J>>;

impl<I, J> Ordered<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    /// Stops this run, from anywhere.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.0.flow.stop().clone()
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.0.counts()
    }

    /// Takes the spans recorded since they were last taken, if the options ask for spans.
    pub fn take_spans(&mut self) -> Vec<Span> {
        self.0.flow.take_spans()
    }
}

impl<I, J> Indexed<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    /// Stops this run, from anywhere.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.0.flow.stop().clone()
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.0.counts()
    }

    /// Takes the spans recorded since they were last taken, if the options ask for spans.
    pub fn take_spans(&mut self) -> Vec<Span> {
        self.0.flow.take_spans()
    }
}

// Nothing in them is ever pinned in place: the jobs move into their tasks.
impl<I, J> Unpin for Ordered<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
}
impl<I, J> Unpin for Indexed<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
}

impl<I, J> Stream for Ordered<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    type Item = Outcome<J::Output>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.poll_indexed(context);
        next.map(|next| next.map(|(_, outcome)| outcome))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.flow.size_hint()
    }
}

impl<I, J> Stream for Indexed<I, J>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    type Item = (usize, Outcome<J::Output>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_indexed(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.flow.size_hint()
    }
}
