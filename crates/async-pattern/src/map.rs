//! Streams of outcomes: what `map` and its variants return.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use workload::mechanism::{Counts, Pull};
use workload::{Outcome, Span, Stop};

use crate::driver::{Driver, Place};
use crate::ending::{FirstFailure, cancel_on, drain_on, within};

/// Outcomes in input order: what `map` returns.
pub struct Ordered<I, P>(pub(crate) Driver<I, P>)
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>;

/// Outcomes as they come, each with its job's place in the input: what `map_unordered` returns.
pub struct Indexed<I, P>(pub(crate) Driver<I, P>)
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>;

impl<I, P> Ordered<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
    /// Cancels this run at a signal, which is any future: that of a token, of a channel, of Ctrl-C. Nothing
    /// new starts, what runs ends where it next waits, and its outcome is
    /// [`Cancelled`](workload::JobError::Cancelled).
    ///
    /// ```
    /// # use std::future::pending;
    /// # use async_pattern::{AsyncPool, JobError, Options};
    /// # use futures_util::StreamExt;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pool = AsyncPool::new(Options::new())?;
    /// let (cancel, cancelled) = tokio::sync::oneshot::channel::<()>();
    /// let jobs = (0..3).map(|_| pending::<anyhow::Result<()>>());
    /// let map = pool.map_scoped(jobs).cancel_on(cancelled);
    /// cancel.send(()).unwrap();
    /// let outcomes: Vec<_> = pool.block_on(map.collect());
    /// assert!(outcomes.iter().all(|outcome| *outcome == Err(JobError::Cancelled)));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn cancel_on(mut self, signal: impl Future + Send + 'static) -> Self {
        self.0.add(cancel_on(signal, self.stop()));
        self
    }

    /// Ends this run gracefully at a signal: nothing new starts, what runs is finished, and what then still
    /// runs after the grace is cancelled.
    #[must_use]
    pub fn drain_on(mut self, signal: impl Future + Send + 'static, grace: Duration) -> Self {
        self.0.add(drain_on(signal, grace, self.stop()));
        self
    }

    /// Limits the time of all jobs together, from the first poll of this stream. What has not ended by then
    /// is cancelled. For a limit for each job, see [`Options::timeout`](workload::Options::timeout).
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.0.add(within(limit, self.stop()));
        self
    }

    /// Stops this run, from anywhere.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.0.flow.stop().clone()
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.0.flow.counts()
    }

    /// Takes the spans recorded since they were last taken, if the options ask for spans.
    pub fn take_spans(&mut self) -> Vec<Span> {
        self.0.flow.take_spans()
    }
}

impl<I, P> Indexed<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
    /// Cancels this run at a signal: see [`Ordered::cancel_on`].
    #[must_use]
    pub fn cancel_on(mut self, signal: impl Future + Send + 'static) -> Self {
        self.0.add(cancel_on(signal, self.stop()));
        self
    }

    /// Ends this run gracefully at a signal: see [`Ordered::drain_on`].
    #[must_use]
    pub fn drain_on(mut self, signal: impl Future + Send + 'static, grace: Duration) -> Self {
        self.0.add(drain_on(signal, grace, self.stop()));
        self
    }

    /// Limits the time of all jobs together: see [`Ordered::within`].
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.0.add(within(limit, self.stop()));
        self
    }

    /// Waits for all outputs, in input order, or for the first job that fails: then all others are
    /// cancelled. So it is the error that came first which is told, and not that of the job which came
    /// first in the input.
    ///
    /// To have all outcomes instead, whatever fails, collect [`Ordered`]:
    /// `pool.map(jobs).collect::<Vec<_>>()`. A run that was drained before its input ended has the
    /// outputs of what had started by then.
    ///
    /// # Errors
    ///
    /// Which job failed, and why.
    pub async fn try_all(mut self) -> Result<Vec<P::Output>, FirstFailure> {
        let mut outputs = Vec::new();
        while let Some((index, outcome)) = poll_fn(|context| self.0.poll_indexed(context)).await {
            let output = outcome.map_err(|error| FirstFailure { index, error })?;
            if index >= outputs.len() {
                outputs.resize_with(index + 1, || None);
            }
            outputs[index] = Some(output);
        }
        // None of them failed, so there is no gap.
        Ok(outputs.into_iter().flatten().collect())
    }

    /// Stops this run, from anywhere.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.0.flow.stop().clone()
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.0.flow.counts()
    }

    /// Takes the spans recorded since they were last taken, if the options ask for spans.
    pub fn take_spans(&mut self) -> Vec<Span> {
        self.0.flow.take_spans()
    }
}

// Nothing in them is ever pinned in place: the jobs move into their tasks.
impl<I, P> Unpin for Ordered<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
}
impl<I, P> Unpin for Indexed<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
}

impl<I, P> Stream for Ordered<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
    type Item = Outcome<P::Output>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.poll_indexed(context);
        next.map(|next| next.map(|(_, outcome)| outcome))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.flow.size_hint()
    }
}

impl<I, P> Stream for Indexed<I, P>
where
    P: Place,
    I: Iterator<Item = Pull<P::Job>>,
{
    type Item = (usize, Outcome<P::Output>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_indexed(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.flow.size_hint()
    }
}
