//! What the monitor asks of a worker from time to time: whether its jobs are still wanted, have
//! run out of time, or should be run elsewhere, and whether it is still there.

use std::time::Duration;

use workload::JobError;

use crate::board::Current;
use crate::flight::Flight;
use crate::parcel::Parcel;
use crate::slot::Slot;

/// A worker that should begin a chunk does so within microseconds. One that has not after this long
/// does not run: it was stopped, or the machine is far too busy.
const SILENCE: Duration = Duration::from_secs(1);

/// A worker that has had nothing to do for this long does not keep memory for large payloads.
const REST: Duration = Duration::from_secs(1);

/// What was seen at the last look.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The job that ran.
    current: Option<Current>,
    /// Since when it runs nothing although it should.
    silent_since: Option<u64>,
    /// The number of the next chunk, and since when that is so.
    next: (u32, u64),
}

impl Slot {
    /// Looks after the worker at this time of [`workload::span::now`]. Takes back the jobs that
    /// another worker should run, or that nobody should; those that are wanted no more end as
    /// cancelled in the queue.
    pub(crate) fn watch(&mut self, timeout: Option<Duration>, now: u64) -> Vec<Parcel> {
        // Outcomes that were not announced because the job behind them takes long. And the end of
        // a process is not always the end of its channel: one that a job has forked may hold that
        // open.
        if self.harvest().is_err() || self.process.has_ended() {
            self.kill();
            return Vec::new();
        }
        self.pass_on_stops();
        match self.board.current() {
            Some((current, started)) => {
                self.watch.silent_since = None;
                let ran = Duration::from_nanos(now.saturating_sub(started));
                self.judge(current, ran, timeout);
                let is_slow = self.watch.current == Some(current);
                self.watch.current = Some(current);
                self.recall(is_slow)
            }
            None => {
                self.watch.current = None;
                let since = self.watch.silent_since.filter(|_| self.awaited);
                let since = since.unwrap_or(now);
                self.watch.silent_since = Some(since);
                let silent = Duration::from_nanos(now.saturating_sub(since));
                if timeout.is_some_and(|timeout| silent > timeout.max(SILENCE)) {
                    // Nobody is to blame: it has not begun anything.
                    self.kill();
                }
                self.recall(silent > SILENCE)
            }
        }
    }

    /// Gives back what was for large payloads, if there is any and nothing has come for a while. Whether
    /// the worker need not be looked after before something comes.
    pub(crate) fn tidy(&mut self, now: u64) -> bool {
        let (next, since) = self.watch.next;
        if next != self.next || !self.is_at_rest() {
            self.watch.next = (self.next, now);
        } else if self.board.is_large() && Duration::from_nanos(now.saturating_sub(since)) > REST {
            self.board.give_back();
        }
        self.is_at_rest() && !self.board.is_large()
    }

    fn pass_on_stops(&self) {
        for flight in &self.flights {
            if flight.parcel.is_stopped() {
                self.board.stop(flight.chunk);
            }
        }
    }

    /// Copies what the job that runs has printed so far, and kills the process if the job was
    /// cancelled or has run out of time.
    fn judge(&mut self, current: Current, ran: Duration, timeout: Option<Duration>) {
        let flights = &self.flights;
        let flight = flights.iter().find(|flight| flight.chunk == current.chunk);
        let cancelled = flight.is_some_and(|flight| flight.is_cancelling(current));
        if let Some(flight) = flight.filter(|flight| flight.was_running(current)) {
            let (end, whose) = (self.output.len(), flight.whose());
            // If the job still runs, then all of it is that job's.
            let still = self.board.current().map(|(current, _)| current);
            if still == Some(current) {
                self.output.peek(end, &whose);
            }
        }
        let overdue = timeout.filter(|&timeout| ran > timeout);
        if cancelled {
            self.condemn(current, JobError::Cancelled);
        } else if let Some(after) = overdue {
            self.condemn(current, JobError::TimedOut { after });
        }
    }

    fn condemn(&mut self, current: Current, reason: JobError) {
        self.sentence.get_or_insert((current, reason));
        self.kill();
    }

    /// Takes back what the worker has not begun: all of it, or else of the chunks of which nobody wants
    /// a part any more.
    fn recall(&mut self, all: bool) -> Vec<Parcel> {
        let board = &self.board;
        let unwanted = |flight: &&mut Flight| all || flight.parcel.deliver.is_partly_draining();
        let flights = self.flights.iter_mut().filter(unwanted);
        flights.filter_map(|flight| flight.recall(board)).collect()
    }
}
