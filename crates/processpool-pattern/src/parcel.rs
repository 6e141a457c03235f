//! Jobs on their way to a worker, with the duty to say how they ended.
//!
//! They are encoded when it is known which worker gets them, straight into memory that it maps; and
//! they are kept until they have ended, for if that worker dies another one gets them.

use std::time::Duration;

use workload::mechanism::{Chunk, Duty, Promise, Reply};
use workload::span::Times;
use workload::{JobError, Portable};

use crate::arena::Region;
use crate::bundle::Bundle;
use crate::items::Items;
use crate::outcomes::Outcomes;

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
    /// Writes as many of the jobs as may travel together on a page from byte `at` on.
    fn pack(&mut self, page: &mut Region, at: usize) -> Packed;

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

    /// Whether the jobs that have not started are not to start any more, all of them.
    fn is_draining(&self) -> bool;

    /// The same of any of them.
    fn is_partly_draining(&self) -> bool {
        self.is_draining()
    }

    /// Whether the job that runs is not wanted any more either. It comes so many after the next.
    fn is_cancelling(&self, after: usize) -> bool;

    /// Whether it is a single job that was submitted, so that it may travel with others of its kind.
    fn is_submitted(&self) -> bool {
        false
    }

    /// Whether these are submitted jobs that travel together.
    fn is_bundle(&self) -> bool {
        false
    }
}

/// What was written on a page.
pub(crate) struct Packed {
    /// How many jobs.
    pub(crate) jobs: usize,
    /// Where the last of them ends.
    pub(crate) end: usize,
    /// Whether the next one cannot be written here, and not because enough were.
    pub(crate) is_stuck: bool,
}

impl Packed {
    /// Nothing yet, from byte `at` on.
    pub(crate) fn from(at: usize) -> Self {
        Self {
            jobs: 0,
            end: at,
            is_stuck: false,
        }
    }

    /// Whether no more jobs may travel with these.
    pub(crate) fn is_full(&self) -> bool {
        self.is_stuck || self.end >= LARGEST
    }
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

    /// One parcel of many, each of a submitted job, and all of the same kind.
    pub(crate) fn bundle(parcels: Vec<Self>) -> Option<Self> {
        let (name, jobs) = (parcels.first()?.name, parcels.len());
        let duties = parcels.into_iter().map(|parcel| parcel.deliver);
        Some(Self {
            name,
            jobs,
            attempts: 0,
            deliver: Box::new(Bundle::new(duties.collect())),
        })
    }

    /// Whether it may travel with others of its kind.
    pub(crate) fn is_sociable(&self) -> bool {
        self.attempts == 0 && self.deliver.is_submitted() && !self.is_stopped()
    }

    /// Whether nobody wants its outcomes any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.deliver.is_draining()
    }
}
