//! Jobs on their way to a worker, as bytes, with the duty to say how they ended.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use workload::mechanism::{Batch, Chunk, Duty, Promise, Reply};
use workload::span::Times;
use workload::{JobError, Outcome, Portable, Span};

use crate::wire::{Items, PREFIX, push_item};

/// A parcel holds no more bytes than this, unless a single job does.
const LARGEST: usize = 1 << 20;

/// Jobs on their way.
pub(crate) struct Parcel {
    /// What kind of jobs they are.
    pub(crate) name: &'static str,
    /// How many.
    pub(crate) jobs: usize,
    /// The jobs, as [`Items`].
    pub(crate) bytes: Arc<Vec<u8>>,
    /// How often they have been tried.
    pub(crate) attempts: u32,
    /// Where their outcomes go.
    pub(crate) deliver: Box<dyn Deliver>,
}

/// The duty to say how a parcel's jobs ended, from the first to the last. Dropped early, it says of
/// the rest that they were cancelled.
pub(crate) trait Deliver: Send {
    /// Takes the outcome of the next job as it came from the worker, and when the job ran.
    fn outcome(&mut self, bytes: &[u8], times: Option<Times>);

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

impl Parcel {
    /// A parcel of a single job.
    pub(crate) fn single<J: Portable>(job: &J, promise: Promise<J::Output>) -> Option<Self> {
        let mut bytes = Vec::new();
        if let Err(error) = push_item(&mut bytes, job) {
            promise.keep(Err(unsendable::<J>("job", &error)));
            return None;
        }
        Some(Self::new::<J>(1, bytes, promise.into()))
    }

    /// The parcels of a chunk: one, unless it is large or a job in it cannot be encoded.
    pub(crate) fn of_chunk<J: Portable>(
        chunk: &Chunk<J>,
        mut reply: Reply<J::Output>,
    ) -> Vec<Self> {
        let mut parcels = Vec::new();
        let mut bytes = Vec::new();
        let mut jobs = 0;
        let mut pack = |jobs: &mut usize, bytes: &mut Vec<u8>, reply: &mut Reply<J::Output>| {
            let jobs = std::mem::take(jobs);
            let rest = reply.split_off(jobs);
            let reply = std::mem::replace(reply, rest);
            parcels.push(Self::new::<J>(jobs, std::mem::take(bytes), reply.into()));
        };
        for job in &chunk.jobs {
            match push_item(&mut bytes, job) {
                Ok(()) => jobs += 1,
                Err(error) => {
                    pack(&mut jobs, &mut bytes, &mut reply);
                    let error = unsendable::<J>("job", &error);
                    reply.send(vec![Err(error)].into(), Duration::ZERO, Vec::new());
                }
            }
            if bytes.len() >= LARGEST {
                pack(&mut jobs, &mut bytes, &mut reply);
            }
        }
        pack(&mut jobs, &mut bytes, &mut reply);
        parcels.retain(|parcel| parcel.jobs > 0);
        parcels
    }

    fn new<J: Portable>(jobs: usize, bytes: Vec<u8>, duty: Duty<J::Output>) -> Self {
        Self {
            name: J::NAME,
            jobs,
            deliver: Box::new(Outcomes::new(duty, bytes.len() / jobs.max(1))),
            bytes: Arc::new(bytes),
            attempts: 0,
        }
    }

    /// Keeps the first `jobs` jobs and gives away the others. `done` of them have been answered for.
    pub(crate) fn split_off(&mut self, jobs: usize, done: usize) -> Self {
        let head: usize = Items(&self.bytes)
            .take(jobs)
            .map(|item| PREFIX + item.len())
            .sum();
        let rest = Self {
            name: self.name,
            jobs: self.jobs - jobs,
            bytes: Arc::new(self.bytes[head..].to_vec()),
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

/// The duty to say how a parcel's jobs ended, and what is known of that but not handed on yet.
struct Outcomes<O> {
    duty: Duty<O>,
    /// The mean length of a job.
    job: usize,
    known: Batch<O>,
    spans: Vec<Span>,
}

impl<O> Outcomes<O> {
    fn new(duty: Duty<O>, job: usize) -> Self {
        Self {
            duty,
            job,
            known: Batch::default(),
            spans: Vec::new(),
        }
    }
}

impl<O: DeserializeOwned + Send + 'static> Deliver for Outcomes<O> {
    fn outcome(&mut self, bytes: &[u8], times: Option<Times>) {
        let index = self.duty.index(self.known.len()).unwrap_or_default();
        self.spans.extend(times.map(|times| times.span(index, 0)));
        self.duty.took(self.job + bytes.len());
        self.known.push(decode(bytes));
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
            self.duty.send(known, worker, busy, spans);
        }
    }

    fn split_off(&mut self, jobs: usize) -> Box<dyn Deliver> {
        debug_assert!(self.known.is_empty(), "flush before splitting");
        Box::new(Self::new(self.duty.split_off(jobs), self.job))
    }

    fn is_draining(&self) -> bool {
        self.duty.is_draining()
    }

    fn is_cancelling(&self) -> bool {
        self.duty.is_cancelling()
    }
}

fn decode<O: DeserializeOwned>(bytes: &[u8]) -> Outcome<O> {
    postcard::from_bytes(bytes).unwrap_or_else(|error| {
        let message = format!("its output cannot be decoded: {error}");
        Err(JobError::Unsendable { message })
    })
}

fn unsendable<J: Portable>(what: &str, error: &postcard::Error) -> JobError {
    let message = format!("the {what} {:?} cannot be encoded: {error}", J::NAME);
    JobError::Unsendable { message }
}
