//! Jobs of one kind on their way to a worker, and their outcomes on the way back.
//!
//! All that is the user's and runs on a thread of the pool's is called here: what encodes, decodes and
//! drops. A panic in it must not end that thread, on which other jobs depend.

use std::collections::VecDeque;
use std::fmt::Display;
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use serde::de::DeserializeOwned;
use workload::mechanism::{Batch, Duty};
use workload::span::Times;
use workload::{JobError, Portable, Span, catch};

use crate::arena::Region;
use crate::items::{Items, write};
use crate::parcel::{Deliver, Packed};
use crate::wire::may_be_sent;

/// Jobs, the duty to say how they ended, and what is known of that but not handed on yet.
pub(crate) struct Outcomes<J: Portable> {
    duty: Duty<J::Output>,
    /// Those that have not ended, as far as was handed on.
    jobs: VecDeque<J>,
    /// The mean length of a job.
    length: usize,
    known: Batch<J::Output>,
    spans: Vec<Span>,
}

impl<J: Portable> Outcomes<J> {
    pub(crate) fn new(duty: Duty<J::Output>, jobs: VecDeque<J>, length: usize) -> Self {
        Self {
            duty,
            jobs,
            length,
            known: Batch::default(),
            spans: Vec::new(),
        }
    }

    /// How many jobs have no outcome yet.
    fn left(&self) -> usize {
        self.jobs.len() - self.known.len()
    }

    fn ran(&mut self, times: Option<Times>) {
        if let Some(times) = times {
            let index = self.duty.index(self.known.len()).unwrap_or_default();
            self.spans.push(times.span(index, 0));
        }
    }
}

impl<J: Portable> Deliver for Outcomes<J> {
    fn pack(&mut self, page: &mut Region, at: usize) -> Packed {
        let mut packed = Packed::from(at);
        // A job whose encoding panics is stuck like one that cannot be encoded.
        packed.is_stuck = catch(|| {
            for job in &self.jobs {
                let Ok(end) = write(page, packed.end, job) else {
                    return true;
                };
                packed.end = end;
                packed.jobs += 1;
                if packed.is_full() {
                    break;
                }
            }
            false
        })
        .unwrap_or(true);
        self.length = (packed.end - at) / packed.jobs.max(1);
        packed
    }

    fn pack_alone(&mut self) -> Result<Vec<u8>, JobError> {
        let Some(job) = self.jobs.front() else {
            return Ok(Vec::new());
        };
        let bytes = catch(|| postcard::to_stdvec(job));
        let bytes = bytes.map_err(|panic| unsendable::<J>(&panic))?;
        let bytes = bytes.map_err(|error| unsendable::<J>(&error))?;
        may_be_sent(bytes.len()).map_err(|reason| unsendable::<J>(&reason))?;
        self.length = bytes.len();
        Ok(bytes)
    }

    fn outcomes(&mut self, items: &mut Items<'_>, heed: &mut dyn FnMut(u64, &str)) -> usize {
        let (known, bytes) = (self.known.len(), items.0.len());
        // Most often all are about as long as the first.
        let first = items
            .clone()
            .next()
            .map_or(1, |item| item.bytes.len().max(1));
        self.known.reserve(self.left().min(bytes / first + 1));
        let mut rest = *items;
        while let Err(panic) = catch(|| {
            while self.left() > 0
                && let Some(item) = rest.next()
                && let Some((note, outcome)) = item.parts()
            {
                if note.mark > 0 {
                    heed(note.mark, &self.name());
                }
                self.ran(note.span);
                self.known.push(if item.failed {
                    decode(outcome).and_then(Err)
                } else {
                    decode(outcome)
                });
                *items = rest;
            }
        }) {
            // In the decoding of an output. On to the next one.
            self.known.push(Err(undecodable(&panic)));
            *items = rest;
        }
        let taken = self.known.len() - known;
        self.duty
            .took(taken * self.length + (bytes - items.0.len()));
        taken
    }

    fn outcome(&mut self, times: Option<Times>, outcome: &[u8]) {
        self.duty.took(self.length + outcome.len());
        self.ran(times);
        let decoded = catch(|| decode(outcome).and_then(|outcome| outcome));
        let decoded = decoded.unwrap_or_else(|panic| Err(undecodable(&panic)));
        self.known.push(decoded);
    }

    fn name(&self) -> String {
        match self.duty.index(self.known.len()) {
            Some(index) => format!("job {index}"),
            None => "submitted job".to_owned(),
        }
    }

    fn fail(&mut self, error: JobError) {
        self.known.push(Err(error));
    }

    fn flush(&mut self, worker: u32, busy: Duration) {
        let mut spans = std::mem::take(&mut self.spans);
        for span in &mut spans {
            span.worker = worker;
        }
        let known = std::mem::take(&mut self.known);
        if !known.is_empty() {
            drop_each(self.jobs.drain(..known.len()));
            // If nobody wants them any more, they are dropped.
            guarded(|| self.duty.send(known, worker, busy, spans));
        }
    }

    fn split_off(&mut self, jobs: usize) -> Box<dyn Deliver> {
        debug_assert!(self.known.is_empty(), "flush before splitting");
        let rest = self.jobs.split_off(jobs);
        Box::new(Self::new(self.duty.split_off(jobs), rest, self.length))
    }

    fn is_draining(&self) -> bool {
        self.duty.is_draining()
    }

    fn is_cancelling(&self, _: usize) -> bool {
        self.duty.is_cancelling()
    }

    fn is_submitted(&self) -> bool {
        self.duty.index(0).is_none()
    }
}

impl<J: Portable> Drop for Outcomes<J> {
    fn drop(&mut self) {
        drop_each(self.jobs.drain(..));
    }
}

/// Drops what is the user's one by one.
fn drop_each<T>(those: impl Iterator<Item = T>) {
    if needs_drop::<T>() {
        those.for_each(|one| guarded(|| drop(one)));
    }
}

/// Does what may drop something of the user's, on a thread that others depend on as well: a panic in that
/// drop is told on stderr, as any panic is, and changes nothing else.
fn guarded(act: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(act));
}

#[inline]
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JobError> {
    postcard::from_bytes(bytes).map_err(|error| undecodable(&error))
}

fn undecodable(reason: &dyn Display) -> JobError {
    let message = format!("its output cannot be decoded: {reason}");
    JobError::Unsendable { message }
}

fn unsendable<J: Portable>(reason: &dyn Display) -> JobError {
    let message = format!("the job {:?} cannot be encoded: {reason}", J::NAME);
    JobError::Unsendable { message }
}
