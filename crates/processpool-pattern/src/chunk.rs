//! What runs in a worker process: the jobs of a chunk, one after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ipc_channel::ipc::IpcSender;
use serde::Serialize;
use workload::span::{self, Timer, Times};
use workload::{JobError, Outcome, Portable, Rules, invoke};

use crate::board::{Board, Current};
use crate::output::Marker;
use crate::wire::{Items, Note, PREFIX, Payload, Word, stride};

/// Outcomes are announced after this long, so that they do not wait for a slow job behind them.
const PATIENCE: Duration = Duration::from_micros(100);

/// Runs the jobs of one kind that an order names.
pub(crate) type Runner = fn(&mut Worker, &Run) -> anyhow::Result<()>;

/// A worker process that is at work.
pub(crate) struct Worker {
    pub(crate) words: IpcSender<Word>,
    pub(crate) board: Board,
    pub(crate) rules: Rules,
    pub(crate) output: Marker,
}

/// An order to run jobs.
pub(crate) struct Run {
    pub(crate) chunk: u32,
    pub(crate) jobs: u32,
    pub(crate) payload: Payload,
}

/// Runs a chunk's jobs, one after the other.
pub(crate) fn run_jobs<J: Portable>(worker: &mut Worker, run: &Run) -> anyhow::Result<()> {
    let (gil, spans) = (worker.rules.gil, worker.rules.spans);
    each(worker, run, |item| {
        let mut timer = Timer::new(spans);
        let outcome = match postcard::from_bytes::<J>(item) {
            Ok(job) => invoke(&job, gil, &mut timer),
            Err(error) => unsendable(format!("the job {:?} cannot be decoded: {error}", J::NAME)),
        };
        (outcome, timer.times())
    })
}

/// Says of each job that it is not known here.
pub(crate) fn refuse_jobs(worker: &mut Worker, run: &Run) -> anyhow::Result<()> {
    each(worker, run, |_| {
        let reason = "its workers do not know this job: add it where main calls worker";
        (unsendable::<()>(reason.to_owned()), None)
    })
}

fn each<O: Serialize>(
    worker: &mut Worker,
    run: &Run,
    mut call: impl FnMut(&[u8]) -> (Outcome<O>, Option<Times>),
) -> anyhow::Result<()> {
    let chunk = run.chunk;
    let clocked = worker.rules.timeout.is_some();
    let stride = stride(run.jobs);
    let mut page = Page::new(chunk);
    let (began, mut announced) = (Instant::now(), Duration::ZERO);
    for (job, item) in (0..run.jobs).zip(Items(run.payload.bytes())) {
        if !worker.board.begin(chunk, job, run.jobs) {
            return Ok(worker.words.send(Word::Bell)?); // Another worker has it and what follows.
        }
        let start = if clocked { span::now() } else { 0 };
        worker.board.start(Current { chunk, job }, start);
        let (outcome, span) = if worker.board.is_stopped(chunk) {
            (Err(JobError::Cancelled), None)
        } else {
            call(item)
        };
        let last = job + 1 == run.jobs;
        let look = last || (job + 1) % stride == 0;
        let mut mark = 0;
        if look {
            worker.board.set_busy(chunk, began.elapsed());
            mark = worker.output.mark();
        }
        page.append(worker, Note { mark, span }, &outcome)?;
        if last {
            worker.board.idle();
        }
        let busy = if look {
            worker.board.busy(chunk)
        } else {
            announced
        };
        if last || busy >= announced + PATIENCE {
            announced = busy;
            worker.words.send(Word::Bell)?;
        }
    }
    Ok(())
}

/// Where the outcomes of a chunk are written.
struct Page {
    chunk: u32,
    /// How many bytes they have.
    committed: u32,
    /// Whether an outcome did not fit, so that it and all that follow are sent instead.
    full: bool,
}

impl Page {
    fn new(chunk: u32) -> Self {
        Self {
            chunk,
            committed: 0,
            full: false,
        }
    }

    /// Writes down how the next job ended. When that was the last of the chunk, the page is not
    /// touched any more: the pool may have given it to another chunk.
    fn append<O: Serialize>(
        &mut self,
        worker: &mut Worker,
        note: Note,
        outcome: &Outcome<O>,
    ) -> anyhow::Result<()> {
        let chunk = self.chunk;
        let free = worker.board.free(chunk, self.committed);
        if let Some(bytes) = write(free, note, outcome).filter(|_| !self.full) {
            self.committed += bytes;
            worker.board.commit(chunk, self.committed);
            return Ok(());
        }
        self.full = true;
        let payload = Payload::new(&Arc::new(encode(note, outcome)));
        Ok(worker.words.send(Word::Outcome { chunk, payload })?)
    }
}

/// Writes an outcome after its length; `None` if it does not fit.
fn write<O: Serialize>(page: &mut [u8], note: Note, outcome: &Outcome<O>) -> Option<u32> {
    let (prefix, body) = page.split_first_chunk_mut::<PREFIX>()?;
    let used = postcard::to_slice(&(note, outcome), body).ok()?.len();
    let used = u32::try_from(used).ok()?;
    *prefix = used.to_le_bytes();
    u32::try_from(PREFIX).ok()?.checked_add(used)
}

/// The same as bytes of their own. An outcome that cannot be encoded becomes an error that can.
fn encode<O: Serialize>(note: Note, outcome: &Outcome<O>) -> Vec<u8> {
    postcard::to_stdvec(&(note, outcome)).unwrap_or_else(|error| {
        let outcome = unsendable::<()>(format!("its output cannot be encoded: {error}"));
        postcard::to_stdvec(&(note, outcome)).unwrap_or_default()
    })
}

fn unsendable<O>(message: String) -> Outcome<O> {
    Err(JobError::Unsendable { message })
}
