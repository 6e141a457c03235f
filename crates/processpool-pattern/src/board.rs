//! What a worker and its pool both see at any time: the worker writes on it which job it runs and
//! how the ones before ended, so that even its sudden death loses nothing that was finished, and
//! blames nobody but the culprit.
//!
//! A message would be lost with the worker that was about to send it, and would cost a system call
//! a job. A word in shared memory costs a store.
//!
//! ```text
//! board  = CURRENT STARTED CPU MEMORY lane...
//! lane   = COMMITTED BUSY STOP CLAIM, and two pages of the arena: jobs, outcomes
//! ```
//!
//! There is a lane for each chunk that a worker may hold at once. The pool wipes a lane and writes
//! the jobs on its page before it sends the chunk; from then on the worker appends outcomes to the
//! other page, and moves COMMITTED after each; the pool reads only what is committed. So no byte is
//! ever read while it is written, and the only words that both may touch at a time are atomic.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use workload::Spent;

pub(crate) use crate::arena::LANES;
use crate::arena::{Arena, Region, Source};

// Places of words. Those that one side writes often do not share a cache line with others.
const CURRENT: usize = 0;
const STARTED: usize = 1;
const CPU: usize = 2;
const MEMORY: usize = 3;
const LANE: usize = 16;

const COMMITTED: usize = 0;
const BUSY: usize = 1;
const STOP: usize = 2;
const CLAIM: usize = 3;

// Who has which jobs of a chunk: so many the worker, which has begun them; the others nobody yet, or
// the pool that has taken them back; the worker confirms that.
const RECALLED: u64 = 1 << 32;
const PASSED_OVER: u64 = 1 << 33;

/// In a chunk of up to so many jobs each is begun for itself, so that those behind a slow one can be
/// taken back. A longer one is begun as a whole: its jobs are so short that it would not pay.
pub(crate) const DIVISIBLE: u32 = 64;

/// No job runs.
const IDLE: u64 = u64::MAX;

/// So many bytes are copied before they are decoded; of more that would cost too much.
const COPIED: usize = 256 * 1024;

/// A page that has grown beyond this gives back what lies above it before its next chunk: so much
/// may stay with each page of a worker that is busy.
const MOST_KEPT: usize = 64 << 20;

/// A page of a worker that has nothing to do keeps no more than this.
const IDLE_KEPT: usize = 256 * 1024;

/// The shared memory, from either side.
#[derive(Debug)]
pub(crate) struct Board {
    arena: Arena,
    copy: Vec<u8>,
}

/// The job that a worker runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Current {
    /// The chunk's number.
    pub(crate) chunk: u32,
    /// The job's place in the chunk.
    pub(crate) job: u32,
}

impl Board {
    /// The board on this memory, on which no job runs yet.
    pub(crate) fn open(source: Source) -> io::Result<Self> {
        let (arena, copy) = (Arena::map(source)?, Vec::new());
        let board = Self { arena, copy };
        board.idle();
        Ok(board)
    }

    /// Says that this job starts now, at this time of [`workload::span::now`].
    #[inline]
    pub(crate) fn start(&self, current: Current, now: u64) {
        self.word(STARTED).store(now, Ordering::Relaxed);
        let word = u64::from(current.chunk) << 32 | u64::from(current.job);
        self.word(CURRENT).store(word, Ordering::Release);
    }

    /// Says that no job runs.
    pub(crate) fn idle(&self) {
        self.word(CURRENT).store(IDLE, Ordering::Release);
    }

    /// The job that runs, and since when.
    pub(crate) fn current(&self) -> Option<(Current, u64)> {
        let word = self.word(CURRENT).load(Ordering::Acquire);
        let started = self.word(STARTED).load(Ordering::Relaxed);
        let (chunk, job) = halves(word);
        (word != IDLE).then_some((Current { chunk, job }, started))
    }

    /// Says what the worker has used up. For the worker, when it leaves.
    pub(crate) fn set_spent(&self, spent: Spent) {
        let memory = spent.peak_memory.unwrap_or(0);
        self.word(MEMORY).store(memory, Ordering::Relaxed);
        self.word(CPU).store(nanos(spent.cpu), Ordering::Release);
    }

    /// What the worker has used up, if it has said so. For the pool, when the worker has left.
    pub(crate) fn spent(&self) -> Option<Spent> {
        let cpu = Duration::from_nanos(self.word(CPU).load(Ordering::Acquire));
        let memory = self.word(MEMORY).load(Ordering::Relaxed);
        let peak_memory = (memory > 0).then_some(memory);
        (!cpu.is_zero()).then_some(Spent { cpu, peak_memory })
    }

    /// Wipes a chunk's lane. For the pool, before it writes the chunk's jobs there.
    pub(crate) fn wipe(&mut self, chunk: u32) {
        for word in [COMMITTED, BUSY, STOP, CLAIM] {
            self.lane_word(chunk, word).store(0, Ordering::Release);
        }
        let Arena { jobs, outcomes, .. } = &mut self.arena;
        for page in [&mut jobs[lane(chunk)], &mut outcomes[lane(chunk)]] {
            if page.len() > MOST_KEPT {
                page.give_back(MOST_KEPT);
            }
        }
    }

    /// Begins the next job of a chunk of so many, unless the pool has taken it back. For the worker.
    #[inline]
    pub(crate) fn begin(&self, chunk: u32, job: u32, jobs: u32) -> bool {
        match jobs {
            0..=DIVISIBLE => self.claim(chunk, job.into(), (job + 1).into()),
            _ => job > 0 || self.claim(chunk, 0, jobs.into()),
        }
    }

    /// Says that the jobs that were taken back are not begun. For the worker, which does not touch the
    /// chunk's lane any more: it may be another chunk's.
    pub(crate) fn pass_over(&self, chunk: u32) {
        self.idle();
        self.lane_word(chunk, CLAIM)
            .fetch_or(PASSED_OVER, Ordering::AcqRel);
    }

    /// Takes the jobs of a chunk of so many back that the worker has not begun, if there are any, and
    /// says how many it has. For the pool.
    pub(crate) fn recall(&self, chunk: u32, jobs: usize) -> Option<usize> {
        loop {
            let begun = self.lane_word(chunk, CLAIM).load(Ordering::Acquire);
            let kept = usize::try_from(begun).ok().filter(|kept| *kept < jobs)?;
            if self.claim(chunk, begun, begun | RECALLED) {
                return Some(kept);
            }
        }
    }

    /// Whether the worker knows that jobs of a chunk were taken back. For the pool.
    pub(crate) fn is_passed_over(&self, chunk: u32) -> bool {
        self.lane_word(chunk, CLAIM).load(Ordering::Acquire) & PASSED_OVER != 0
    }

    fn claim(&self, chunk: u32, from: u64, to: u64) -> bool {
        let claim = self.lane_word(chunk, CLAIM);
        let (done, failed) = (Ordering::AcqRel, Ordering::Acquire);
        claim.compare_exchange(from, to, done, failed).is_ok()
    }

    /// Says that the rest of a chunk is not wanted any more. For the pool.
    pub(crate) fn stop(&self, chunk: u32) {
        self.lane_word(chunk, STOP).store(1, Ordering::Relaxed);
    }

    /// Whether the rest of a chunk is not wanted any more. For the worker.
    #[inline]
    pub(crate) fn is_stopped(&self, chunk: u32) -> bool {
        self.lane_word(chunk, STOP).load(Ordering::Relaxed) != 0
    }

    /// Says how long a chunk's jobs have run so far. For the worker, before it commits.
    pub(crate) fn set_busy(&self, chunk: u32, busy: Duration) {
        self.lane_word(chunk, BUSY)
            .store(nanos(busy), Ordering::Relaxed);
    }

    /// How long a chunk's jobs have run so far.
    pub(crate) fn busy(&self, chunk: u32) -> Duration {
        Duration::from_nanos(self.lane_word(chunk, BUSY).load(Ordering::Relaxed))
    }

    /// Says that the outcomes on a chunk's page go so many bytes far. For the worker, and never after
    /// it has told of the chunk's last outcome: from then on the page may be another chunk's.
    #[inline]
    pub(crate) fn commit(&self, chunk: u32, bytes: usize) {
        self.lane_word(chunk, COMMITTED)
            .store(bytes as u64, Ordering::Release);
    }

    /// How many bytes the outcomes on a chunk's page have. For the pool.
    pub(crate) fn committed(&self, chunk: u32) -> usize {
        let bytes = self.lane_word(chunk, COMMITTED).load(Ordering::Acquire);
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    /// The committed bytes of a chunk's page from `from` up to `to`, if there can be so many. For the
    /// pool. A copy unless they are many, because a worker that has gone mad could write where it
    /// should not.
    pub(crate) fn read(&mut self, chunk: u32, from: usize, to: usize) -> Option<&[u8]> {
        let page = self.arena.outcomes[lane(chunk)].bytes(from, to)?;
        if page.len() > COPIED {
            return Some(page);
        }
        self.copy.clear();
        self.copy.extend_from_slice(page);
        Some(&self.copy)
    }

    /// The page of a chunk's jobs: the pool's until the chunk is sent, then the worker's.
    pub(crate) fn jobs(&mut self, chunk: u32) -> &mut Region {
        &mut self.arena.jobs[lane(chunk)]
    }

    /// The page of a chunk's outcomes: the worker's, except for what is committed.
    #[inline]
    pub(crate) fn outcomes(&mut self, chunk: u32) -> &mut Region {
        &mut self.arena.outcomes[lane(chunk)]
    }

    /// Whether its pages have been used for large payloads.
    pub(crate) fn is_large(&self) -> bool {
        let mut pages = self.arena.jobs.iter().chain(&self.arena.outcomes);
        pages.any(|page| page.len() > IDLE_KEPT)
    }

    /// Gives memory back that was for large payloads. For the pool, when the worker has no chunk.
    pub(crate) fn give_back(&mut self) {
        let Arena { jobs, outcomes, .. } = &mut self.arena;
        for page in jobs.iter_mut().chain(outcomes) {
            page.give_back(IDLE_KEPT);
        }
        self.copy = Vec::new();
    }

    /// Unmaps what a page needs no more now that another chunk begins. For the worker.
    pub(crate) fn trim(&mut self, chunk: u32) {
        self.jobs(chunk).unmap(MOST_KEPT);
        self.outcomes(chunk).unmap(MOST_KEPT);
    }

    #[inline]
    fn lane_word(&self, chunk: u32, word: usize) -> &AtomicU64 {
        self.word(LANE * (1 + lane(chunk)) + word)
    }

    #[inline]
    fn word(&self, place: usize) -> &AtomicU64 {
        self.arena.words.get(place)
    }
}

#[inline]
fn lane(chunk: u32) -> usize {
    chunk as usize % LANES
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn halves(word: u64) -> (u32, u32) {
    let low = u32::try_from(word & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    let high = u32::try_from(word >> 32).unwrap_or(u32::MAX);
    (high, low)
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
