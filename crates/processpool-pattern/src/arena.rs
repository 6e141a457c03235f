//! Memory that a pool and one of its workers both map, and that is used again for every chunk.
//!
//! ```text
//! arena = words region...
//! ```
//!
//! A fresh mapping for each message would cost ten times as much as copying what is in it, because
//! the system has to find, clear and map every page of it. Here that is done once. On Linux it is
//! a file in memory without a name, which a worker inherits in the place of its stdin: nothing can
//! be left behind, whoever is killed. Its size is sealed, so nobody can cut off what another has
//! mapped; only what was ever written takes memory, and each side maps no more of a region than it
//! has needed so far. Elsewhere it is a piece of memory of a fixed size that the worker sends.
//!
//! No byte of a region is read while it is written: who may touch it is handed over by messages,
//! and by the atomic words. A worker that has gone mad could still write where it should not, so
//! its pool believes nothing that it reads here.
#![expect(
    unsafe_code,
    reason = "memory shared with another process is outside of what the compiler can check"
)]

use std::io;
use std::ptr::NonNull;
use std::slice::{from_raw_parts, from_raw_parts_mut};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

pub(crate) use source::Source;

/// What is mapped: a file in memory without a name.
#[cfg(target_os = "linux")]
mod source;
/// What is mapped: memory of a fixed size.
#[cfg(not(target_os = "linux"))]
#[path = "arena/fixed.rs"]
mod source;

/// How many chunks a worker may hold at once: one that runs, and those that wait.
pub(crate) const LANES: usize = 4;
/// Two regions a lane: its jobs and its outcomes.
const REGIONS: usize = 2 * LANES;
/// How many words there are.
const WORDS: usize = 512;
/// Where the regions begin: where a large page does.
const START: usize = 2 << 20;
/// Bytes are mapped in steps of so many.
const STEP: usize = 64 * 1024;
/// From here on a region is worth the system's large pages, of 2 MiB.
const LARGE: usize = 4 << 20;

/// The shared words and regions, from either side.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) words: Words,
    pub(crate) jobs: [Region; LANES],
    pub(crate) outcomes: [Region; LANES],
}

impl Arena {
    /// The arena that both sides have the source of. Fails if the system refuses to map it.
    pub(crate) fn map(source: Source) -> io::Result<Self> {
        let source = Arc::new(source);
        let span = source.len()?.saturating_sub(START) / REGIONS / STEP * STEP;
        let region = |at: usize| Region {
            mapped: None,
            source: Some(source.clone()),
            start: START + at * span,
            span,
        };
        Ok(Self {
            words: Words(Mapping::new(&source, 0, WORDS * size_of::<u64>())?),
            jobs: std::array::from_fn(region),
            outcomes: std::array::from_fn(|lane| region(LANES + lane)),
        })
    }
}

/// Words that both sides may touch at a time.
#[derive(Debug)]
pub(crate) struct Words(Mapping);

impl Words {
    /// The word in this place.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> &AtomicU64 {
        assert!(place < WORDS, "there are not so many words");
        let offset = place * size_of::<u64>();
        // SAFETY: in bounds and aligned, because a mapping starts at a page; the words are only
        // ever touched as atomics, and the mapping lives as long as `self`.
        unsafe { AtomicU64::from_ptr(self.0.base.as_ptr().add(offset).cast()) }
    }
}

/// Bytes that one side writes and the other reads, each when it is its turn.
#[derive(Debug, Default)]
pub(crate) struct Region {
    mapped: Option<Mapping>,
    source: Option<Arc<Source>>,
    start: usize,
    span: usize,
}

impl Region {
    /// How many bytes of it are mapped here.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.mapped.as_ref().map_or(0, |mapped| mapped.len)
    }

    /// Maps at least so many bytes; what was written stays. Says whether it could.
    #[inline]
    pub(crate) fn reserve(&mut self, bytes: usize) -> bool {
        bytes <= self.len() || self.grow(bytes)
    }

    #[cold]
    fn grow(&mut self, bytes: usize) -> bool {
        let Some(source) = self.source.as_ref().filter(|_| bytes <= self.span) else {
            return false;
        };
        // Half as much again, so that what is written piece by piece does not grow at each.
        let ample = bytes.max(self.len() + self.len() / 2);
        // Not both at once: the process may have a limit to what it maps.
        self.mapped = None;
        self.mapped = [ample, bytes].into_iter().find_map(|bytes| {
            let bytes = bytes.next_multiple_of(STEP).min(self.span);
            Mapping::new(source, self.start, bytes).ok()
        });
        self.mapped.is_some()
    }

    /// Bytes that the other side has written and handed over, if there can be so many.
    #[inline]
    pub(crate) fn bytes(&mut self, from: usize, to: usize) -> Option<&[u8]> {
        if from > to || !self.reserve(to.max(1)) {
            return None;
        }
        let mapped = self.mapped.as_ref()?;
        // SAFETY: in bounds, see above. Whoever has written them has handed them over, so they do
        // not change while `self` is borrowed.
        Some(unsafe { from_raw_parts(mapped.base.as_ptr().add(from), to - from) })
    }

    /// What is mapped from byte `from` on. For the side whose turn it is, and nothing of it has been
    /// handed over.
    #[inline]
    pub(crate) fn free(&mut self, from: usize) -> &mut [u8] {
        let Some(mapped) = self.mapped.as_mut().filter(|mapped| from <= mapped.len) else {
            return &mut [];
        };
        // SAFETY: in bounds, see above. Nobody else touches them before they are handed over, which
        // takes another borrow of `self`.
        unsafe { from_raw_parts_mut(mapped.base.as_ptr().add(from), mapped.len - from) }
    }

    /// Unmaps it here if more than `keep` bytes are mapped. Says whether it did.
    pub(crate) fn unmap(&mut self, keep: usize) -> bool {
        self.len() > keep && self.mapped.take().is_some()
    }

    /// Gives the memory of all but its first bytes back to the system. For the side whose turn it is;
    /// the other may still have it mapped, and finds zeros there.
    pub(crate) fn give_back(&mut self, keep: usize) {
        self.unmap(keep);
        if let Some(source) = self.source.as_ref() {
            let keep = keep.min(self.span);
            source.forget(self.start + keep, self.span - keep);
        }
    }
}

/// A piece of the arena, mapped.
#[derive(Debug)]
struct Mapping {
    base: NonNull<u8>,
    len: usize,
    /// What it is mapped from lives at least as long.
    _source: Arc<Source>,
}

// SAFETY: it may be used and unmapped on any thread; `Region` and `Words` see to who touches it.
unsafe impl Send for Mapping {}
// SAFETY: as above; through a shared reference only atomic words and bytes that do not change are
// reached.
unsafe impl Sync for Mapping {}

impl Mapping {
    fn new(source: &Arc<Source>, start: usize, len: usize) -> io::Result<Self> {
        let base = source.map(start, len)?;
        Ok(Self {
            base,
            len,
            _source: source.clone(),
        })
    }
}

#[cfg(target_os = "linux")]
impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: it was mapped so, and who borrowed from it has borrowed `self`.
        let _ = unsafe { nix::sys::mman::munmap(self.base.cast(), self.len) };
    }
}
