//! A parcel that a worker has: which of its jobs have ended, and what becomes of the others.

use std::time::Duration;

use workload::JobError;

use crate::board::{Board, Current};
use crate::items::{Items, Note};
use crate::output::Output;
use crate::parcel::Parcel;
use crate::wire::stride;

/// A parcel that a worker has.
pub(crate) struct Flight {
    pub(crate) chunk: u32,
    pub(crate) parcel: Parcel,
    /// Jobs whose outcomes have been delivered.
    pub(crate) delivered: usize,
    /// Bytes of the page that have been read.
    read: usize,
    pub(crate) busy: Duration,
    /// Whether jobs were taken back, of which the worker need not know yet.
    recalled: bool,
}

/// The worker wrote something that makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Nonsense;

impl Flight {
    /// A parcel that is being sent as this chunk.
    pub(crate) fn new(chunk: u32, parcel: Parcel) -> Self {
        Self {
            chunk,
            parcel,
            delivered: 0,
            read: 0,
            busy: Duration::ZERO,
            recalled: false,
        }
    }

    /// Whether all its outcomes have been delivered.
    pub(crate) fn is_complete(&self) -> bool {
        self.delivered == self.parcel.jobs
    }

    /// Whether its place on the board may be used again.
    pub(crate) fn is_over(&self, board: &Board) -> bool {
        self.is_complete() && (!self.recalled || board.is_passed_over(self.chunk))
    }

    /// Takes the jobs back that the worker has not begun, if there are any.
    pub(crate) fn recall(&mut self, board: &Board) -> Option<Parcel> {
        if self.recalled {
            return None;
        }
        let begun = board.recall(self.chunk, self.parcel.jobs)?;
        self.recalled = true;
        // One that has gone mad may have told how more ended than it has begun.
        let kept = begun.max(self.delivered);
        Some(self.parcel.split_off(kept, self.delivered))
    }

    /// Whether this is the job that comes after all that have ended.
    pub(crate) fn was_running(&self, current: Current) -> bool {
        self.chunk == current.chunk && self.delivered == current.job as usize
    }

    /// Whether this job, which runs, is not wanted any more.
    pub(crate) fn is_cancelling(&self, current: Current) -> bool {
        let after = (current.job as usize).checked_sub(self.delivered);
        after.is_some_and(|after| self.parcel.deliver.is_cancelling(after))
    }

    /// Delivers what is new on the board.
    pub(crate) fn harvest(
        &mut self,
        worker: u32,
        board: &mut Board,
        output: &mut Output,
    ) -> Result<(), Nonsense> {
        let committed = board.committed(self.chunk);
        if committed == self.read {
            return Ok(());
        }
        let page = board.read(self.chunk, self.read, committed);
        let mut items = Items(page.ok_or(Nonsense)?);
        self.read = committed;
        let stride = self.stride();
        let mut heed = |mark, name: &str| output.finish(mark, &whose(name, stride));
        self.delivered += self.parcel.deliver.outcomes(&mut items, &mut heed);
        let sense = items.0.is_empty();
        self.flush(worker, board);
        if sense { Ok(()) } else { Err(Nonsense) }
    }

    /// Delivers the outcome of the next job, which came by itself.
    pub(crate) fn deliver(&mut self, bytes: &[u8], output: &mut Output) -> Result<(), Nonsense> {
        if self.is_complete() {
            return Err(Nonsense);
        }
        let (note, outcome) = postcard::take_from_bytes::<Note>(bytes).map_err(|_| Nonsense)?;
        if note.mark > 0 {
            output.finish(note.mark, &self.whose());
        }
        self.parcel.deliver.outcome(note.span, outcome);
        self.delivered += 1;
        Ok(())
    }

    /// Whose output it is that a worker has noticed after the next job.
    pub(crate) fn whose(&self) -> String {
        whose(&self.parcel.deliver.name(), self.stride())
    }

    fn stride(&self) -> u32 {
        stride(u32::try_from(self.parcel.jobs).unwrap_or(u32::MAX))
    }

    /// Hands on what was delivered, and how long it took.
    pub(crate) fn flush(&mut self, worker: u32, board: &Board) {
        let busy = board.busy(self.chunk);
        let since = busy.saturating_sub(self.busy);
        self.busy = busy;
        self.parcel.deliver.flush(worker, since);
    }

    /// Reports or retries the job that the worker died of, and puts the others aside.
    pub(crate) fn settle(
        mut self,
        error: Option<JobError>,
        retries: u32,
        worker: u32,
        unfinished: &mut Vec<Parcel>,
    ) {
        let done = self.delivered;
        if self.is_complete() {
            return;
        }
        let mut rest = self.parcel.split_off(done, done);
        if let Some(error) = error {
            let others = rest.split_off(1, 0);
            rest.attempts += 1;
            if error.is_retryable() && rest.attempts <= retries {
                unfinished.push(rest);
            } else {
                rest.deliver.fail(error);
                rest.deliver.flush(worker, Duration::ZERO);
            }
            rest = others;
        }
        if rest.jobs > 0 {
            unfinished.push(rest);
        }
    }
}

/// Whose output it is that a worker has noticed after a job of this name: of that job, or of one of
/// the few before it if the jobs are too short to look after each.
fn whose(name: &str, stride: u32) -> String {
    match stride {
        1 => name.to_owned(),
        _ => format!("{name} or one of {} before it", stride - 1),
    }
}
