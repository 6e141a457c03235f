//! What drives a stream of outcomes whenever it is polled: the counterpart of the blocking `Map` of the
//! other patterns.

use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime;
use tokio::time::Sleep;
use workload::mechanism::{Chunk, Done, Flow, Order, Paced, Pull};
use workload::{Options, Outcome, Sink, Stop};

/// Where jobs run: in tasks, or right here.
pub trait Place {
    /// What runs there.
    type Job;
    /// What a job gives when it succeeds.
    type Output;

    /// Starts a chunk, which will take about so long, if that is known.
    fn start(
        &mut self,
        chunk: Chunk<Self::Job>,
        expected: Option<Duration>,
        context: &mut Context<'_>,
    );

    /// What has ended, if something has. Need not have anybody woken when something does.
    fn try_done(&mut self, context: &mut Context<'_>) -> Option<Done<Self::Output>>;

    /// The next that ends.
    fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Done<Self::Output>>;

    /// Cancels all that runs: it ends where it next waits.
    fn cancel(&mut self);
}

/// Pulls jobs, starts them in their place and puts their outcomes in order, whenever it is polled.
pub(crate) struct Driver<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
    pub(crate) flow: Flow<Paced<I>, P::Output>,
    place: P,
    runtime: runtime::Handle,
    nap: Option<Pin<Box<Sleep>>>,
    /// What may end the run early.
    endings: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<I, P> Driver<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
    /// Drives these jobs, in the place that is made for them. Timers are those of `runtime`.
    pub(crate) fn new(
        jobs: I,
        options: &Options,
        order: Order,
        runtime: runtime::Handle,
        place: impl FnOnce(&Stop) -> P,
    ) -> Self {
        let flow = Flow::new(Paced::new(jobs, options), options, order).eager();
        Self {
            place: place(flow.stop()),
            flow,
            runtime,
            nap: None,
            endings: Vec::new(),
        }
    }

    /// Polls this along with the jobs, until it is done: it may stop the run.
    pub(crate) fn add(&mut self, ending: impl Future<Output = ()> + Send + 'static) {
        self.endings.push(Box::pin(ending));
    }

    /// The next outcome, and its job's place in the input.
    pub(crate) fn poll_indexed(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(usize, Outcome<P::Output>)>> {
        if let Some(next) = self.flow.next_in_run() {
            return Poll::Ready(Some(next));
        }
        // First of all, so that what happens from now on is noticed here or wakes us.
        self.flow.stop().wake(context.waker());
        self.listen(context);
        loop {
            self.collect(context);
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
    pub(crate) async fn run_into(&mut self, sink: &mut impl Sink<P::Output>) {
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
        sink: &mut impl Sink<P::Output>,
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

    /// Listens to what may end the run.
    fn listen(&mut self, context: &mut Context<'_>) {
        if !self.endings.is_empty() {
            let _inside = self.runtime.enter();
            self.endings
                .retain_mut(|ending| ending.as_mut().poll(context).is_pending());
        }
    }

    /// Takes in what has ended.
    fn collect(&mut self, context: &mut Context<'_>) {
        while let Some(done) = self.place.try_done(context) {
            self.flow.done(done);
        }
        if self.flow.stop().is_cancelling() {
            self.place.cancel();
        }
    }

    /// Starts what may start.
    fn start(&mut self, context: &mut Context<'_>) {
        while let Some(chunk) = self.flow.next_chunk() {
            let expected = self.flow.estimate(chunk.jobs.len());
            self.place.start(chunk, expected, context);
        }
    }

    /// Waits until something has ended, or the input should be asked again.
    fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Poll::Ready(done) = self.place.poll_done(context) {
            self.flow.done(done);
            return Poll::Ready(());
        }
        let Some(time) = self.flow.ask_again() else {
            self.nap = None;
            return Poll::Pending;
        };
        let _inside = self.runtime.enter();
        let nap = self
            .nap
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        ready!(nap.as_mut().poll(context));
        self.nap = None;
        Poll::Ready(())
    }
}

impl<I, P> Drop for Driver<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
    fn drop(&mut self) {
        self.flow.stop().cancel();
    }
}
