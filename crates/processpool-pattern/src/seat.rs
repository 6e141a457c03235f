//! Who sees to a worker: its keeper, or nobody while it is idle, or the threads that submit a job to
//! it and wait for that. These take it and give it back only while they hold its slot, so that the
//! seat never says of a job that is under way that there is none.

use std::sync::atomic::{AtomicU8, Ordering};

/// Its keeper does, as ever.
const KEPT: u8 = 0;
/// It is idle, and its keeper waits for a parcel.
const RESTING: u8 = 1;
/// It was sent a job past its keeper, which waits on.
const DIRECT: u8 = 2;
/// The same, and its keeper is wanted.
const WANTED: u8 = 3;

/// Who sees to a worker.
#[derive(Debug, Default)]
pub(crate) struct Seat(AtomicU8);

impl Seat {
    /// Leaves an idle worker to whoever has a job. For its keeper.
    pub(crate) fn rest(&self) {
        self.turn(KEPT, RESTING);
    }

    /// Whether the keeper has left it.
    pub(crate) fn is_left(&self) -> bool {
        self.0.load(Ordering::SeqCst) != KEPT
    }

    /// Takes the worker back, and says whether it was sent a job meanwhile. For its keeper.
    pub(crate) fn keep(&self) -> bool {
        self.0.swap(KEPT, Ordering::SeqCst) != RESTING
    }

    /// Whether the worker could be taken.
    pub(crate) fn is_resting(&self) -> bool {
        self.0.load(Ordering::Relaxed) == RESTING
    }

    /// Takes an idle worker, to send it a job directly.
    pub(crate) fn take(&self) -> bool {
        self.turn(RESTING, DIRECT)
    }

    /// Gives it back: it is idle again. Not if its keeper is wanted or there already.
    pub(crate) fn give_back(&self) {
        self.turn(DIRECT, RESTING);
    }

    /// Calls for the keeper, and says whether that is news.
    pub(crate) fn want(&self) -> bool {
        self.0.load(Ordering::Relaxed) == DIRECT && self.turn(DIRECT, WANTED)
    }

    /// Whether the keeper is wanted.
    pub(crate) fn is_wanted(&self) -> bool {
        self.0.load(Ordering::SeqCst) == WANTED
    }

    /// Whether a job was sent directly and the keeper was not called for.
    pub(crate) fn is_direct(&self) -> bool {
        self.0.load(Ordering::Relaxed) == DIRECT
    }

    fn turn(&self, from: u8, to: u8) -> bool {
        let (done, failed) = (Ordering::SeqCst, Ordering::Relaxed);
        self.0.compare_exchange(from, to, done, failed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_resting_worker_is_taken_and_only_once() {
        let seat = Seat::default();
        assert!(!seat.take(), "its keeper has it");
        seat.rest();
        assert!(seat.take() && !seat.take());
        seat.give_back();
        assert!(seat.take());
    }

    #[test]
    fn who_is_wanted_hears_of_it_once_and_finds_the_job() {
        let seat = Seat::default();
        seat.rest();
        assert!(!seat.want(), "nothing was sent");
        assert!(!seat.keep());
        seat.rest();
        assert!(seat.take() && seat.want() && !seat.want() && seat.is_wanted());
        seat.give_back();
        assert!(seat.is_wanted(), "a worker is not left alone by the way");
        assert!(seat.keep() && !seat.is_wanted());
    }
}
