//! What runs in a worker process: the jobs of a chunk, one after the other.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::Context;
use ipc_channel::ipc::{IpcSender, IpcSharedMemory};
use serde::Serialize;
use workload::span::{self, Timer, Times};
use workload::{JobError, Outcome, Portable, Rules, invoke, invoke_caught};

use crate::board::{Board, Current};
use crate::items::{Items, Note, Unwritten, write_outcome};
use crate::output::Marker;
use crate::wire::{Word, may_be_sent, stride};

/// Outcomes are announced after this long, so that they do not wait for slow jobs behind them: later
/// than most chunks are over, because to be told of them costs the pool a core for a moment.
const PATIENCE: Duration = Duration::from_millis(2);

/// A chunk of so many bytes is large.
const LARGE: usize = 1 << 20;

/// Runs the jobs of one kind that an order names.
pub(crate) type Runner = fn(&mut Worker, &Run) -> anyhow::Result<()>;

/// A worker process that is at work.
pub(crate) struct Worker {
    pub(crate) words: IpcSender<Word>,
    pub(crate) board: Board,
    pub(crate) rules: Rules,
    pub(crate) output: Marker,
    /// Whether it has had a large chunk.
    pub(crate) large: bool,
}

/// An order to run jobs.
pub(crate) struct Run {
    pub(crate) chunk: u32,
    pub(crate) jobs: u32,
    pub(crate) bytes: usize,
    pub(crate) memory: Option<IpcSharedMemory>,
}

/// Runs a chunk's jobs, one after the other.
pub(crate) fn run_jobs<J: Portable>(worker: &mut Worker, run: &Run) -> anyhow::Result<()> {
    let (gil, spans) = (worker.rules.gil, worker.rules.spans);
    each(worker, run, |item| match postcard::from_bytes::<J>(item) {
        Ok(job) if gil || spans => {
            let mut timer = Timer::new(spans);
            let outcome = invoke(&job, gil, &mut timer);
            (outcome, timer.times())
        }
        Ok(job) => (invoke_caught(&job), None),
        Err(error) => {
            let message = format!("the job {:?} cannot be decoded: {error}", J::NAME);
            (unsendable(message), None)
        }
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
    call: impl FnMut(&[u8]) -> (Outcome<O>, Option<Times>),
) -> anyhow::Result<()> {
    let chunk = run.chunk;
    worker.board.trim(chunk);
    if run.bytes >= LARGE && !std::mem::replace(&mut worker.large, true) {
        keep_freed_memory();
    }
    // Apart from the board, on which outcomes are written meanwhile.
    let mut page = std::mem::take(worker.board.jobs(chunk));
    let bytes = match &run.memory {
        Some(memory) => Some(&**memory),
        None => page.bytes(0, run.bytes),
    };
    let all = match (bytes, &run.memory) {
        (Some(bytes), None) => run_each(worker, run, Items(bytes).map(|item| item.bytes), call)?,
        (Some(bytes), Some(_)) => run_each(worker, run, std::iter::once(bytes), call)?,
        (None, _) => {
            let nothing = std::iter::repeat_n::<&[u8]>(&[], run.jobs as usize);
            let reason = "the system refuses the memory to receive it in";
            let refuse = |_: &[u8]| (unsendable::<O>(reason.to_owned()), None);
            run_each(worker, run, nothing, refuse)?
        }
    };
    *worker.board.jobs(chunk) = page;
    if !all {
        // Another worker has the rest.
        worker.board.pass_over(chunk);
        worker.words.send(Word::Bell)?;
    }
    Ok(())
}

/// Runs the jobs between two looks at the clock without a break. What panics is one of them, and
/// then the next one goes on. Whether all were run: the pool may take back those that were not begun.
fn run_each<'a, O: Serialize>(
    worker: &mut Worker,
    run: &Run,
    mut items: impl Iterator<Item = &'a [u8]>,
    mut call: impl FnMut(&[u8]) -> (Outcome<O>, Option<Times>),
) -> anyhow::Result<bool> {
    let (chunk, stride) = (run.chunk, stride(run.jobs));
    let clocked = worker.rules.timeout.is_some();
    let mut page = Page::new(chunk);
    let (began, mut announced) = (Instant::now(), Duration::ZERO);
    // How many were begun, and how many of them have an outcome.
    let (mut begun, mut job) = (0, 0);
    while job < run.jobs {
        let until = run.jobs.min((job / stride + 1) * stride);
        let panicked = workload::catch(|| -> anyhow::Result<bool> {
            while job < until {
                if !worker.board.begin(chunk, job, run.jobs) {
                    return Ok(false);
                }
                let item = items
                    .next()
                    .context("it was sent fewer jobs than it was told of")?;
                begun = job + 1;
                let start = if clocked { span::now() } else { 0 };
                worker.board.start(Current { chunk, job }, start);
                let (outcome, span) = if worker.board.is_stopped(chunk) {
                    (Err(JobError::Cancelled), None)
                } else {
                    call(item)
                };
                let look = job + 1 == until;
                let mark = if look { worker.look(chunk, began) } else { 0 };
                page.append(worker, Note { mark, span }, &outcome)?;
                job += 1;
            }
            Ok(true)
        });
        match panicked {
            Ok(ran) => {
                if !ran? {
                    return Ok(false);
                }
            }
            // In the drop of an output that is written down already.
            Err(_) if begun == job => {}
            Err(message) => {
                let mark = worker.look(chunk, began);
                let outcome = Outcome::<O>::Err(JobError::Panicked { message });
                page.append(worker, Note { mark, span: None }, &outcome)?;
                job += 1;
            }
        }
        let last = job == run.jobs;
        if last {
            worker.board.idle();
        }
        let busy = worker.board.busy(chunk);
        if last || busy >= announced + PATIENCE {
            announced = busy;
            worker.words.send(Word::Bell)?;
        }
    }
    Ok(true)
}

impl Worker {
    /// Notes how long the chunk's jobs have run, and gives how far the output goes.
    fn look(&mut self, chunk: u32, began: Instant) -> u64 {
        self.board.set_busy(chunk, began.elapsed());
        self.output.mark()
    }
}

/// Where the outcomes of a chunk are written.
struct Page {
    chunk: u32,
    /// How many bytes they have.
    committed: usize,
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
    #[inline]
    fn append<O: Serialize>(
        &mut self,
        worker: &mut Worker,
        note: Note,
        outcome: &Outcome<O>,
    ) -> anyhow::Result<()> {
        if !self.full {
            let page = worker.board.outcomes(self.chunk);
            let written = write_outcome(page, self.committed, note, outcome);
            let written = written.or_else(|unwritten| match unwritten {
                Unwritten::NoRoom => Err(unwritten),
                // It becomes an error that can be encoded.
                Unwritten::Unsendable(error) => {
                    write_outcome(page, self.committed, note, &mute::<()>(&error))
                }
            });
            if let Ok(end) = written {
                self.committed = end;
                worker.board.commit(self.chunk, end);
                return Ok(());
            }
        }
        self.full = true;
        let bytes = postcard::to_stdvec(&(note, outcome)).map_err(|error| error.to_string());
        let bytes = bytes.and_then(|bytes| may_be_sent(bytes.len()).map(|()| bytes));
        let bytes = bytes.or_else(|why| postcard::to_stdvec(&(note, mute::<()>(&why))))?;
        let (chunk, memory) = (self.chunk, IpcSharedMemory::from_bytes(&bytes));
        Ok(worker.words.send(Word::Outcome { chunk, memory })?)
    }
}

fn mute<O>(reason: &dyn Display) -> Outcome<O> {
    unsendable(format!("its output cannot be encoded: {reason}"))
}

fn unsendable<O>(message: String) -> Outcome<O> {
    Err(JobError::Unsendable { message })
}

/// Has the allocator keep what large jobs and outputs have freed, for the next ones: to get it from
/// the system again, page by page, takes longer than to move a payload. That of glibc keeps twice as
/// much as the largest piece that was ever given back to the system, and takes no account of more than
/// 32 MiB. The piece itself is not touched, so it costs nothing.
fn keep_freed_memory() {
    let mut piece = Vec::<u8>::new();
    // If it cannot be had, nothing is lost.
    let _ = piece.try_reserve_exact(31 << 20);
    drop(std::hint::black_box(piece));
}
