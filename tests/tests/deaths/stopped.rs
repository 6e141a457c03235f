//! Workers that are stopped and cannot do anything any more, not even die of their own will.

use std::fs;
use std::time::Duration;

use libtest_mimic::Trial;
use nix::sys::signal::Signal;
use tests::jobs::{Act, Deed, Halt};
use tests::system::{is_alive, send, until};
use tests::trials::named;
use tests::{Log, Pool, Processes, Subject};
use workload::{JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 5] = [
        ("in_a_job_it_is_killed_at_the_time_limit", in_a_job),
        ("in_a_message_it_is_killed_at_the_time_limit", in_a_message),
        (
            "between_jobs_it_is_replaced_and_blames_nobody",
            between_jobs,
        ),
        (
            "without_a_time_limit_others_run_its_jobs",
            without_a_time_limit,
        ),
        ("a_job_that_waits_for_it_can_be_cancelled", cancelled),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

/// A pool's only worker, stopped when it has nothing to do.
pub(super) fn idle_and_stopped(pool: &Processes) -> i32 {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    assert_eq!(pool.submit(Act::new(0).logs(&log)).wait(), Ok(0));
    let worker = log.wait_for_start(0);
    send(worker, Signal::SIGSTOP);
    worker
}

const LIMIT: Duration = Duration::from_millis(500);

fn in_a_job() {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let pool = Processes::new(Options::new().workers(1).timeout(LIMIT));
    let handle = pool.submit(Act::new(0).does(Deed::Await(gate)).logs(&log));
    send(log.wait_for_start(0), Signal::SIGSTOP);
    assert_eq!(handle.wait(), Err(JobError::TimedOut { after: LIMIT }));
    assert_eq!(pool.submit(Act::new(1)).wait(), Ok(1));
}

/// On the board, and in a message of its own where there is little room on the board.
fn in_a_message() {
    for bytes in [10, 4 << 20] {
        let pool = Processes::new(Options::new().workers(1).timeout(LIMIT));
        let ended = pool.submit(Halt::by(Signal::SIGSTOP, bytes)).wait();
        assert_eq!(ended, Err(JobError::TimedOut { after: LIMIT }));
        assert_eq!(pool.submit(Act::new(1)).wait(), Ok(1));
    }
}

fn between_jobs() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let pool = Processes::new(Options::new().workers(1).timeout(LIMIT));
    let stopped = idle_and_stopped(&pool);
    assert_eq!(pool.submit(Act::new(1).logs(&log)).wait(), Ok(1));
    assert_ne!(log.wait_for_start(1), stopped);
    until("it is killed", || !is_alive(stopped));
}

/// One of two workers is stopped; it may have been sent jobs before that is noticed.
fn without_a_time_limit() {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let pool = Processes::new(Options::new().workers(2).chunk(1));
    let waiting = |index| Act::new(index).does(Deed::Await(gate.clone())).logs(&log);
    let handles = [pool.submit(waiting(0)), pool.submit(waiting(1))];
    let [stopped, other] = [log.wait_for_start(0), log.wait_for_start(1)];
    fs::write(&gate, "").unwrap();
    for (index, handle) in (0..).zip(handles) {
        assert_eq!(handle.wait(), Ok(index));
    }
    send(stopped, Signal::SIGSTOP);
    let outcomes = pool.collect((2..20).map(|index| Act::new(index).logs(&log)));
    assert_eq!(outcomes, (2..20).map(Ok).collect::<Vec<_>>());
    for index in 2..20 {
        assert_eq!(log.wait_for_start(index), other);
    }
    assert!(is_alive(stopped), "it may go on one day");
    send(stopped, Signal::SIGCONT);
    pool.shutdown();
}

fn cancelled() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let pool = Processes::new(Options::new().workers(1));
    let stopped = idle_and_stopped(&pool);
    let handle = pool.submit(Act::new(1).logs(&log));
    handle.cancel();
    assert_eq!(handle.wait(), Err(JobError::Cancelled));
    send(stopped, Signal::SIGCONT);
    assert_eq!(pool.submit(Act::new(2)).wait(), Ok(2));
    assert_eq!(log.starts().get(&1), None, "it was not run");
}
