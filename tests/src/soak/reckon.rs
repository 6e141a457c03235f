//! Whether the numbers of a round add up: no more innocent jobs are lost than signals were thrown,
//! and no job was begun more often than it may be.

use std::collections::BTreeMap;

use workload::Options;

use super::begun::Beginning;
use super::job::{Deed, Spec};
use super::judge::{Hit, Verdict};
use super::ledger::{Entry, Fate};

/// Of so many lost jobs one hears the names.
const MOST_NAMED: usize = 10;

/// What a round came to.
#[derive(Debug)]
pub(super) struct Sums<'a> {
    /// How its pool worked.
    pub(super) options: &'a Options,
    /// All jobs.
    pub(super) entries: &'a [Entry],
    /// What they noted when they began.
    pub(super) begun: &'a [Beginning],
    /// How many SIGKILLs were thrown.
    pub(super) kills: u64,
    /// How many SIGSTOPs were thrown.
    pub(super) stops: u64,
    /// How many jobs and runs of jobs may have been cancelled.
    pub(super) cancels: u64,
}

impl Sums<'_> {
    /// A line for each promise that was broken.
    pub(super) fn broken(&self) -> Vec<String> {
        let begun = self.beginnings();
        let mut broken: Vec<_> = self.losses(&begun).into_iter().collect();
        broken.extend(self.begun_in_vain(&begun));
        broken.extend(self.begun_too_often(&begun));
        broken.extend(self.worked_too_long());
        broken
    }

    /// Each signal costs one attempt at one job, and an innocent job is lost only when all its
    /// attempts are.
    fn losses(&self, begun: &BTreeMap<u64, u64>) -> Option<String> {
        // Only a time limit ends what was stopped.
        let stops = self.options.timeout.map_or(0, |_| self.stops);
        let (mut killed, mut timed_out, mut attempts) = (0, 0, 0);
        let mut lost = Vec::new();
        for entry in self.entries {
            match entry.fate {
                Fate::Ended(Verdict::Hit(Hit::Killed)) => killed += 1,
                Fate::Ended(Verdict::Hit(Hit::TimedOut)) => timed_out += 1,
                Fate::UnheardButRun if is_missing(entry.spec, begun) => {}
                _ => continue,
            }
            // One that crashes by itself may have had all attempts but the last to itself.
            let all = u64::from(self.options.retries) + 1;
            let ends = ends_its_worker(entry.spec.deed);
            attempts += if ends { 1 } else { all };
            lost.push(format!("{:?}, id {:x}", entry.spec.deed, entry.spec.id));
        }
        let signals = self.kills + stops;
        let too_many = killed > self.kills || timed_out > stops || attempts > signals;
        lost.truncate(MOST_NAMED);
        too_many.then(|| {
            format!(
                "{killed} innocent jobs were killed, {timed_out} timed out, and {attempts} attempts \
                 in all were lost, after {} SIGKILLs and {stops} SIGSTOPs: {}",
                self.kills,
                lost.join("; ")
            )
        })
    }

    /// A job that says that it has run has begun, unless what it does is also what a signal does to
    /// a job that has not come so far.
    fn begun_in_vain(&self, begun: &BTreeMap<u64, u64>) -> Vec<String> {
        let ran = |entry: &&Entry| {
            let is_over = matches!(entry.fate, Fate::Ended(Verdict::Right | Verdict::Failed));
            is_over && !looks_like_a_hit(entry.spec.deed) && is_missing(entry.spec, begun)
        };
        let entries = self.entries.iter().filter(ran);
        let line = |entry: &Entry| format!("{:?} has ended, but never begun", entry.spec);
        entries.map(line).collect()
    }

    /// Without retries a job is begun once, unless the pool itself has killed its worker for the job
    /// before it.
    fn begun_too_often(&self, begun: &BTreeMap<u64, u64>) -> Vec<String> {
        let most = u64::from(self.options.retries) + 1 + self.own_kills();
        let too_often = begun.iter().filter(|(_, times)| **times > most);
        let line = |(id, times)| format!("job {id:x} was begun {times} times, and {most} is most");
        too_often.map(line).collect()
    }

    /// How many workers the pool may have killed for a job that had ended by then.
    fn own_kills(&self) -> u64 {
        let endless = |entry: &&Entry| entry.spec.deed.is_endless();
        let endless = self.entries.iter().filter(endless).count() as u64;
        let limits = endless * (u64::from(self.options.retries) + 1) + self.stops;
        let limits = self.options.timeout.map_or(0, |_| limits);
        limits + self.cancels * self.options.workers.get() as u64
    }

    /// No worker has begun more jobs than it may.
    fn worked_too_long(&self) -> Vec<String> {
        let Some(most) = self.options.max_jobs_per_worker else {
            return Vec::new();
        };
        let mut jobs = BTreeMap::<u32, usize>::new();
        for (_, pid) in self.begun {
            *jobs.entry(*pid).or_default() += 1;
        }
        let too_long = jobs.iter().filter(|(_, jobs)| **jobs > most.get());
        let line = |(pid, jobs)| format!("worker {pid} began {jobs} jobs, and {most} is most");
        too_long.map(line).collect()
    }

    /// How often each job was begun.
    fn beginnings(&self) -> BTreeMap<u64, u64> {
        let mut times = BTreeMap::new();
        for (id, _) in self.begun {
            *times.entry(*id).or_default() += 1;
        }
        times
    }
}

/// Whether a job should have noted that it has begun, and has not.
fn is_missing(spec: Spec, begun: &BTreeMap<u64, u64>) -> bool {
    let travels = !matches!(spec.deed, Deed::Unsendable(_));
    travels && spec.is_noted && !begun.contains_key(&spec.id)
}

/// Whether nobody can tell such a job's own end from that by a signal from outside.
fn looks_like_a_hit(deed: Deed) -> bool {
    deed == Deed::Signal(9) || deed.is_endless()
}

/// Whether a job ends its worker or has it killed, so that it is tried again.
fn ends_its_worker(deed: Deed) -> bool {
    let is_caught = matches!(deed, Deed::Fail | Deed::Panic | Deed::Unsendable(_));
    !deed.is_healthy() && !is_caught
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const KILLED: Fate = Fate::Ended(Verdict::Hit(Hit::Killed));
    const LATE: Fate = Fate::Ended(Verdict::Hit(Hit::TimedOut));
    const RIGHT: Fate = Fate::Ended(Verdict::Right);

    fn entries(fates: &[Fate]) -> Vec<Entry> {
        let entry = |(id, fate): (u64, &Fate)| Entry {
            spec: Spec {
                id,
                deed: Deed::Nothing,
                is_noted: true,
            },
            fate: fate.clone(),
        };
        (0..).zip(fates).map(entry).collect()
    }

    fn once(jobs: u64) -> Vec<Beginning> {
        (0..jobs).map(|id| (id, 100)).collect()
    }

    /// How many lines are said of such a round.
    fn broken(options: &Options, fates: &[Fate], begun: &[Beginning], thrown: [u64; 3]) -> usize {
        let [kills, stops, cancels] = thrown;
        let sums = Sums {
            options,
            entries: &entries(fates),
            begun,
            kills,
            stops,
            cancels,
        };
        sums.broken().len()
    }

    fn limited() -> Options {
        Options::new().timeout(Duration::from_millis(300))
    }

    #[test]
    fn a_kill_costs_one_job_at_most() {
        let options = Options::new();
        let two = [KILLED, RIGHT, KILLED];
        assert_eq!(broken(&options, &two, &once(3), [2, 0, 0]), 0);
        assert_eq!(broken(&options, &two, &once(3), [1, 0, 0]), 1);
        assert_eq!(broken(&options, &two, &once(3), [1, 5, 0]), 1);
    }

    #[test]
    fn with_retries_it_takes_as_many_kills_as_there_are_attempts() {
        let options = Options::new().retries(2);
        assert_eq!(broken(&options, &[KILLED], &once(1), [3, 0, 0]), 0);
        assert_eq!(broken(&options, &[KILLED], &once(1), [2, 0, 0]), 1);
    }

    #[test]
    fn a_stop_costs_a_job_only_where_there_is_a_limit() {
        assert_eq!(broken(&limited(), &[LATE], &once(1), [0, 1, 0]), 0);
        assert_eq!(broken(&limited(), &[LATE], &once(1), [3, 0, 0]), 1);
        assert_eq!(broken(&Options::new(), &[LATE], &once(1), [0, 1, 0]), 1);
    }

    #[test]
    fn a_job_that_has_ended_has_begun_and_only_once() {
        let options = Options::new();
        let both = [RIGHT, RIGHT];
        assert_eq!(broken(&options, &both, &once(2), [9, 9, 0]), 0);
        assert_eq!(broken(&options, &both, &once(1), [9, 9, 0]), 1);
        let twice = [(0, 100), (1, 100), (1, 101)];
        assert_eq!(broken(&options, &both, &twice, [9, 9, 0]), 1);
        assert_eq!(broken(&options.retries(1), &both, &twice, [9, 9, 0]), 0);
    }

    #[test]
    fn a_job_that_ends_like_one_that_was_hit_need_not_have_begun() {
        for (deed, lines) in [(Deed::Signal(15), 1), (Deed::Signal(9), 0), (Deed::Hang, 0)] {
            let mut entries = entries(&[Fate::Ended(Verdict::Failed)]);
            entries[0].spec.deed = deed;
            let sums = Sums {
                options: &limited(),
                entries: &entries,
                begun: &[],
                kills: 1,
                stops: 1,
                cancels: 0,
            };
            assert_eq!(sums.broken().len(), lines, "{deed:?}");
        }
    }

    #[test]
    fn a_cancel_or_a_limit_may_hit_the_job_behind() {
        let twice = [(0, 100), (0, 101)];
        let workers = Options::new().workers(1);
        assert_eq!(broken(&workers, &[RIGHT], &twice, [0, 0, 1]), 0);
        assert_eq!(broken(&limited(), &[RIGHT], &twice, [0, 1, 0]), 0);
        assert_eq!(broken(&limited(), &[RIGHT], &twice, [0, 0, 0]), 1);
    }

    #[test]
    fn a_job_whose_handle_was_dropped_runs_all_the_same() {
        let unheard = [Fate::UnheardButRun, Fate::Unheard];
        assert_eq!(broken(&Options::new(), &unheard, &once(1), [0, 0, 0]), 0);
        assert_eq!(broken(&Options::new(), &unheard, &[], [0, 0, 0]), 1);
    }

    #[test]
    fn a_worker_that_begins_too_many_jobs_is_found() {
        let options = Options::new().max_jobs_per_worker(2);
        let both = [RIGHT, RIGHT, RIGHT];
        assert_eq!(broken(&options, &both, &once(3), [0, 0, 0]), 1);
        let shared = [(0, 100), (1, 100), (2, 101)];
        assert_eq!(broken(&options, &both, &shared, [0, 0, 0]), 0);
    }
}
