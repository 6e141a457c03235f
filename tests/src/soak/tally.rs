//! What was done and what came of it, in numbers for people.

use std::fmt;

use super::judge::Verdict;
use super::ledger::Fate;
use super::plan::Plan;
use super::round::Round;

/// The sums over all rounds.
#[derive(Debug, Default)]
pub(super) struct Tally {
    rounds: u64,
    jobs: u64,
    right: u64,
    failed: u64,
    cancelled: u64,
    hit: u64,
    unheard: u64,
    kills: u64,
    stops: u64,
    cancels: u64,
    workers: usize,
    unstarted: u64,
}

impl Tally {
    /// Adds a round.
    pub(super) fn add(&mut self, plan: &Plan, round: &Round) {
        self.rounds += 1;
        for entry in &round.entries {
            let counter = match &entry.fate {
                Fate::Unasked => continue,
                Fate::Ended(Verdict::Right) => &mut self.right,
                Fate::Ended(Verdict::Failed) => &mut self.failed,
                Fate::Ended(Verdict::Cancelled) => &mut self.cancelled,
                Fate::Ended(Verdict::Hit(_)) => &mut self.hit,
                Fate::Unheard | Fate::UnheardButRun => &mut self.unheard,
                // It is told of by itself.
                Fate::Ended(Verdict::Wrong(_)) | Fate::Owed => &mut 0,
            };
            *counter += 1;
            self.jobs += 1;
        }
        self.kills += round.kills;
        self.stops += round.stops;
        self.cancels += plan.cancels();
        self.workers += round.workers.len();
        self.unstarted += round.unstarted;
    }

    /// The sums so far, on one short line.
    pub(super) fn brief(&self) -> String {
        let Self {
            rounds,
            jobs,
            kills,
            stops,
            ..
        } = self;
        format!("{rounds} rounds, {jobs} jobs, {kills} SIGKILL, {stops} SIGSTOP")
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "jobs     {}: {} right, {} failed as they should, {} cancelled, {} lost to a signal, \
             {} that nobody waited for",
            self.jobs, self.right, self.failed, self.cancelled, self.hit, self.unheard
        )?;
        writeln!(
            f,
            "thrown   {} SIGKILL, {} SIGSTOP, {} cancels",
            self.kills, self.stops, self.cancels
        )?;
        write!(
            f,
            "workers  {} processes in {} pools; {} more pools were killed before they were ready",
            self.workers, self.rounds, self.unstarted
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::job::{Deed, Spec};
    use super::super::ledger::Entry;
    use super::*;

    #[test]
    fn every_job_that_a_pool_got_is_counted_once() {
        let fates = [
            Fate::Unasked,
            Fate::Owed,
            Fate::Ended(Verdict::Right),
            Fate::Ended(Verdict::Right),
            Fate::Ended(Verdict::Failed),
            Fate::Unheard,
        ];
        let spec = Spec {
            id: 0,
            deed: Deed::Nothing,
            is_noted: false,
        };
        let round = Round {
            entries: fates.map(|fate| Entry { spec, fate }).into(),
            kills: 3,
            ..Round::default()
        };
        let mut tally = Tally::default();
        tally.add(&Plan::new(1, None), &round);
        assert_eq!(tally.brief(), "1 rounds, 5 jobs, 3 SIGKILL, 0 SIGSTOP");
        let told = tally.to_string();
        assert!(told.starts_with("jobs     5: 2 right, 1 failed as they should, 0"));
    }
}
