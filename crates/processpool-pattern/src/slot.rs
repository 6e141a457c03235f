//! A worker process as its pool knows it: what it was sent, what came of it, and who is to blame
//! when it dies.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ipc_channel::ipc::{IpcReceiver, IpcSender, IpcSharedMemory};
use workload::{JobError, Tally};

use crate::arena::Region;
use crate::board::{Board, Current, DIVISIBLE, LANES};
use crate::flight::{Flight, Nonsense};
use crate::output::Output;
use crate::parcel::Parcel;
use crate::process::Process;
use crate::start::Started;
use crate::watch::Watch;
use crate::wire::{Order, Word};

/// So much work a worker should have before it: with shorter chunks it gets the next ones before it
/// has finished the one it has, so that it never waits for its pool. With longer ones nothing would
/// be gained, and a job could wait for this worker while another is idle.
const AHEAD: Duration = Duration::from_millis(2);

/// More submitted jobs travel together as long as they take no longer than this.
const BUNDLE: Duration = Duration::from_micros(50);
/// But never more than these, so that the ones behind a slow one can be taken back.
const MOST: usize = DIVISIBLE as usize;

/// A living worker process.
pub(crate) struct Slot {
    worker: u32,
    pub(crate) process: Process,
    pub(crate) board: Board,
    pub(crate) output: Output,
    /// Where its orders go. Never more at once than its socket holds, so that sending does not wait.
    orders: IpcSender<Order>,
    /// Where its words come from, one reader at a time. Nobody waits for it who holds the slot.
    pub(crate) words: Arc<Mutex<IpcReceiver<Word>>>,
    pub(crate) flights: VecDeque<Flight>,
    /// The number of the next chunk.
    pub(crate) next: u32,
    /// How many jobs it was sent.
    sent: usize,
    /// The chunk that was sent past its keeper, which does not know of it.
    pub(crate) direct: Option<u32>,
    /// Whether a word is to come from it: each chunk's last.
    pub(crate) awaited: bool,
    pub(crate) watch: Watch,
    /// How long the last chunk took, once there was one.
    last: Option<Duration>,
    /// How many submitted jobs should travel together.
    pub(crate) bundle: usize,
    /// Whether it ever finished a job.
    proven: bool,
    /// Why it is being killed, and for which job.
    pub(crate) sentence: Option<(Current, JobError)>,
}

/// What is left of a dead worker.
pub(crate) struct Estate {
    /// What it had not finished, to be run again.
    pub(crate) unfinished: Vec<Parcel>,
    /// Whether it had ever done anything for anybody: finished a job, or died of one.
    pub(crate) fruitful: bool,
    /// What it had printed last, if no job did.
    pub(crate) last_words: String,
}

impl Slot {
    pub(crate) fn new(worker: usize, started: Started) -> Self {
        Self {
            worker: u32::try_from(worker).unwrap_or(u32::MAX),
            process: started.process,
            board: started.board,
            output: started.output,
            orders: started.orders,
            words: Arc::new(Mutex::new(started.words)),
            flights: VecDeque::with_capacity(LANES),
            next: 0,
            sent: 0,
            direct: None,
            awaited: false,
            watch: Watch::default(),
            last: None,
            bundle: 1,
            proven: false,
            sentence: None,
        }
    }

    /// How many more jobs it may be sent, of this many in its life.
    pub(crate) fn left(&self, most: Option<NonZeroUsize>) -> usize {
        most.map_or(usize::MAX, |most| most.get().saturating_sub(self.sent))
    }

    /// Whether it has nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.flights.is_empty()
    }

    /// Whether it has nothing to do and nothing to say.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.is_idle() && !self.awaited
    }

    /// Whether it should get another parcel while it works on one.
    pub(crate) fn wants_more(&self) -> bool {
        let chunks = u32::try_from(self.flights.len()).unwrap_or(u32::MAX);
        self.flights.len() < LANES
            && self
                .last
                .is_some_and(|last| last.saturating_mul(chunks) < AHEAD)
    }

    /// Sends a parcel that needs nothing out of the ordinary, and gives the chunk's number; or else
    /// gives the parcel back.
    pub(crate) fn take_off_directly(&mut self, mut parcel: Parcel) -> Result<u32, Parcel> {
        let chunk = self.next;
        let packed = parcel.deliver.pack(self.page(), 0);
        if packed.is_stuck {
            return Err(parcel);
        }
        self.send(parcel, packed.end, None);
        self.direct = Some(chunk);
        Ok(chunk)
    }

    /// Sends a parcel, as much of it as may travel at once, and gives the rest back. Jobs that cannot
    /// be encoded end here.
    pub(crate) fn take_off(&mut self, mut parcel: Parcel) -> Option<Parcel> {
        loop {
            let packed = parcel.deliver.pack(self.page(), 0);
            let (jobs, memory) = match packed.jobs {
                0 => match parcel.deliver.pack_alone() {
                    Ok(bytes) => (1, Some(IpcSharedMemory::from_bytes(&bytes))),
                    Err(error) => {
                        parcel.deliver.fail(error);
                        parcel.deliver.flush(self.worker, Duration::ZERO);
                        if parcel.jobs == 1 {
                            return None;
                        }
                        parcel = parcel.split_off(1, 1);
                        continue;
                    }
                },
                jobs => (jobs, None),
            };
            let rest = (jobs < parcel.jobs).then(|| parcel.split_off(jobs, 0));
            self.send(parcel, packed.end, memory);
            return rest;
        }
    }

    /// The page for the jobs of the next chunk.
    fn page(&mut self) -> &mut Region {
        self.board.wipe(self.next);
        self.board.jobs(self.next)
    }

    /// Sends a parcel that was packed. If that fails, the worker is dead, or killed for it: the next word
    /// from it will be its last.
    fn send(&mut self, parcel: Parcel, bytes: usize, memory: Option<IpcSharedMemory>) {
        let (chunk, jobs) = (self.next, parcel.jobs);
        let order = Order::Run {
            chunk,
            name: parcel.name.to_owned(),
            jobs: u32::try_from(jobs).unwrap_or(u32::MAX),
            bytes,
            memory,
        };
        self.next = chunk.wrapping_add(1);
        self.sent += jobs;
        self.flights.push_back(Flight::new(chunk, parcel));
        self.awaited = true;
        if self.orders.send(order).is_err() {
            self.kill();
        }
    }

    /// Delivers what is new on the board.
    pub(crate) fn harvest(&mut self) -> Result<(), Nonsense> {
        for flight in &mut self.flights {
            let harvested = flight.harvest(self.worker, &mut self.board, &mut self.output);
            self.proven |= flight.delivered > 0;
            harvested?;
        }
        // In order: a worker ends a chunk before it begins the next.
        let board = &self.board;
        while self
            .flights
            .front()
            .is_some_and(|flight| flight.is_over(board))
            && let Some(flight) = self.flights.pop_front()
        {
            self.last = Some(flight.busy);
            let fit = flight.busy < BUNDLE;
            self.bundle = if fit { (2 * self.bundle).min(MOST) } else { 1 };
        }
        Ok(())
    }

    /// Takes in what the worker says.
    pub(crate) fn hear(&mut self, word: Word) -> Result<(), Nonsense> {
        match word {
            Word::Bell => self.harvest()?,
            Word::Outcome { chunk, memory } => self.receive(chunk, &memory)?,
            Word::Ready { .. } | Word::Unfit { .. } => return Err(Nonsense),
        }
        self.awaited = !self.is_idle();
        self.direct = self.direct.filter(|_| self.awaited);
        Ok(())
    }

    /// Delivers an outcome that did not fit on the board.
    fn receive(&mut self, chunk: u32, bytes: &[u8]) -> Result<(), Nonsense> {
        self.harvest()?;
        let flight = self.flights.iter_mut().find(|flight| flight.chunk == chunk);
        let flight = flight.ok_or(Nonsense)?;
        flight.deliver(bytes, &mut self.output)?;
        flight.flush(self.worker, &self.board);
        self.harvest()
    }

    /// Kills the process.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Waits for the process to end; kills it first unless it is leaving by itself. Blames the job
    /// that it died of, and gives back what was not finished.
    ///
    /// If the pool was `abandoned`, it was the pool that killed the process.
    pub(crate) fn bury(mut self, retries: u32, abandoned: bool) -> Estate {
        self.kill();
        let death = self.process.wait();
        // What it had written before it died is still there; after nonsense, the rest is run again.
        let _ = self.harvest();
        let current = self.board.current().map(|(current, _)| current);
        let sentence = self.sentence.take();
        let mut estate = Estate {
            unfinished: Vec::new(),
            fruitful: self.proven,
            last_words: String::new(),
        };
        for flight in self.flights.drain(..) {
            let blamed = current.filter(|current| flight.was_running(*current));
            let error = blamed.and_then(|current| {
                estate.fruitful = true;
                let last_words = self.output.rest(&flight.whose());
                match &sentence {
                    Some((condemned, reason)) if *condemned == current => Some(reason.clone()),
                    // It was killed for a job that it had just finished: this one is innocent.
                    Some(_) => None,
                    None if abandoned => Some(JobError::Cancelled),
                    None => Some(JobError::Crashed { death, last_words }),
                }
            });
            flight.settle(error, retries, self.worker, &mut estate.unfinished);
        }
        estate.last_words = self.output.rest("worker process");
        estate
    }

    /// Waits for the process to leave by itself, and kills it if it does not. Notes what it says that
    /// it has used up; one that is killed says nothing.
    pub(crate) fn see_off(self, patience: Duration, tally: &Tally) {
        let Self {
            worker,
            mut process,
            board,
            mut output,
            orders,
            ..
        } = self;
        drop(orders); // Which tells it to leave.
        process.see_off(patience);
        if let Some(spent) = board.spent() {
            tally.add(worker, spent);
        }
        output.rest("worker process");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
