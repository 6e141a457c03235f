//! A thread cannot be killed: what the thread pool does when a job is overdue.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::system::until;
use tests::trials::named;
use tests::{Log, Subject, Threads};
use threadpool_pattern::ThreadPool;
use workload::{JobError, Options, Outcome};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 8] = [
        (
            "an_overdue_job_is_told_of_at_once_and_others_run",
            told_at_once,
        ),
        ("every_thread_may_be_lost", every_thread),
        ("each_try_may_lose_a_thread", each_try),
        ("a_thread_that_comes_back_takes_its_place", comes_back),
        ("shutdown_does_not_wait_for_lost_threads", shutdown),
        ("drop_does_not_wait_for_lost_threads", dropped),
        ("a_job_that_ends_too_late_is_overdue_all_the_same", late),
        ("jobs_may_use_their_own_pool", nested),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Threads::NAME, test));
    facts.into_iter().collect()
}

/// Far more than a job of no length takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(1);
const OVERDUE: JobError = JobError::TimedOut { after: LIMIT };

/// Jobs that wait for a gate, which is opened in the end whatever happens, so that no thread is left
/// behind.
struct Gate {
    directory: tempfile::TempDir,
}

impl Gate {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { directory }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("gate")
    }

    fn log(&self) -> Log {
        Log::new(self.directory.path())
    }

    fn job(&self, index: u64) -> Act {
        Act::new(index)
            .does(Deed::Await(self.path()))
            .logs(&self.log())
    }

    fn open(&self) {
        fs::write(self.path(), "").unwrap();
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = fs::write(self.path(), "");
        // Whoever waits for it says that it ends on the log beside it.
        let log = self.log();
        let starts = || log.starts().values().sum::<usize>();
        until("all jobs have ended", || log.ends() >= starts());
    }
}

fn options() -> Options {
    Options::new().workers(2).chunk(4).timeout(LIMIT)
}

fn told_at_once() {
    let gate = Gate::new();
    let pool = ThreadPool::new(options()).unwrap();
    let jobs = (0..40).map(|index| match index {
        5 => gate.job(5),
        _ => Act::new(index).logs(&gate.log()),
    });
    let outcomes: Vec<_> = pool.map(jobs).collect();
    for (index, outcome) in (0..).zip(outcomes) {
        let expected = if index == 5 { Err(OVERDUE) } else { Ok(index) };
        assert_eq!(outcome, expected);
    }
    assert_eq!(pool.lost_threads(), 1);
    assert_eq!(gate.log().ends(), 39, "it still runs");
    let starts = gate.log().starts();
    assert!(starts.values().all(|starts| *starts == 1), "{starts:?}");
}

fn every_thread() {
    let gate = Gate::new();
    let pool = ThreadPool::new(options()).unwrap();
    let jobs = (0..20).map(|index| match index % 4 {
        0 => gate.job(index),
        _ => Act::new(index),
    });
    let outcomes: Vec<_> = pool.map(jobs).collect();
    for (index, outcome) in (0..).zip(outcomes) {
        let overdue = index % 4 == 0;
        assert_eq!(outcome, if overdue { Err(OVERDUE) } else { Ok(index) });
    }
    assert_eq!(pool.lost_threads(), 5);
    assert_eq!(pool.submit(Act::new(20)).wait(), Ok(20));
}

fn each_try() {
    let gate = Gate::new();
    let pool = ThreadPool::new(options().retries(2)).unwrap();
    assert_eq!(pool.submit(gate.job(0)).wait(), Err(OVERDUE));
    assert_eq!(gate.log().starts()[&0], 3);
    assert_eq!(pool.lost_threads(), 3);
}

/// Afterwards there are as many threads as before, and no more than that run jobs.
fn comes_back() {
    let gate = Gate::new();
    let pool = ThreadPool::new(options().workers(1).chunk(1)).unwrap();
    for index in 0..3 {
        assert_eq!(pool.submit(gate.job(index)).wait(), Err(OVERDUE));
    }
    assert_eq!(pool.lost_threads(), 3);
    gate.open();
    until("they are back", || pool.lost_threads() == 0);
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let hold = Deed::Hold(Duration::from_millis(2));
    let jobs = (0..50).map(|index| Act::new(index).does(hold.clone()).logs(&log));
    let outcomes: Vec<_> = pool.map(jobs).collect();
    assert_eq!(outcomes, (0..50).map(Ok).collect::<Vec<_>>());
    assert_eq!(log.most_at_once(), 1);
}

fn shutdown() {
    let gate = Gate::new();
    let pool = ThreadPool::new(options()).unwrap();
    let overdue = pool.submit(gate.job(0));
    let others: Vec<_> = (1..9).map(|index| pool.submit(Act::new(index))).collect();
    pool.shutdown();
    assert_eq!(overdue.wait(), Err(OVERDUE));
    for (index, other) in (1..).zip(others) {
        assert_eq!(other.wait(), Ok(index));
    }
    assert_eq!(gate.log().ends(), 0, "it still runs");
}

/// What has not started when the pool is dropped is cancelled.
fn dropped() {
    let gate = Gate::new();
    let pool = ThreadPool::new(options().workers(1)).unwrap();
    let overdue = pool.submit(gate.job(0));
    let _ = gate.log().wait_for_start(0);
    let others: Vec<_> = (1..9).map(|index| pool.submit(Act::new(index))).collect();
    drop(pool);
    assert_eq!(overdue.wait(), Err(OVERDUE));
    for other in others {
        assert_eq!(other.wait(), Err(JobError::Cancelled));
    }
}

/// Between two looks at the clock.
fn late() {
    let limit = Duration::from_millis(2);
    let subject = Threads::new(Options::new().workers(2).timeout(limit));
    let hold = Deed::Hold(Duration::from_millis(4));
    let outcomes = subject.collect((0..50).map(|index| Act::new(index).does(hold.clone())));
    let expected: Outcome<u64> = Err(JobError::TimedOut { after: limit });
    assert_eq!(outcomes, vec![expected; 50]);
}

/// Each job waits for others of the same pool, which its own thread must run if there is no other.
fn nested() {
    let options = Options::new().workers(1).timeout(60 * LIMIT);
    // A job must own what it uses, or else it must live as long as the program.
    let pool: &'static ThreadPool = Box::leak(Box::new(ThreadPool::new(options).unwrap()));
    let sum = |by_map: bool| {
        move || {
            let inner = (0..20).map(Act::new);
            let sum: Result<u64, JobError> = match by_map {
                true => pool.map(inner).sum(),
                false => {
                    let handles: Vec<_> = inner.map(|job| pool.submit(job)).collect();
                    handles.into_iter().map(|handle| handle.wait()).sum()
                }
            };
            Ok(sum?)
        }
    };
    let outcomes: Vec<_> = pool.map([true, false, true, false].map(sum)).collect();
    assert_eq!(outcomes, [const { Ok(190) }; 4]);
}
