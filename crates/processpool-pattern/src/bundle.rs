//! Submitted jobs that travel together: what a message costs is shared by all that it carries.

use std::collections::VecDeque;
use std::time::Duration;

use workload::span::Times;
use workload::{JobError, Stop};

use crate::parcel::Deliver;

/// The duties of submitted jobs that travel together, each for itself.
pub(crate) struct Bundle {
    duties: VecDeque<Box<dyn Deliver>>,
    /// How many of them know how their job ended and have not handed it on.
    known: usize,
    /// Nothing stops several of them at once.
    never: Stop,
}

impl Bundle {
    pub(crate) fn new(duties: VecDeque<Box<dyn Deliver>>) -> Self {
        Self {
            duties,
            known: 0,
            never: Stop::default(),
        }
    }

    fn next(&mut self) -> Option<&mut Box<dyn Deliver>> {
        let next = self.duties.get_mut(self.known);
        self.known += usize::from(next.is_some());
        next
    }
}

impl Deliver for Bundle {
    fn outcome(&mut self, bytes: &[u8], times: Option<Times>) {
        if let Some(duty) = self.next() {
            duty.outcome(bytes, times);
        }
    }

    fn name(&self) -> String {
        let next = self.duties.get(self.known);
        next.map_or_else(String::new, |duty| duty.name())
    }

    fn fail(&mut self, error: JobError) {
        if let Some(duty) = self.next() {
            duty.fail(error);
        }
    }

    fn flush(&mut self, worker: u32, busy: Duration) {
        let jobs = u32::try_from(self.known).unwrap_or(u32::MAX);
        for mut duty in self.duties.drain(..self.known) {
            duty.flush(worker, busy / jobs);
        }
        self.known = 0;
    }

    fn split_off(&mut self, jobs: usize) -> Box<dyn Deliver> {
        debug_assert_eq!(self.known, 0, "flush before splitting");
        Box::new(Self::new(self.duties.split_off(jobs)))
    }

    fn stop(&self) -> &Stop {
        match self.duties.front() {
            Some(last) if self.duties.len() == 1 => last.stop(),
            _ => &self.never,
        }
    }

    fn next_stop(&self) -> &Stop {
        let next = self.duties.get(self.known);
        next.map_or(&self.never, |duty| duty.stop())
    }

    fn is_partly_stopped(&self) -> bool {
        self.duties.iter().any(|duty| duty.stop().is_draining())
    }

    fn is_submitted(&self) -> bool {
        self.duties.len() == 1
    }

    fn is_bundle(&self) -> bool {
        self.duties.len() > 1
    }
}
