//! The duty to say how jobs ended, whether they came in a chunk or alone.

use std::time::Duration;

use super::{Batch, Promise, Reply};
use crate::{Span, Stop};

/// The duty to say how jobs ended: those of a chunk of a map, from the first to the last, or a
/// submitted one. Dropped early, it says of the rest that they were cancelled.
pub struct Duty<O>(Kind<O>);

enum Kind<O> {
    Chunk(Reply<O>),
    Submitted {
        promise: Option<Promise<O>>,
        stop: Stop,
    },
}

impl<O> From<Reply<O>> for Duty<O> {
    fn from(reply: Reply<O>) -> Self {
        Self(Kind::Chunk(reply))
    }
}

impl<O> From<Promise<O>> for Duty<O> {
    fn from(promise: Promise<O>) -> Self {
        let stop = promise.stop().clone();
        let promise = Some(promise);
        Self(Kind::Submitted { promise, stop })
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
            Kind::Submitted { promise, .. } => {
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
            Kind::Submitted { promise, stop } => Kind::Submitted {
                promise: if jobs == 0 { promise.take() } else { None },
                stop: stop.clone(),
            },
        })
    }

    /// The place in its input of the job that comes so many after the next; a submitted job has
    /// none.
    #[must_use]
    pub fn index(&self, after: usize) -> Option<usize> {
        match &self.0 {
            Kind::Chunk(reply) => Some(reply.next_index() + after),
            Kind::Submitted { .. } => None,
        }
    }

    /// What stops the run that the jobs belong to.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        match &self.0 {
            Kind::Chunk(reply) => reply.stop(),
            Kind::Submitted { stop, .. } => stop,
        }
    }
}
