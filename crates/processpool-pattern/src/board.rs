//! Memory that a worker and its pool both see: the worker writes on it which job it runs and how
//! the ones before ended, so that even its sudden death loses nothing that was finished, and blames
//! nobody but the culprit.
//!
//! A message would be lost with the worker that was about to send it, and would cost a system call
//! a job. A word in shared memory costs a store.
//!
//! ```text
//! board  = CURRENT STARTED CPU MEMORY page page
//! page   = COMMITTED BUSY STOP CLAIM outcome...
//! ```
//!
//! There is a page for each chunk that a worker may hold at once. The pool wipes a page before it
//! sends the chunk; from then on the worker appends to it, and moves COMMITTED after each outcome;
//! the pool reads only what is committed. So no byte is ever read while it is written, and the only
//! words that both may touch at a time are atomic.
#![expect(
    unsafe_code,
    reason = "memory shared with another process is outside of what the compiler can check"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ipc_channel::ipc::IpcSharedMemory;
use workload::Spent;

/// How many chunks a worker may hold at once: one that runs and one that waits.
pub(crate) const LANES: usize = 2;

/// Bytes for the outcomes of a chunk. What does not fit is sent as a message.
const PAGE: usize = 128 * 1024;

const WORD: usize = size_of::<u64>();
const CURRENT: usize = 0;
const STARTED: usize = WORD;
const CPU: usize = 2 * WORD;
const MEMORY: usize = 3 * WORD;
const PAGES: usize = 8 * WORD;

const COMMITTED: usize = 0;
const BUSY: usize = WORD;
const STOP: usize = 2 * WORD;
const CLAIM: usize = 3 * WORD;
const OUTCOMES: usize = 8 * WORD;

// Who has which jobs of a chunk: so many the worker, which has begun them; the others nobody yet, or
// the pool that has taken them back; the worker confirms that.
const RECALLED: u64 = 1 << 32;
const PASSED_OVER: u64 = 1 << 33;

/// In a chunk of up to so many jobs each is begun for itself, so that those behind a slow one can be
/// taken back. A longer one is begun as a whole: its jobs are so short that it would not pay.
pub(crate) const DIVISIBLE: u32 = 64;

/// No job runs.
const IDLE: u64 = u64::MAX;

/// The shared memory, from either side.
#[derive(Debug)]
pub(crate) struct Board {
    base: *mut u8,
    /// Keeps the mapping; never read through again.
    memory: IpcSharedMemory,
}

// SAFETY: `base` points into `memory`, which may be sent and shared; everything that several
// threads may touch at a time is atomic.
unsafe impl Send for Board {}
// SAFETY: as above; the methods that are not atomic are for one side each and say so.
unsafe impl Sync for Board {}

/// The job that a worker runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Current {
    /// The chunk's number.
    pub(crate) chunk: u32,
    /// The job's place in the chunk.
    pub(crate) job: u32,
}

impl Board {
    /// A board, and the memory to be sent to the pool. For the worker.
    pub(crate) fn new() -> (Self, IpcSharedMemory) {
        let memory = IpcSharedMemory::from_byte(0, PAGES + LANES * (OUTCOMES + PAGE));
        // The copy is to be sent, and gone then: unlike the original, a copy is inherited by all
        // processes that start while it is open.
        let copy = memory.clone();
        let board = Self::map(memory);
        board.idle();
        (board, copy)
    }

    /// The pool's view of the memory that it was sent, if it has a board's size.
    pub(crate) fn open(memory: IpcSharedMemory) -> Option<Self> {
        (memory.len() == PAGES + LANES * (OUTCOMES + PAGE)).then(|| Self::map(memory))
    }

    fn map(mut memory: IpcSharedMemory) -> Self {
        // SAFETY: the slice is not kept, only its address is; `memory` is never read through again.
        let base = unsafe { memory.deref_mut() }.as_mut_ptr();
        Self { base, memory }
    }

    /// Says that this job starts now, at this time of [`workload::span::now`].
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
        let cpu = u64::try_from(spent.cpu.as_nanos()).unwrap_or(u64::MAX);
        let memory = spent.peak_memory.unwrap_or(0);
        self.word(MEMORY).store(memory, Ordering::Relaxed);
        self.word(CPU).store(cpu, Ordering::Release);
    }

    /// What the worker has used up, if it has said so. For the pool, when the worker has left.
    pub(crate) fn spent(&self) -> Option<Spent> {
        let cpu = Duration::from_nanos(self.word(CPU).load(Ordering::Acquire));
        let memory = self.word(MEMORY).load(Ordering::Relaxed);
        let peak_memory = (memory > 0).then_some(memory);
        (!cpu.is_zero()).then_some(Spent { cpu, peak_memory })
    }

    /// Wipes a chunk's page. For the pool, before it sends the chunk.
    pub(crate) fn wipe(&self, chunk: u32) {
        for word in [COMMITTED, BUSY, STOP, CLAIM] {
            self.page_word(chunk, word).store(0, Ordering::Release);
        }
    }

    /// Begins the next job of a chunk of so many, unless the pool has taken it back. For the worker,
    /// which then runs no job, and does not touch the chunk's page any more.
    pub(crate) fn begin(&self, chunk: u32, job: u32, jobs: u32) -> bool {
        let begun = match jobs {
            0..=DIVISIBLE => job + 1,
            _ if job > 0 => return true,
            _ => jobs,
        };
        let began = self.claim(chunk, job.into(), begun.into());
        if !began {
            self.idle();
            self.page_word(chunk, CLAIM)
                .fetch_or(PASSED_OVER, Ordering::AcqRel);
        }
        began
    }

    /// Takes the jobs of a chunk of so many back that the worker has not begun, if there are any, and
    /// says how many it has. For the pool.
    pub(crate) fn recall(&self, chunk: u32, jobs: usize) -> Option<usize> {
        loop {
            let begun = self.page_word(chunk, CLAIM).load(Ordering::Acquire);
            let kept = usize::try_from(begun).ok().filter(|kept| *kept < jobs)?;
            if self.claim(chunk, begun, begun | RECALLED) {
                return Some(kept);
            }
        }
    }

    /// Whether the worker knows that a chunk was taken back. For the pool.
    pub(crate) fn is_passed_over(&self, chunk: u32) -> bool {
        self.page_word(chunk, CLAIM).load(Ordering::Acquire) & PASSED_OVER != 0
    }

    fn claim(&self, chunk: u32, from: u64, to: u64) -> bool {
        let claim = self.page_word(chunk, CLAIM);
        let (done, failed) = (Ordering::AcqRel, Ordering::Acquire);
        claim.compare_exchange(from, to, done, failed).is_ok()
    }

    /// Says that the rest of a chunk is not wanted any more. For the pool.
    pub(crate) fn stop(&self, chunk: u32) {
        self.page_word(chunk, STOP).store(1, Ordering::Relaxed);
    }

    /// Whether the rest of a chunk is still wanted. For the worker.
    pub(crate) fn is_stopped(&self, chunk: u32) -> bool {
        self.page_word(chunk, STOP).load(Ordering::Relaxed) != 0
    }

    /// Says how long a chunk's jobs have run so far. For the worker, before it commits.
    pub(crate) fn set_busy(&self, chunk: u32, busy: Duration) {
        let nanos = u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX);
        self.page_word(chunk, BUSY).store(nanos, Ordering::Relaxed);
    }

    /// How long a chunk's jobs have run so far.
    pub(crate) fn busy(&self, chunk: u32) -> Duration {
        Duration::from_nanos(self.page_word(chunk, BUSY).load(Ordering::Relaxed))
    }

    /// What is left of a chunk's page from byte `from` on. For the worker alone, which has not
    /// committed it yet.
    pub(crate) fn free(&mut self, chunk: u32, from: u32) -> &mut [u8] {
        let from = PAGE.min(from as usize);
        let start = Self::page(chunk) + OUTCOMES + from;
        // SAFETY: in bounds, since `from` is at most PAGE. The pool reads only committed bytes, so
        // nobody else touches these while the borrow of `self` lasts.
        unsafe { std::slice::from_raw_parts_mut(self.base.add(start), PAGE - from) }
    }

    /// Says that the outcomes on a chunk's page go so many bytes far. For the worker, and never after
    /// it has told of the chunk's last outcome: from then on the page may be another chunk's.
    pub(crate) fn commit(&self, chunk: u32, bytes: u32) {
        self.page_word(chunk, COMMITTED)
            .store(bytes.into(), Ordering::Release);
    }

    /// How many bytes the outcomes on a chunk's page have. For the pool.
    pub(crate) fn committed(&self, chunk: u32) -> u32 {
        let bytes = self.page_word(chunk, COMMITTED).load(Ordering::Acquire);
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }

    /// A copy of the committed bytes of a chunk's page from `from` up to `to`. For the pool. A copy,
    /// because a worker that has gone mad could write where it should not.
    pub(crate) fn read(&self, chunk: u32, from: u32, to: u32) -> Vec<u8> {
        let to = PAGE.min(to as usize);
        let from = to.min(from as usize);
        let start = Self::page(chunk) + OUTCOMES + from;
        let mut copy = Vec::with_capacity(to - from);
        // SAFETY: in bounds on both sides, since `from` and `to` are at most PAGE and `copy` has
        // room for their difference, which is what is set as its length.
        unsafe {
            let source = self.base.add(start);
            std::ptr::copy_nonoverlapping(source, copy.as_mut_ptr(), to - from);
            copy.set_len(to - from);
        }
        copy
    }

    fn page(chunk: u32) -> usize {
        PAGES + (chunk as usize % LANES) * (OUTCOMES + PAGE)
    }

    fn page_word(&self, chunk: u32, offset: usize) -> &AtomicU64 {
        self.word(Self::page(chunk) + offset)
    }

    fn word(&self, offset: usize) -> &AtomicU64 {
        debug_assert!(offset.is_multiple_of(WORD) && offset + WORD <= self.memory.len());
        // SAFETY: in bounds and aligned (a mapping starts at a page, and all offsets are multiples
        // of a word); these words are only ever touched as atomics while the mapping lives.
        unsafe { AtomicU64::from_ptr(self.base.add(offset).cast()) }
    }
}

fn halves(word: u64) -> (u32, u32) {
    let low = u32::try_from(word & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    let high = u32::try_from(word >> 32).unwrap_or(u32::MAX);
    (high, low)
}

#[cfg(test)]
mod tests;
