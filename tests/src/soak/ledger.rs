//! The book of one client of the pool: which of its jobs had which outcome, and how often.

use std::time::Duration;

use workload::mechanism::Counts;
use workload::{Outcome, Stop};

use super::job::{Answer, Spec};
use super::judge::{Verdict, judge};

/// What one client knows of its jobs.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Who keeps it.
    who: String,
    limit: Option<Duration>,
    entries: Vec<Entry>,
    /// How many outcomes came.
    outcomes: usize,
    broken: Vec<String>,
}

/// What is known of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// What it was told to do.
    pub(super) spec: Spec,
    /// How it ended.
    pub(super) fate: Fate,
}

/// How a job ended, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nobody has given it to the pool yet.
    Unasked,
    /// The pool has it, and owes its outcome.
    Owed,
    /// Nobody listens for its outcome; it may run or not.
    Unheard,
    /// Nobody listens for its outcome, and it runs all the same.
    UnheardButRun,
    /// It had an outcome.
    Ended(Verdict),
}

impl Ledger {
    /// A book of these jobs, which have this time limit.
    pub(super) fn new(who: String, specs: &[Spec], limit: Option<Duration>) -> Self {
        let entry = |spec: &Spec| Entry {
            spec: *spec,
            fate: Fate::Unasked,
        };
        Self {
            who,
            limit,
            entries: specs.iter().map(entry).collect(),
            outcomes: 0,
            broken: Vec::new(),
        }
    }

    /// Notes that the pool has a job.
    pub(super) fn asked(&mut self, index: usize) {
        self.entries[index].fate = Fate::Owed;
    }

    /// Notes that nobody listens for a job's outcome any more.
    pub(super) fn forget(&mut self, index: usize, must_run: bool) {
        self.entries[index].fate = match must_run {
            true => Fate::UnheardButRun,
            false => Fate::Unheard,
        };
    }

    /// Notes an outcome.
    pub(super) fn outcome(
        &mut self,
        index: usize,
        outcome: &Outcome<Answer>,
        may_be_cancelled: bool,
    ) {
        self.outcomes += 1;
        let Some(entry) = self.entries.get_mut(index) else {
            let line = format!(
                "{}: an outcome of job {index}, which there is not",
                self.who
            );
            return self.broken.push(line);
        };
        let spec = entry.spec;
        match &entry.fate {
            Fate::Owed => {
                let verdict = judge(spec, outcome, self.limit, may_be_cancelled);
                if let Verdict::Wrong(what) = &verdict {
                    self.broken.push(format!("{}: {what}", self.name(index)));
                }
                self.entries[index].fate = Fate::Ended(verdict);
            }
            Fate::Ended(_) => self.report(index, "ended twice"),
            Fate::Unasked | Fate::Unheard | Fate::UnheardButRun => {
                self.report(index, "ended, but nobody had asked for it");
            }
        }
    }

    /// Notes an outcome that must be the next in input order.
    pub(super) fn next_outcome(&mut self, outcome: &Outcome<Answer>, may_be_cancelled: bool) {
        self.outcome(self.outcomes, outcome, may_be_cancelled);
    }

    /// How many outcomes came.
    pub(super) fn outcomes(&self) -> usize {
        self.outcomes
    }

    /// Notes that nobody listens any more for whatever has not ended.
    pub(super) fn forget_what_is_owed(&mut self) {
        let owed = |entry: &&mut Entry| entry.fate == Fate::Owed;
        for entry in self.entries.iter_mut().filter(owed) {
            entry.fate = Fate::Unheard;
        }
    }

    /// Notes that a map of these jobs has ended, and what it says of itself. Unless it was stopped,
    /// it should have run all jobs.
    pub(super) fn map_ended(&mut self, counts: &Counts, stop: &Stop) {
        let (all, who) = (self.entries.len(), &self.who);
        if counts.jobs < all && !stop.is_draining() {
            let jobs = counts.jobs;
            let line = format!("{who}: the map ended after {jobs} of {all} jobs");
            self.broken.push(line);
        }
        let counted = counts.succeeded + counts.failures();
        if counted != self.outcomes || counts.jobs != self.outcomes {
            let (jobs, outcomes) = (counts.jobs, self.outcomes);
            self.broken.push(format!(
                "{who}: {outcomes} outcomes came, and the map counts {counted} of {jobs} jobs"
            ));
        }
    }

    /// Notes something else that must not be.
    pub(super) fn report(&mut self, index: usize, what: &str) {
        self.broken.push(format!("{}: {what}", self.name(index)));
    }

    /// Closes the book: whatever is still owed now will never come. Gives all entries, and a line
    /// for each broken promise.
    pub(super) fn close(mut self) -> (Vec<Entry>, Vec<String>) {
        let owed = |entry: &Entry| entry.fate == Fate::Owed;
        let missing: Vec<_> = (0..self.entries.len())
            .filter(|index| owed(&self.entries[*index]))
            .collect();
        for index in missing {
            self.report(index, "had no outcome");
        }
        (self.entries, self.broken)
    }

    fn name(&self, index: usize) -> String {
        let Entry { spec, .. } = &self.entries[index];
        format!(
            "{}: job {index} ({:?}, id {:x})",
            self.who, spec.deed, spec.id
        )
    }
}

#[cfg(test)]
mod tests {
    use workload::JobError;

    use super::super::job::Deed;
    use super::*;

    fn specs(jobs: u64) -> Vec<Spec> {
        let spec = |id| Spec {
            id,
            deed: Deed::Nothing,
            is_noted: true,
        };
        (0..jobs).map(spec).collect()
    }

    /// A book of three jobs that the pool has.
    fn ledger() -> Ledger {
        let mut ledger = Ledger::new("client 0".to_owned(), &specs(3), None);
        (0..3).for_each(|index| ledger.asked(index));
        ledger
    }

    #[expect(clippy::unnecessary_wraps, reason = "an outcome is a result")]
    fn right(id: u64) -> Outcome<Answer> {
        Ok(Answer::to(specs(id + 1)[usize::try_from(id).unwrap()]))
    }

    fn broken(ledger: Ledger) -> Vec<String> {
        ledger.close().1
    }

    #[test]
    fn each_job_once_in_any_order_is_right() {
        let mut ledger = ledger();
        for index in [2, 0, 1] {
            ledger.outcome(index, &right(index as u64), false);
        }
        let (entries, broken) = ledger.close();
        assert_eq!(broken, Vec::<String>::new());
        let ended = Fate::Ended(Verdict::Right);
        assert!(entries.into_iter().all(|entry| entry.fate == ended));
    }

    #[test]
    fn a_lost_job_is_found() {
        let mut ledger = ledger();
        ledger.next_outcome(&right(0), false);
        ledger.next_outcome(&right(1), false);
        let lines = broken(ledger);
        assert_eq!(lines, ["client 0: job 2 (Nothing, id 2): had no outcome"]);
    }

    #[test]
    fn a_second_outcome_is_found() {
        let mut ledger = ledger();
        for index in [0, 1, 2, 1] {
            ledger.outcome(index, &right(index as u64), false);
        }
        assert_eq!(
            broken(ledger),
            ["client 0: job 1 (Nothing, id 1): ended twice"]
        );
    }

    #[test]
    fn two_outcomes_in_each_others_place_are_found() {
        let mut ledger = ledger();
        for id in [1, 0, 2] {
            ledger.next_outcome(&right(id), false);
        }
        assert_eq!(broken(ledger).len(), 2);
    }

    #[test]
    fn an_outcome_too_many_is_found() {
        let mut ledger = ledger();
        for id in [0, 1, 2, 2] {
            ledger.next_outcome(&right(id), false);
        }
        assert!(broken(ledger)[0].contains("which there is not"));
    }

    #[test]
    fn a_cancelled_job_is_a_broken_promise_unless_somebody_cancelled_it() {
        for may_be_cancelled in [false, true] {
            let mut ledger = ledger();
            ledger.next_outcome(&right(0), false);
            ledger.next_outcome(&Err(JobError::Cancelled), may_be_cancelled);
            ledger.next_outcome(&right(2), false);
            assert_eq!(broken(ledger).is_empty(), may_be_cancelled);
        }
    }

    #[test]
    fn a_map_that_ends_early_must_have_been_stopped() {
        let (stop, mut counts) = (Stop::default(), Counts::default());
        (counts.jobs, counts.succeeded) = (2, 2);
        let mut ledger = ledger();
        ledger.next_outcome(&right(0), false);
        ledger.next_outcome(&right(1), false);
        ledger.map_ended(&counts, &stop);
        assert_eq!(ledger.broken, ["client 0: the map ended after 2 of 3 jobs"]);
        stop.drain();
        ledger.map_ended(&counts, &stop);
        assert_eq!(ledger.broken.len(), 1);
    }

    #[test]
    fn a_map_must_count_right() {
        let (stop, mut counts) = (Stop::default(), Counts::default());
        (counts.jobs, counts.succeeded) = (3, 2);
        let mut ledger = ledger();
        (0..3).for_each(|id| ledger.next_outcome(&right(id), false));
        ledger.map_ended(&counts, &stop);
        assert_eq!(ledger.broken.len(), 1);
        counts.failed.insert("crashed", 1);
        ledger.map_ended(&counts, &stop);
        assert_eq!(ledger.broken.len(), 1);
    }

    #[test]
    fn what_nobody_listens_for_is_not_owed() {
        let mut dropped = ledger();
        dropped.next_outcome(&right(0), false);
        dropped.forget_what_is_owed();
        assert_eq!(broken(dropped), Vec::<String>::new());
    }
}
