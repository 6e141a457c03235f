//! The duty to say how jobs ended, whether they came in a chunk or alone.

use std::time::Duration;

use super::{Batch, Promise, Reply};
use crate::Span;

/// The duty to say how jobs ended: those of a chunk of a map, from the first to the last, or a
/// submitted one. Dropped early, it says of the rest that they were cancelled.
pub struct Duty<O>(Kind<O>);

enum Kind<O> {
    Chunk(Reply<O>),
    /// Nobody's any more once it was kept or given away.
    Submitted(Option<Promise<O>>),
}

impl<O> From<Reply<O>> for Duty<O> {
    fn from(reply: Reply<O>) -> Self {
        Self(Kind::Chunk(reply))
    }
}

impl<O> From<Promise<O>> for Duty<O> {
    fn from(promise: Promise<O>) -> Self {
        Self(Kind::Submitted(Some(promise)))
    }
}

impl<O> Duty<O> {
    /// Says how many bytes the next jobs and their outcomes took on their way.
    pub fn took(&mut self, bytes: usize) {
        if let Kind::Chunk(reply) = &mut self.0 {
            reply.took(bytes);
        }
    }

    /// Says how the next jobs ended, which took `busy` on this worker.
    pub fn send(&mut self, outcomes: Batch<O>, worker: u32, busy: Duration, spans: Vec<Span>) {
        match &mut self.0 {
            Kind::Chunk(reply) => {
                reply.runs_on(worker);
                reply.send(outcomes, busy, spans);
            }
            Kind::Submitted(promise) => {
                for outcome in outcomes {
                    if let Some(promise) = promise.take() {
                        promise.keep(outcome);
                    }
                }
            }
        }
    }

    /// Keeps the duty for the next `jobs` jobs and gives away that for the others.
    #[must_use]
    pub fn split_off(&mut self, jobs: usize) -> Self {
        Self(match &mut self.0 {
            Kind::Chunk(reply) => Kind::Chunk(reply.split_off(jobs)),
            Kind::Submitted(promise) if jobs == 0 => Kind::Submitted(promise.take()),
            Kind::Submitted(_) => Kind::Submitted(None),
        })
    }

    /// The place in its input of the job that comes so many after the next; a submitted job has
    /// none.
    #[must_use]
    pub fn index(&self, after: usize) -> Option<usize> {
        match &self.0 {
            Kind::Chunk(reply) => Some(reply.next_index() + after),
            Kind::Submitted(_) => None,
        }
    }

    /// Whether the jobs that have not started are not to start any more.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        match &self.0 {
            Kind::Chunk(reply) => reply.stop().is_draining(),
            Kind::Submitted(promise) => promise.as_ref().is_some_and(Promise::is_cancelled),
        }
    }

    /// Whether the job that runs is not wanted any more either.
    #[must_use]
    pub fn is_cancelling(&self) -> bool {
        match &self.0 {
            Kind::Chunk(reply) => reply.stop().is_cancelling(),
            Kind::Submitted(promise) => promise.as_ref().is_some_and(Promise::is_cancelled),
        }
    }
}
