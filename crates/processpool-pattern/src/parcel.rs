//! Jobs on their way to a worker, with the duty to say how they ended.
//!
//! They are encoded when it is known which worker gets them, straight into memory that it maps; and
//! they are kept until they have ended, for if that worker dies another one gets them.

use std::collections::VecDeque;
use std::time::Duration;

use serde::de::DeserializeOwned;
use workload::mechanism::{Batch, Chunk, Duty, Promise, Reply};
use workload::span::Times;
use workload::{JobError, Portable, Span};

use crate::arena::Region;
use crate::items::{Items, Unwritten, write};

/// No more jobs travel together than have this many bytes, unless a single job does.
const LARGEST: usize = 1 << 20;

/// Jobs on their way.
pub(crate) struct Parcel {
    /// What kind of jobs they are.
    pub(crate) name: &'static str,
    /// How many, with those that have ended.
    pub(crate) jobs: usize,
    /// How often they have been tried.
    pub(crate) attempts: u32,
    /// The jobs that have not ended, and where their outcomes go.
    pub(crate) deliver: Box<dyn Deliver>,
}

/// The duty to say how a parcel's jobs ended, from the first to the last, and those that have not
/// ended. Dropped early, it says of the rest that they were cancelled.
pub(crate) trait Deliver: Send {
    /// Writes as many of the jobs as may travel together on a page.
    fn pack(&mut self, page: &mut Region) -> Packed;

    /// The next job alone, encoded.
    fn pack_alone(&mut self) -> Result<Vec<u8>, JobError>;

    /// Takes the outcomes of the next jobs as they came from the worker, until one makes no sense,
    /// and says how many it took. Tells `heed` of each job that has printed: how far the worker's
    /// output went then, and what the job is called.
    fn outcomes(&mut self, items: &mut Items<'_>, heed: &mut dyn FnMut(u64, &str)) -> usize;

    /// Takes the outcome of the next job, which came alone and without its note.
    fn outcome(&mut self, times: Option<Times>, outcome: &[u8]);

    /// What to call the next job, where people read.
    fn name(&self) -> String;

    /// Says how the next job ended.
    fn fail(&mut self, error: JobError);

    /// Hands on what was taken; the jobs took `busy` on this worker.
    fn flush(&mut self, worker: u32, busy: Duration);

    /// Keeps the duty for the next `jobs` jobs and gives away that for the others.
    fn split_off(&mut self, jobs: usize) -> Box<dyn Deliver>;

    /// Whether the jobs that have not started are not to start any more.
    fn is_draining(&self) -> bool;

    /// Whether the job that runs is not wanted any more either.
    fn is_cancelling(&self) -> bool;
}

/// What was written on a page.
pub(crate) struct Packed {
    /// How many jobs.
    pub(crate) jobs: usize,
    pub(crate) bytes: usize,
    /// Why the next one was not, if not because enough were.
    pub(crate) obstacle: Option<Unwritten>,
}

impl Parcel {
    /// A parcel of a single job.
    pub(crate) fn single<J: Portable>(job: J, promise: Promise<J::Output>) -> Self {
        Self::new(vec![job], promise.into())
    }

    /// The parcel of a chunk.
    pub(crate) fn of_chunk<J: Portable>(chunk: Chunk<J>, reply: Reply<J::Output>) -> Self {
        Self::new(chunk.jobs, reply.into())
    }

    fn new<J: Portable>(jobs: Vec<J>, duty: Duty<J::Output>) -> Self {
        Self {
            name: J::NAME,
            jobs: jobs.len(),
            attempts: 0,
            deliver: Box::new(Outcomes::new(duty, jobs.into(), 0)),
        }
    }

    /// Keeps the first `jobs` jobs and gives away the others. `done` of them have ended.
    pub(crate) fn split_off(&mut self, jobs: usize, done: usize) -> Self {
        let rest = Self {
            name: self.name,
            jobs: self.jobs - jobs,
            attempts: self.attempts,
            deliver: self.deliver.split_off(jobs - done),
        };
        self.jobs = jobs;
        rest
    }

    /// Whether nobody wants its outcomes any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.deliver.is_draining()
    }
}

/// Jobs, the duty to say how they ended, and what is known of that but not handed on yet.
struct Outcomes<J: Portable> {
    duty: Duty<J::Output>,
    /// Those that have not ended, as far as was handed on.
    jobs: VecDeque<J>,
    /// The mean length of a job.
    length: usize,
    known: Batch<J::Output>,
    spans: Vec<Span>,
}

impl<J: Portable> Outcomes<J> {
    fn new(duty: Duty<J::Output>, jobs: VecDeque<J>, length: usize) -> Self {
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
    fn pack(&mut self, page: &mut Region) -> Packed {
        let mut packed = Packed {
            jobs: 0,
            bytes: 0,
            obstacle: None,
        };
        for job in &self.jobs {
            match write(page, packed.bytes, job) {
                Ok(end) => packed.bytes = end,
                Err(obstacle) => {
                    packed.obstacle = Some(obstacle);
                    break;
                }
            }
            packed.jobs += 1;
            if packed.bytes >= LARGEST {
                break;
            }
        }
        self.length = packed.bytes / packed.jobs.max(1);
        packed
    }

    fn pack_alone(&mut self) -> Result<Vec<u8>, JobError> {
        let Some(job) = self.jobs.front() else {
            return Ok(Vec::new());
        };
        let bytes = postcard::to_stdvec(job).map_err(|error| unsendable::<J>(&error))?;
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
        let taken = self.known.len() - known;
        self.duty
            .took(taken * self.length + (bytes - items.0.len()));
        taken
    }

    fn outcome(&mut self, times: Option<Times>, outcome: &[u8]) {
        self.duty.took(self.length + outcome.len());
        self.ran(times);
        self.known.push(decode(outcome).and_then(|outcome| outcome));
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
            self.jobs.drain(..known.len());
            self.duty.send(known, worker, busy, spans);
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

    fn is_cancelling(&self) -> bool {
        self.duty.is_cancelling()
    }
}

#[inline]
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JobError> {
    postcard::from_bytes(bytes).map_err(|error| {
        let message = format!("its output cannot be decoded: {error}");
        JobError::Unsendable { message }
    })
}

fn unsendable<J: Portable>(error: &postcard::Error) -> JobError {
    let message = format!("the job {:?} cannot be encoded: {error}", J::NAME);
    JobError::Unsendable { message }
}
