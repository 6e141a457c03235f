//! The duty to say how a chunk's jobs ended.

use std::sync::mpsc::Sender;
use std::time::Duration;

use super::{Batch, Done};
use crate::{JobError, Span, Stop};

/// The duty to say how the jobs of a chunk ended, from the first to the last. It can be handed
/// over, split, and fulfilled part by part. Dropped early, it says of the remaining jobs that they
/// were cancelled: a job is never lost silently.
pub struct Reply<O> {
    next: usize,
    end: usize,
    worker: u32,
    bytes: usize,
    stop: Stop,
    sender: Sender<Done<O>>,
}

impl<O> Reply<O> {
    /// The duty for `jobs` jobs from `first` on.
    #[must_use]
    pub fn new(first: usize, jobs: usize, stop: Stop, sender: Sender<Done<O>>) -> Self {
        Self {
            next: first,
            end: first + jobs,
            worker: 0,
            bytes: 0,
            stop,
            sender,
        }
    }

    /// Says which worker runs the jobs, from 0.
    pub fn runs_on(&mut self, worker: u32) {
        self.worker = worker;
    }

    /// Says how many bytes the next jobs and their outcomes took on their way.
    pub fn took(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    /// Says how the next jobs ended.
    pub fn send(&mut self, outcomes: Batch<O>, busy: Duration, spans: Vec<Span>) {
        let first = self.next;
        self.next += outcomes.len();
        debug_assert!(self.next <= self.end, "more outcomes than jobs");
        let done = Done {
            first,
            outcomes,
            busy,
            bytes: std::mem::take(&mut self.bytes),
            worker: self.worker,
            spans,
            held: Vec::new(),
        };
        // Nobody listens any more when the map was dropped: then nobody wants to know.
        let _ = self.sender.send(done);
    }

    /// Keeps the duty for the next `jobs` jobs and gives away that for the others.
    #[must_use]
    pub fn split_off(&mut self, jobs: usize) -> Self {
        let at = (self.next + jobs).min(self.end);
        let rest = Self {
            next: at,
            end: self.end,
            worker: self.worker,
            bytes: 0,
            stop: self.stop.clone(),
            sender: self.sender.clone(),
        };
        self.end = at;
        rest
    }

    /// The place of the next job in the input.
    #[must_use]
    pub fn next_index(&self) -> usize {
        self.next
    }

    /// How many jobs have not been answered for.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.end - self.next
    }

    /// What stops the run that the jobs belong to.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }
}

impl<O> Drop for Reply<O> {
    fn drop(&mut self) {
        let rest = self.remaining();
        if rest > 0 {
            let cancelled = (0..rest).map(|_| Err(JobError::Cancelled)).collect();
            self.send(cancelled, Duration::ZERO, Vec::new());
        }
    }
}
