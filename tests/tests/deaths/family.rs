//! Processes that jobs start: they end with their worker, and hold nobody up.

use std::fs;
use std::path::Path;

use libtest_mimic::Trial;
use nix::sys::signal::Signal;
use tests::jobs::{Act, Deed};
use tests::system::{is_alive, send, until};
use tests::trials::named;
use tests::{Pool, Processes, Subject};
use workload::{Death, JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 4] = [
        ("what_a_job_started_ends_with_a_worker_that_leaves", leaves),
        ("what_a_job_started_ends_with_a_worker_that_dies", dies),
        (
            "what_left_the_process_group_lives_on_and_holds_nobody_up",
            left,
        ),
        ("a_forked_copy_of_a_dead_worker_holds_nobody_up", forked),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

/// Runs a job that starts a process, and gives that process. It has the worker's stdout, and its
/// end is minutes away.
fn start(pool: &Processes, deed: fn(std::path::PathBuf) -> Deed, note: &Path) -> i32 {
    let leave = Act::new(0).does(deed(note.to_owned()));
    assert_eq!(pool.submit(leave).wait(), Ok(0));
    let left = fs::read_to_string(note).unwrap().parse().unwrap();
    assert!(is_alive(left), "its worker lives");
    left
}

fn leaves() {
    let directory = tempfile::tempdir().unwrap();
    let pool = Processes::new(Options::new().workers(1));
    let left = start(&pool, Deed::Leave, &directory.path().join("note"));
    pool.shutdown();
    until("it is gone", || !is_alive(left));
}

fn dies() {
    let directory = tempfile::tempdir().unwrap();
    let pool = Processes::new(Options::new().workers(1));
    let left = start(&pool, Deed::Leave, &directory.path().join("note"));
    let outcome = pool.submit(Act::new(1).does(Deed::Exit(3))).wait();
    let expected = Death::Exit(3);
    assert!(
        matches!(outcome, Err(JobError::Crashed { death, .. }) if death == expected),
        "{outcome:?}"
    );
    until("it is gone", || !is_alive(left));
    assert_eq!(pool.submit(Act::new(2)).wait(), Ok(2));
}

fn left() {
    let directory = tempfile::tempdir().unwrap();
    for dies in [false, true] {
        let note = directory.path().join(format!("{dies}"));
        let pool = Processes::new(Options::new().workers(1));
        let left = start(&pool, Deed::LeaveAlone, &note);
        if dies {
            let outcome = pool.submit(Act::new(1).does(Deed::Kill)).wait();
            assert!(
                matches!(outcome, Err(JobError::Crashed { .. })),
                "{outcome:?}"
            );
        }
        pool.shutdown();
        assert!(is_alive(left), "nothing tells whose it was");
        send(left, Signal::SIGKILL);
        until("it is gone", || !is_alive(left));
    }
}

/// It has the worker's end of the channel, so the pool sees no end of it.
fn forked() {
    let pool = Processes::new(Options::new().workers(1));
    let outcome = pool.submit(Act::new(0).does(Deed::ForkAndAbort)).wait();
    let expected = Death::Signal(Signal::SIGABRT as i32);
    assert!(
        matches!(outcome, Err(JobError::Crashed { death, .. }) if death == expected),
        "{outcome:?}"
    );
    assert_eq!(pool.submit(Act::new(1)).wait(), Ok(1));
}
