//! Using a pool, in every way that it can be used, and writing down what came of it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use processpool_pattern::{Handle, ProcessPool};
use workload::{Outcome, Stop, mechanism::Counts};

use super::Begun;
use super::job::{Answer, Task};
use super::ledger::Ledger;
use super::plan::{Client, How, MapEnd, PoolEnd, Treat};
use super::watch::Steps;

/// How often a handle is looked at.
const TICK: Duration = Duration::from_micros(500);

/// A submitted job that is waited for.
pub(super) struct Held {
    index: usize,
    treat: Treat,
    handle: Handle<Answer>,
}

/// What a client needs besides its plan.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) client: &'a Client,
    pub(super) begun: &'a Begun,
    pub(super) steps: &'a Steps,
    /// How the pool will end.
    pub(super) end: PoolEnd,
}

impl Desk<'_> {
    /// Has all jobs run, in the client's own way.
    pub(super) fn use_pool(self, pool: &ProcessPool, ledger: Ledger) -> Ledger {
        match &self.client.how {
            How::Map(end) => self.map(pool, *end, ledger),
            How::Unordered(end) => self.map_unordered(pool, *end, ledger),
            How::Submit { held, .. } => self.submit_all(pool, *held, ledger),
        }
    }

    /// Submits all jobs, and holds so many handles at most.
    fn submit_all(self, pool: &ProcessPool, most: usize, mut ledger: Ledger) -> Ledger {
        let mut held = VecDeque::new();
        for index in 0..self.client.specs.len() {
            match self.submit(pool, index, &mut ledger) {
                // It may be one that nothing else ends, and then it holds up the others.
                Some(one) if one.treat.cancels() => self.settle(one, false, &mut ledger),
                one => held.extend(one),
            }
            if held.len() > most
                && let Some(first) = held.pop_front()
            {
                self.settle(first, false, &mut ledger);
            }
        }
        self.settle_all(held, false, &mut ledger);
        ledger
    }

    fn map(self, pool: &ProcessPool, end: MapEnd, ledger: Ledger) -> Ledger {
        let ledger = RefCell::new(ledger);
        let mut map = pool.map(self.tasks(&ledger));
        let stop = map.stop();
        while self.goes_on(end, &stop, &ledger)
            && let Some(outcome) = map.next()
        {
            let may_be_cancelled = stop.is_draining();
            ledger.borrow_mut().next_outcome(&outcome, may_be_cancelled);
            self.steps.step();
        }
        let counts = map.counts().clone();
        drop(map);
        close(end, &stop, &counts, ledger.into_inner())
    }

    fn map_unordered(self, pool: &ProcessPool, end: MapEnd, ledger: Ledger) -> Ledger {
        let ledger = RefCell::new(ledger);
        let mut map = pool.map_unordered(self.tasks(&ledger));
        let stop = map.stop();
        while self.goes_on(end, &stop, &ledger)
            && let Some((index, outcome)) = map.next()
        {
            let may_be_cancelled = stop.is_draining();
            let mut ledger = ledger.borrow_mut();
            ledger.outcome(index, &outcome, may_be_cancelled);
            self.steps.step();
        }
        let counts = map.counts().clone();
        drop(map);
        close(end, &stop, &counts, ledger.into_inner())
    }

    /// The jobs, each written down as one that the pool has when it takes it.
    fn tasks(self, ledger: &RefCell<Ledger>) -> impl Iterator<Item = Task> {
        (0..self.client.specs.len()).map(move |index| {
            ledger.borrow_mut().asked(index);
            self.task(index)
        })
    }

    fn task(self, index: usize) -> Task {
        Task::new(self.client.specs[index], self.begun)
    }

    /// Stops the run when its time has come; whether to take another outcome.
    fn goes_on(self, end: MapEnd, stop: &Stop, ledger: &RefCell<Ledger>) -> bool {
        let outcomes = ledger.borrow().outcomes();
        match end {
            MapEnd::Drained(after) if outcomes == after => stop.drain(),
            MapEnd::Cancelled(after) if outcomes == after => stop.cancel(),
            MapEnd::Dropped(after) => return outcomes < after,
            _ => {}
        }
        true
    }

    /// Submits a job; gives its handle unless that is dropped.
    pub(super) fn submit(
        self,
        pool: &ProcessPool,
        index: usize,
        ledger: &mut Ledger,
    ) -> Option<Held> {
        let treat = match &self.client.how {
            How::Submit { treats, .. } => treats[index],
            How::Map(_) | How::Unordered(_) => Treat::Wait,
        };
        let handle = pool.submit(self.task(index));
        ledger.asked(index);
        self.steps.step();
        if matches!(treat, Treat::Cancel | Treat::CancelAndForget) {
            handle.cancel();
        }
        if matches!(treat, Treat::Forget | Treat::CancelAndForget) {
            let runs = treat == Treat::Forget && self.end == PoolEnd::Shutdown;
            ledger.forget(index, runs);
            return None;
        }
        Some(Held {
            index,
            treat,
            handle,
        })
    }

    /// Waits for all these jobs; the pool may have been dropped meanwhile.
    pub(super) fn settle_all(
        self,
        held: impl IntoIterator<Item = Held>,
        dropped: bool,
        ledger: &mut Ledger,
    ) {
        for one in held {
            self.settle(one, dropped, ledger);
        }
    }

    fn settle(self, held: Held, dropped: bool, ledger: &mut Ledger) {
        let Held {
            index,
            treat,
            handle,
        } = held;
        let mut may_be_cancelled = dropped || treat == Treat::Cancel;
        let outcome = match treat {
            Treat::WaitALittle => wait_a_little(handle),
            Treat::Look => {
                while !handle.is_ended() {
                    std::thread::sleep(TICK);
                }
                handle.wait()
            }
            Treat::CancelAfter(time) => {
                std::thread::sleep(time);
                // What has ended keeps its outcome.
                may_be_cancelled |= !handle.is_ended();
                handle.cancel();
                handle.wait()
            }
            _ => handle.wait(),
        };
        ledger.outcome(index, &outcome, may_be_cancelled);
        self.steps.step();
    }
}

fn wait_a_little(mut handle: Handle<Answer>) -> Outcome<Answer> {
    loop {
        match handle.wait_timeout(TICK) {
            Ok(outcome) => return outcome,
            Err(unended) => handle = unended,
        }
    }
}

/// Writes down how a map has ended, and whether its own count is right.
fn close(end: MapEnd, stop: &Stop, counts: &Counts, mut ledger: Ledger) -> Ledger {
    match end {
        MapEnd::Dropped(_) => ledger.forget_what_is_owed(),
        _ => ledger.map_ended(counts, stop),
    }
    ledger
}
