//! Submitted jobs that travel together: what a message costs is shared by all that it carries.

use std::collections::VecDeque;
use std::time::Duration;

use workload::JobError;
use workload::span::Times;

use crate::arena::Region;
use crate::items::Items;
use crate::parcel::{Deliver, Packed};

/// Submitted jobs that travel together, each with a duty of its own.
pub(crate) struct Bundle {
    duties: VecDeque<Box<dyn Deliver>>,
    /// How many of them know how their job ended and have not handed it on.
    known: usize,
}

impl Bundle {
    pub(crate) fn new(duties: VecDeque<Box<dyn Deliver>>) -> Self {
        Self { duties, known: 0 }
    }

    /// The next duty, which knows how its job ended now.
    fn next(&mut self) -> Option<&mut Box<dyn Deliver>> {
        let next = self.duties.get_mut(self.known);
        self.known += usize::from(next.is_some());
        next
    }
}

impl Deliver for Bundle {
    fn pack(&mut self, page: &mut Region, at: usize) -> Packed {
        let mut packed = Packed::from(at);
        for duty in &mut self.duties {
            let one = duty.pack(page, packed.end);
            packed.jobs += one.jobs;
            packed.end = one.end;
            packed.is_stuck = one.is_stuck;
            if packed.is_full() {
                break;
            }
        }
        packed
    }

    fn pack_alone(&mut self) -> Result<Vec<u8>, JobError> {
        let next = self.duties.front_mut();
        next.map_or(Ok(Vec::new()), |duty| duty.pack_alone())
    }

    fn outcomes(&mut self, items: &mut Items<'_>, heed: &mut dyn FnMut(u64, &str)) -> usize {
        let before = self.known;
        while let Some(duty) = self.duties.get_mut(self.known)
            && duty.outcomes(items, heed) > 0
        {
            self.known += 1;
        }
        self.known - before
    }

    fn outcome(&mut self, times: Option<Times>, outcome: &[u8]) {
        if let Some(duty) = self.next() {
            duty.outcome(times, outcome);
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
        let mut rest = self.duties.split_off(jobs);
        match rest.len() {
            1 => rest.remove(0),
            _ => None,
        }
        .unwrap_or_else(|| Box::new(Self::new(rest)))
    }

    fn is_draining(&self) -> bool {
        self.duties.iter().all(|duty| duty.is_draining())
    }

    fn is_partly_draining(&self) -> bool {
        self.duties.iter().any(|duty| duty.is_draining())
    }

    fn is_cancelling(&self, after: usize) -> bool {
        let running = self.duties.get(self.known + after);
        running.is_some_and(|duty| duty.is_cancelling(0))
    }

    fn is_bundle(&self) -> bool {
        true
    }
}
