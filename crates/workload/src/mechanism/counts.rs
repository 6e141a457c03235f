//! The count of what happened, and the failure policy that looks at it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Batch;
use crate::span::Held;
use crate::{JobError, OnError, Outcome, Stop};

/// What happened, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Jobs pulled from the input.
    pub jobs: usize,
    /// Jobs that gave an output.
    pub succeeded: usize,
    /// Jobs that did not, by kind of error.
    pub failed: BTreeMap<&'static str, usize>,
    /// Chunks started.
    pub chunks: usize,
    /// Jobs in the largest chunk.
    pub largest_chunk: usize,
    /// The most jobs that were in flight at once.
    pub most_in_flight: usize,
    /// The most jobs that were in the window at once: in flight, or finished and not yet taken.
    pub most_in_window: usize,
    /// Bytes of the jobs and outcomes that travelled to a worker and back, as encoded.
    pub moved: usize,
    /// Jobs that held their thread for longer than [`SLOW`](crate::span::SLOW) between two awaits.
    pub slow: usize,
    /// The one of them that did so for the longest.
    pub slowest: Option<Held>,
    /// Jobs and time by worker.
    pub workers: BTreeMap<u32, Share>,
}

/// What one worker did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Jobs that it ran.
    pub jobs: usize,
    /// How long it ran them.
    pub busy: Duration,
}

impl Counts {
    /// Counts an outcome; one that failed stops the run if that is the policy.
    #[inline]
    pub fn add<O>(&mut self, outcome: &Outcome<O>, on_error: OnError, stop: &Stop) {
        match outcome {
            Ok(_) => self.succeeded += 1,
            Err(error) => self.add_failure(error, on_error, stop),
        }
    }

    /// Counts outcomes in the same way.
    pub fn add_all<O>(&mut self, outcomes: &Batch<O>, on_error: OnError, stop: &Stop) {
        let failures = outcomes.failures();
        self.succeeded += outcomes.len() - failures.len();
        failures.for_each(|error| self.add_failure(error, on_error, stop));
    }

    fn add_failure(&mut self, error: &JobError, on_error: OnError, stop: &Stop) {
        *self.failed.entry(error.kind()).or_default() += 1;
        if on_error == OnError::Stop {
            stop.cancel();
        }
    }

    /// Counts what a worker did.
    pub fn worked(&mut self, worker: u32, jobs: usize, busy: Duration) {
        let share = self.workers.entry(worker).or_default();
        share.jobs += jobs;
        share.busy += busy;
    }

    /// Counts a job that held its thread for too long.
    pub fn held(&mut self, held: Held) {
        self.slow += 1;
        let slower = self.slowest.filter(|other| other.time >= held.time);
        self.slowest = slower.or(Some(held));
    }

    /// Jobs that gave no output.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.failed.values().sum()
    }
}
