//! Where a channel between processes may hang, break or end too early, and a pool on it does not.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use libtest_mimic::Trial;
use nix::sys::signal::Signal;
use tests::jobs::{Act, Blob, Deed, Halt};
use tests::system::{is_alive, send};
use tests::trials::named;
use tests::{Log, Pool, Processes, Subject};
use workload::{Death, Job, JobError, Options};

use super::stopped::idle_and_stopped;

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 4] = [
        (
            "a_large_payload_to_a_worker_that_dies_unread_runs_elsewhere",
            unread,
        ),
        (
            "a_large_payload_to_a_stopped_worker_runs_elsewhere",
            recalled,
        ),
        (
            "a_death_in_the_middle_of_an_outcome_costs_that_job_alone",
            in_an_outcome,
        ),
        (
            "a_pool_outlives_the_thread_that_built_it",
            the_building_thread_ends,
        ),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

/// Forty times what a channel takes before it blocks its sender.
const LARGE: usize = 16 << 20;

fn large() -> Blob {
    Blob::new(7, LARGE, 3)
}

/// It is killed while the job is on its way, and, in the end, when the job has long been sent: by
/// the pool itself, which kills a worker that begins nothing for a second.
fn unread() {
    let pool = Processes::new(Options::new().workers(1));
    for _ in 0..5 {
        let stopped = idle_and_stopped(&pool);
        let handle = pool.submit(large());
        send(stopped, Signal::SIGKILL);
        assert_eq!(handle.wait().unwrap(), [7; 3]);
        assert!(!is_alive(stopped));
    }
    pool.shutdown();
    let limit = Duration::from_millis(500);
    let pool = Processes::new(Options::new().workers(1).timeout(limit));
    let stopped = idle_and_stopped(&pool);
    assert_eq!(pool.submit(large()).wait().unwrap(), [7; 3]);
    assert!(!is_alive(stopped));
    pool.shutdown();
}

/// One of two workers is stopped, and the other has something to do at first, so the job goes to
/// the one that is stopped.
fn recalled() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let gates = ["first", "second"].map(|gate| directory.path().join(gate));
    let pool = Processes::new(Options::new().workers(2));
    let waits = |index: u64| {
        let gate = gates[usize::try_from(index).unwrap()].clone();
        pool.submit(Act::new(index).does(Deed::Await(gate)).logs(&log))
    };
    let [first, second] = [waits(0), waits(1)];
    let [stopped, _] = [log.wait_for_start(0), log.wait_for_start(1)];
    fs::write(&gates[0], "").unwrap();
    assert_eq!(first.wait(), Ok(0));
    send(stopped, Signal::SIGSTOP);
    let handle = pool.submit(large());
    fs::write(&gates[1], "").unwrap();
    assert_eq!(second.wait(), Ok(1));
    assert_eq!(handle.wait().unwrap(), [7; 3]);
    assert!(is_alive(stopped), "it was not in anybody's way");
    send(stopped, Signal::SIGKILL);
    assert_eq!(pool.submit(large()).wait().unwrap(), [7; 3]);
    pool.shutdown();
}

/// On the board, and in messages of their own where there is little room on the board. The neighbours are in the same chunk, in the next
/// one, and with the other worker.
fn in_an_outcome() {
    for bytes in [10, 4 << 20] {
        let pool = Processes::new(Options::new().workers(2).chunk(4));
        let outcomes = pool.collect((0..24).map(|index| match index {
            5 | 18 => Halt::by(Signal::SIGKILL, bytes),
            _ => Halt::nothing(bytes),
        }));
        assert_eq!(outcomes.len(), 24);
        let told = Halt::nothing(bytes).run().unwrap();
        let killed = Death::Signal(Signal::SIGKILL as i32);
        for (index, outcome) in outcomes.into_iter().enumerate() {
            let as_expected = match (index, outcome) {
                (5 | 18, Err(JobError::Crashed { death, .. })) => death == killed,
                (5 | 18, _) => false,
                (_, outcome) => outcome.as_ref() == Ok(&told),
            };
            assert!(as_expected, "job {index} of {bytes}");
        }
    }
}

/// The system kills a process that asks for it when the thread ends that started it.
fn the_building_thread_ends() {
    let build = || {
        let pool = Processes::new(Options::new().workers(2));
        let workers = workers(&pool);
        (pool, workers)
    };
    let (pool, before) = std::thread::spawn(build).join().unwrap();
    assert_eq!(workers(&pool), before, "others have taken their places");
    assert_eq!(
        pool.collect((0..100).map(Act::new)),
        (0..100).map(Ok).collect::<Vec<_>>()
    );
    assert_eq!(workers(&pool), before);
}

/// The two workers of a pool, which each run one of two jobs at the same time.
fn workers(pool: &Processes) -> BTreeSet<i32> {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let waits = |index| Act::new(index).does(Deed::Await(gate.clone())).logs(&log);
    let handles = [0, 1].map(|index| pool.submit(waits(index)));
    let workers = [0, 1].map(|index| log.wait_for_start(index)).into();
    fs::write(&gate, "").unwrap();
    for handle in handles {
        handle.wait().unwrap();
    }
    workers
}
