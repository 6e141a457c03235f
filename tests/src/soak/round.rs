//! One round: a pool, all who use it at once, the signals that are thrown at it, and its end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use processpool_pattern::{ProcessPool, StartError};
use workload::{Death, panic_message};

use super::Begun;
use super::client::Desk;
use super::ledger::{Entry, Ledger};
use super::plan::{Client, Plan, PoolEnd};
use super::reckon::Sums;
use super::tormentor::{Thrown, Tormentor};
use super::victim::children;
use super::watch::Steps;

/// What came of a round.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// All jobs.
    pub(super) entries: Vec<Entry>,
    /// The processes that began them.
    pub(super) workers: Vec<u32>,
    /// How many SIGKILLs were thrown.
    pub(super) kills: u64,
    /// How many SIGSTOPs were thrown.
    pub(super) stops: u64,
    /// How many pools could not start because a worker was killed before it was ready.
    pub(super) unstarted: u64,
    /// A line for each broken promise.
    pub(super) broken: Vec<String>,
}

/// What a round needs.
struct Stage<'a> {
    plan: &'a Plan,
    begun: &'a Begun,
    steps: &'a Steps,
}

/// Runs a round.
///
/// # Errors
///
/// What the jobs noted cannot be read.
pub(super) fn run(plan: &Plan, begun: &Begun, steps: &Steps) -> anyhow::Result<Round> {
    let stage = Stage { plan, begun, steps };
    let mut round = Round::default();
    let thrown = Thrown::default();
    let may_throw = AtomicBool::new(plan.pace.from_birth);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let has_limit = plan.options.timeout.is_some();
        let tormentor = Tormentor::new(plan.seed, plan.pace, has_limit, &thrown);
        scope.spawn(|| tormentor.run(&may_throw, &is_over));
        steps.doing("pool", "starts");
        if let Some(pool) = stage.start(&thrown, &mut round) {
            may_throw.store(true, Ordering::SeqCst);
            steps.doing("pool", "runs");
            stage.use_pool(&pool, &mut round);
            if plan.freezes {
                // What is stopped now, nobody else shall end.
                may_throw.store(false, Ordering::SeqCst);
                thrown.stop_all();
            }
            stage.end_pool(pool, &mut round);
        }
        is_over.store(true, Ordering::SeqCst);
    });
    steps.all_gone();
    (round.kills, round.stops) = (thrown.kills(), thrown.stops());
    stage.reckon(&mut round)?;
    Ok(round)
}

impl Stage<'_> {
    /// Starts the pool. A kill may hit a worker that is not ready; then it says so, and is started
    /// again.
    fn start(&self, thrown: &Thrown, round: &mut Round) -> Option<ProcessPool> {
        const KILLED: Death = Death::Signal(9);
        loop {
            match ProcessPool::new(self.plan.options.clone()) {
                Ok(pool) => return Some(pool),
                Err(StartError::Ended { death: KILLED }) if round.unstarted < thrown.newborns() => {
                    round.unstarted += 1;
                }
                Err(error) => {
                    round
                        .broken
                        .push(format!("the pool does not start: {error}"));
                    return None;
                }
            }
        }
    }

    /// Has all clients but the last use the pool, at once.
    fn use_pool(&self, pool: &ProcessPool, round: &mut Round) {
        thread::scope(|scope| {
            let spawn = |(number, client)| {
                let (desk, ledger) = self.desk(number, client);
                scope.spawn(move || desk.use_pool(pool, ledger))
            };
            let clients = self.plan.clients.iter().enumerate().map(spawn);
            for client in clients.collect::<Vec<_>>() {
                round.close(client.join());
            }
        });
    }

    /// Ends the pool while the last client waits for its jobs.
    fn end_pool(&self, pool: ProcessPool, round: &mut Round) {
        let last = &self.plan.last;
        let (desk, mut ledger) = self.desk(self.plan.clients.len(), last);
        let jobs = 0..last.specs.len();
        let held: Vec<_> = jobs
            .filter_map(|index| desk.submit(&pool, index, &mut ledger))
            .collect();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let is_dropped = self.plan.end == PoolEnd::Dropped;
                desk.settle_all(held, is_dropped, &mut ledger);
                ledger
            });
            thread::sleep(self.plan.respite);
            self.steps
                .doing("pool", format!("ends: {:?}", self.plan.end));
            match self.plan.end {
                PoolEnd::Shutdown => pool.shutdown(),
                PoolEnd::Dropped => drop(pool),
            }
            let left = children();
            if !left.is_empty() {
                let line = format!("workers {left:?} are there when the pool is gone");
                round.broken.push(line);
            }
            self.steps.doing("pool", "is gone");
            round.close(waiting.join());
        });
    }

    fn desk<'a>(&'a self, number: usize, client: &'a Client) -> (Desk<'a>, Ledger) {
        let name = client.name(number);
        self.steps.doing(&name, "at work");
        let ledger = Ledger::new(name, &client.specs, self.plan.options.timeout);
        let desk = Desk {
            client,
            begun: self.begun,
            steps: self.steps,
            end: self.plan.end,
        };
        (desk, ledger)
    }

    fn reckon(&self, round: &mut Round) -> anyhow::Result<()> {
        let begun = self.begun.take()?;
        let options = &self.plan.options;
        let sums = Sums {
            options,
            entries: &round.entries,
            begun: &begun,
            kills: round.kills,
            stops: round.stops,
            cancels: self.plan.cancels(),
        };
        round.broken.extend(sums.broken());
        round.workers = begun.into_iter().map(|(_, pid)| pid).collect();
        round.workers.sort_unstable();
        round.workers.dedup();
        Ok(())
    }
}

impl Round {
    /// Takes in the book of a client that has ended.
    fn close(&mut self, ledger: thread::Result<Ledger>) {
        match ledger {
            Ok(ledger) => {
                let (entries, broken) = ledger.close();
                self.entries.extend(entries);
                self.broken.extend(broken);
            }
            Err(panic) => {
                let message = panic_message(&*panic);
                self.broken.push(format!("a client panicked: {message}"));
            }
        }
    }
}
