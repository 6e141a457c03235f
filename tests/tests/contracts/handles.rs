//! Jobs submitted one by one: waited for, looked at, cancelled, forgotten.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::Trial;
use tempfile::TempDir;
use tests::jobs::{Act, Deed};
use tests::system::until;
use tests::trials::named;
use tests::{Asynchronous, Log, OneThread, Pool, Processes, Subject, Threads, Waiting, trials};
use workload::{JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_pools::<Threads>();
    trials.extend(on_pools::<Processes>());
    trials.extend(on_pools::<Asynchronous>());
    trials.extend(on_pools::<OneThread>());
    let differ: [(_, _, fn()); 4] = [
        (
            "a_running_job_that_is_cancelled_runs_on",
            Threads::NAME,
            runs_on::<Threads>,
        ),
        (
            "a_running_job_that_is_cancelled_is_killed",
            Processes::NAME,
            is_ended::<Processes>,
        ),
        (
            "a_running_job_that_is_cancelled_ends_at_its_next_await",
            Asynchronous::NAME,
            is_ended::<Asynchronous>,
        ),
        (
            "a_running_job_that_is_cancelled_ends_at_its_next_await",
            OneThread::NAME,
            is_ended::<OneThread>,
        ),
    ];
    let differ =
        differ.map(|(contract, pattern, test)| named(module_path!(), contract, pattern, test));
    trials.extend(differ);
    trials
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P:
        ten_thousand_are_all_answered,
        a_failure_is_told,
        waiting_with_a_limit_gives_the_handle_back,
        a_queued_job_that_is_cancelled_never_runs,
        cancelling_what_has_ended_changes_nothing,
        a_dropped_handle_lets_its_job_run_on,
        shutdown_finishes_what_was_submitted,
        a_dropped_pool_answers_for_what_it_did_not_run,
        a_slow_job_holds_up_no_other,
    ]
}

/// A place for a log and for a gate at which jobs wait.
pub(super) struct Place {
    pub(super) log: Log,
    gate: PathBuf,
    _directory: TempDir,
}

impl Place {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            log: Log::new(directory.path()),
            gate: directory.path().join("gate"),
            _directory: directory,
        }
    }

    pub(super) fn open_gate(&self) {
        fs::write(&self.gate, "").unwrap();
    }

    pub(super) fn waiting(&self, index: u64) -> Act {
        Act::new(index)
            .does(Deed::Await(self.gate.clone()))
            .logs(&self.log)
    }

    /// Holds its thread, also on the async pool, so that what comes after it is queued.
    pub(super) fn blocking(&self, index: u64) -> Act {
        Act::new(index)
            .does(Deed::Block(self.gate.clone()))
            .logs(&self.log)
    }
}

fn ten_thousand_are_all_answered<P: Pool>() {
    let pool = P::new(Options::new().workers(2));
    let handles: Vec<_> = (0..10_000)
        .map(|index| pool.submit(Act::new(index)))
        .collect();
    for (index, handle) in (0..).zip(handles) {
        assert_eq!(handle.wait(), Ok(index));
    }
}

fn a_failure_is_told<P: Pool>() {
    let pool = P::new(Options::new().workers(2));
    let handle = pool.submit(Act::new(3).does(Deed::Fail));
    let message = "job 3 fails".to_owned();
    assert_eq!(handle.wait(), Err(JobError::Failed { message }));
    let handle = pool.submit(Act::new(4).does(Deed::Panic));
    let message = "job 4 panics".to_owned();
    assert_eq!(handle.wait(), Err(JobError::Panicked { message }));
}

fn waiting_with_a_limit_gives_the_handle_back<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(1));
    let handle = pool.submit(place.waiting(0));
    let _ = place.log.wait_for_start(0);
    assert!(!handle.is_ended());
    let Err(handle) = handle.wait_timeout(Duration::from_millis(20)) else {
        panic!("the job cannot have ended");
    };
    place.open_gate();
    until("the handle says that its job has ended", || {
        handle.is_ended()
    });
    let ended = handle.wait_timeout(Duration::from_secs(60));
    assert_eq!(ended.ok(), Some(Ok(0)));
}

fn a_queued_job_that_is_cancelled_never_runs<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(1));
    let first = pool.submit(place.blocking(0));
    let _ = place.log.wait_for_start(0);
    let second = pool.submit(place.waiting(1));
    let third = pool.submit(Act::new(2).logs(&place.log));
    second.cancel();
    place.open_gate();
    assert_eq!(first.wait(), Ok(0));
    assert_eq!(second.wait(), Err(JobError::Cancelled));
    assert_eq!(third.wait(), Ok(2));
    let started: Vec<_> = place.log.starts().into_keys().collect();
    assert_eq!(started, [0, 2]);
}

fn cancelling_what_has_ended_changes_nothing<P: Pool>() {
    let pool = P::new(Options::new().workers(1));
    let handle = pool.submit(Act::new(0));
    until("the job has ended", || handle.is_ended());
    handle.cancel();
    assert_eq!(
        pool.submit(Act::new(1)).wait(),
        Ok(1),
        "its worker is innocent"
    );
    assert_eq!(handle.wait(), Ok(0));
}

/// A thread cannot be ended: the job gives what it would have given.
fn runs_on<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(1));
    let handle = pool.submit(place.waiting(0));
    let _ = place.log.wait_for_start(0);
    handle.cancel();
    let Err(handle) = handle.wait_timeout(Duration::from_millis(50)) else {
        panic!("nothing can have ended the job");
    };
    place.open_gate();
    assert_eq!(handle.wait(), Ok(0));
    assert_eq!(place.log.ends(), 1);
}

/// The gate is never opened: only the cancel can end the job.
fn is_ended<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(1).retries(3));
    let handle = pool.submit(place.waiting(0));
    let _ = place.log.wait_for_start(0);
    handle.cancel();
    assert_eq!(handle.wait(), Err(JobError::Cancelled));
    assert_eq!(pool.submit(Act::new(1)).wait(), Ok(1), "the pool goes on");
    assert_eq!((place.log.starts().len(), place.log.ends()), (1, 0));
}

fn a_dropped_handle_lets_its_job_run_on<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(1));
    drop(pool.submit(place.waiting(0)));
    let _ = place.log.wait_for_start(0);
    place.open_gate();
    pool.shutdown();
    assert_eq!(place.log.ends(), 1);
}

fn shutdown_finishes_what_was_submitted<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(2));
    let nap = |index| {
        Act::new(index)
            .does(Deed::Nap(Duration::from_millis(1)))
            .logs(&place.log)
    };
    let handles: Vec<_> = (0..100).map(|index| pool.submit(nap(index))).collect();
    pool.shutdown();
    assert_eq!(place.log.ends(), 100);
    for (index, handle) in (0..).zip(handles) {
        assert!(handle.is_ended());
        assert_eq!(handle.wait(), Ok(index));
    }
}

/// The pool is dropped while its one worker is busy, and a thousand more jobs wait for it. Whatever
/// has started by then ends; nothing else starts, and no handle waits in vain.
fn a_dropped_pool_answers_for_what_it_did_not_run<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(1));
    let first = pool.submit(place.blocking(0));
    let _ = place.log.wait_for_start(0);
    let nap = |index| {
        Act::new(index)
            .does(Deed::Hold(Duration::from_millis(2)))
            .logs(&place.log)
    };
    let handles: Vec<_> = (1..=1000).map(|index| pool.submit(nap(index))).collect();
    std::thread::scope(|scope| {
        let dropper = scope.spawn(move || drop(pool));
        if P::NAME == Processes::NAME {
            dropper.join().unwrap(); // It kills what runs, so it need not wait for it.
        }
        place.open_gate();
    });
    // Should dropping have begun late, some have run; but never a thousand of that length.
    let mut ran = 0;
    let mut last = None;
    for (index, handle) in (1..).zip(handles) {
        let outcome = handle.wait();
        ran += usize::from(outcome == Ok(index));
        last = Some(outcome);
    }
    assert_eq!(last, Some(Err(JobError::Cancelled)));
    assert_eq!(place.log.starts().len(), 1 + ran);
    let expected = match P::NAME {
        "processes" => Err(JobError::Cancelled),
        _ => Ok(0),
    };
    assert_eq!(first.wait(), expected);
}

/// Quick jobs end, although one before them takes its time, as long as another worker is free.
fn a_slow_job_holds_up_no_other<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(2));
    let quick = |index| Act::new(index);
    let before: Vec<_> = (0..50).map(|index| pool.submit(quick(index))).collect();
    let slow = pool.submit(place.waiting(50));
    let after: Vec<_> = (51..100).map(|index| pool.submit(quick(index))).collect();
    for handle in before.into_iter().chain(after) {
        let ended = handle.wait_timeout(Duration::from_secs(10));
        assert!(
            ended.is_ok_and(|outcome| outcome.is_ok()),
            "a quick job waits for a slow one"
        );
    }
    place.open_gate();
    assert_eq!(slow.wait(), Ok(50));
}
