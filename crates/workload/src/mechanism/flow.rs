//! The state machine that every pattern is driven by.

use std::iter::Fuse;
use std::time::Duration;

use super::estimate::Estimate;
use super::parts::Parts;
use super::{Chunk, Chunker, Counts, Done, Outcomes, Pull};
use crate::{OnError, Options, Outcome, Span, Stop};

/// Jobs a worker in a window whose size was not asked for: so much longer than its neighbours may a
/// job be before the others have to wait for it.
const JOBS_A_WORKER: usize = 64;
/// Chunks a worker in such a window, when jobs are so short that they travel in chunks.
const CHUNKS_A_WORKER: usize = 16;
/// Most jobs in such a window.
const WIDEST: usize = 1 << 16;

/// A chunk holds no more bytes than this, unless a single job does.
const LARGEST_CHUNK: u64 = 1 << 20;

/// The order in which outcomes are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the jobs came in.
    Input,
    /// As the jobs ended.
    Arrival,
}

/// Decides what starts next and what may be given out next, and counts.
///
/// ```
/// use std::time::Duration;
/// use workload::Options;
/// use workload::mechanism::{Done, Flow, Order, Pull};
///
/// let jobs = ["a", "b"].into_iter().map(Pull::Job);
/// let mut flow = Flow::new(jobs, &Options::new().chunk(1), Order::Input);
/// let (a, b) = (flow.next_chunk().unwrap(), flow.next_chunk().unwrap());
///
/// let done = |first, output| Done {
///     first,
///     outcomes: vec![Ok(output)].into(),
///     busy: Duration::ZERO,
///     bytes: 0,
///     worker: 0,
///     spans: Vec::new(),
///     held: Vec::new(),
/// };
/// flow.done(done(b.first, "B")); // b ends first, and waits for a
/// assert_eq!(flow.next_outcome(), None);
/// flow.done(done(a.first, "A"));
/// assert_eq!(flow.next_outcome(), Some((0, Ok("A"))));
/// assert_eq!(flow.next_outcome(), Some((1, Ok("B"))));
/// assert!(flow.is_finished());
/// ```
pub struct Flow<I: Iterator, O> {
    input: Fuse<I>,
    ended: bool,
    /// When the input should be asked again, if it had nothing when it was last asked.
    starved: Option<Duration>,
    pub(super) chunker: Chunker,
    /// The window that was asked for.
    window: Option<usize>,
    /// The same in bytes, and the bytes that a job takes.
    window_bytes: u64,
    bytes: Estimate,
    workers: usize,
    /// Most chunks in flight while the right size of a chunk is still being found, or the whole
    /// window would go out in chunks of one job each.
    cautious: usize,
    in_flight: usize,
    parts: Parts<O>,
    on_error: OnError,
    stop: Stop,
    counts: Counts,
    spans: Vec<Span>,
}

impl<J, O, I: Iterator<Item = Pull<J>>> Flow<I, O> {
    /// A flow of these jobs. Takes the workers, the window, the chunk size and the failure policy
    /// from `options`.
    pub fn new(input: I, options: &Options, order: Order) -> Self {
        let window = options.window.map(usize::from);
        let workers = options.workers.get();
        // At least four chunks a worker fit the window: one runs, one waits, two are on their way
        // out.
        let most = window.unwrap_or(WIDEST) / (4 * workers);
        Self {
            input: input.fuse(),
            ended: false,
            starved: None,
            chunker: Chunker::new(options.workers, most, options.chunk),
            window,
            window_bytes: options.window_bytes,
            bytes: Estimate::default(),
            workers,
            cautious: 4 * workers,
            in_flight: 0,
            parts: Parts::new(order),
            on_error: options.on_error,
            stop: Stop::default(),
            counts: Counts::default(),
            spans: Vec::new(),
        }
    }

    /// The same, starting all that the window allows from the beginning: for a pattern on which
    /// jobs that wait cost nothing, so that all of a window should wait at once.
    #[must_use]
    pub fn eager(self) -> Self {
        let cautious = usize::MAX;
        Self { cautious, ..self }
    }

    /// The next chunk to start, or `None` when nothing may start now: the window is full, the
    /// input has ended or has nothing yet, or the run was stopped.
    pub fn next_chunk(&mut self) -> Option<Chunk<J>> {
        self.starved = None;
        if self.ended || self.stop.is_draining() {
            self.ended = true;
            return None;
        }
        let remaining = match self.input.size_hint() {
            (least, Some(most)) if least == most => Some(least),
            _ => None,
        };
        let size = self.chunker.size(remaining);
        let window = self.window.unwrap_or_else(|| {
            let by_chunks = size.saturating_mul(CHUNKS_A_WORKER * self.workers);
            by_chunks.min(WIDEST).max(JOBS_A_WORKER * self.workers)
        });
        // Never so few that a worker would be idle.
        let by_bytes = self.bytes.fitting(self.window_bytes).unwrap_or(window);
        let window = window.min(by_bytes.max(self.workers));
        let light = self.bytes.fitting(LARGEST_CHUNK).unwrap_or(size);
        let size = size.min(light.max(1)).min(window);
        // A full window opens one job at a time; a chunk waits until all of it fits.
        let is_full = window.saturating_sub(self.in_window()) < size;
        let most = self.cautious.saturating_mul(size);
        if is_full || self.chunker.is_growing() && self.in_flight >= most {
            return None;
        }
        let first = self.counts.jobs;
        let jobs = self.pull(size);
        if jobs.is_empty() {
            return None;
        }
        self.counts.jobs += jobs.len();
        self.counts.chunks += 1;
        self.counts.largest_chunk = self.counts.largest_chunk.max(jobs.len());
        self.in_flight += jobs.len();
        self.counts.most_in_flight = self.counts.most_in_flight.max(self.in_flight);
        self.counts.most_in_window = self.counts.most_in_window.max(self.in_window());
        Some(Chunk { first, jobs })
    }

    /// Takes in jobs that ended.
    pub fn done(&mut self, done: Done<O>) {
        let jobs = done.outcomes.len();
        self.in_flight -= jobs;
        self.chunker.measured(jobs, done.busy);
        self.bytes.measured(jobs, done.bytes as u128);
        self.counts.moved += done.bytes;
        self.counts.worked(done.worker, jobs, done.busy);
        self.counts
            .add_all(&done.outcomes, self.on_error, &self.stop);
        self.spans.extend(done.spans);
        for held in done.held {
            self.counts.held(held);
        }
        self.parts.put(done.first, done.outcomes);
    }

    /// The next outcome that may be given out, with its job's place in the input.
    #[inline]
    pub fn next_outcome(&mut self) -> Option<(usize, Outcome<O>)> {
        match self.next_in_run() {
            None if self.parts.advance() => self.next_in_run(),
            next => next,
        }
    }

    /// The next outcome of the batch that is being given out. `None` at its end, which
    /// is a good moment to look for what ended meanwhile and to start more.
    #[inline]
    pub fn next_in_run(&mut self) -> Option<(usize, Outcome<O>)> {
        self.parts.next()
    }

    /// All outcomes that may be given out next, neighbours in the input, and the place of the first
    /// of their jobs. They count as given out at once.
    #[inline]
    pub fn next_batch(&mut self) -> Option<(usize, Outcomes<O>)> {
        let (first, batch) = self.parts.take();
        if batch.size_hint().0 > 0 {
            return Some((first, batch));
        }
        self.parts.advance().then(|| self.parts.take())
    }

    /// Whether every job that was pulled has been given out, and no more will be pulled.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.ended && self.in_window() == 0
    }

    /// When the input should be asked again, if it had nothing yet when it was last asked.
    #[must_use]
    pub fn ask_again(&self) -> Option<Duration> {
        self.starved
    }

    /// How long so many jobs will take, by the measured time of the jobs before, once there were any.
    #[must_use]
    pub fn estimate(&self, jobs: usize) -> Option<Duration> {
        let jobs = u32::try_from(jobs).unwrap_or(u32::MAX);
        self.chunker.each().map(|each| each.saturating_mul(jobs))
    }

    /// Whether jobs are shorter than `nap` and enough of them are in flight to keep the workers busy
    /// for four times as long: then nobody need look at them meanwhile.
    #[must_use]
    pub fn may_nap(&self, nap: Duration) -> bool {
        let at_once = self.in_flight / self.workers;
        let job = self.chunker.each().filter(|job| *job < nap);
        job.is_some_and(|job| job.as_nanos() * at_once as u128 >= 4 * nap.as_nanos())
    }

    /// How many jobs are in flight.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// What stops this run; the failure policy uses it too.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Takes the spans recorded since they were last taken.
    pub fn take_spans(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.spans)
    }

    /// Least and most outcomes that are still to come.
    #[must_use]
    pub fn size_hint(&self) -> (usize, Option<usize>) {
        // `NotYet` is an item of the input, so the input's lower bound promises no jobs.
        let most = self.input.size_hint().1;
        let in_window = self.in_window();
        (in_window, most.and_then(|most| most.checked_add(in_window)))
    }

    fn in_window(&self) -> usize {
        self.counts.jobs - self.parts.given_out()
    }

    fn pull(&mut self, size: usize) -> Vec<J> {
        let mut jobs = Vec::with_capacity(size);
        while jobs.len() < size {
            match self.input.next() {
                Some(Pull::Job(job)) => jobs.push(job),
                Some(Pull::NotYet(time)) => {
                    self.starved = Some(time);
                    break;
                }
                None => break,
            }
        }
        // Some inputs know that they have ended before they are asked once more.
        self.ended |= self.starved.is_none() && jobs.len() < size;
        self.ended |= self.input.size_hint() == (0, Some(0));
        jobs
    }
}
