//! Workers that are killed from outside, and pools whose own process is.

use std::fs;
use std::process::{Command, Stdio};

use libtest_mimic::Trial;
use nix::sys::signal::Signal;
use tests::binaries::{self, Running};
use tests::jobs::{Act, Deed};
use tests::system::{children, is_alive, send, until, workers_of};
use tests::trials::named;
use tests::{Log, Pool, Processes, Subject};
use workload::{Death, JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 9] = [
        ("a_busy_worker_costs_its_job_alone", a_busy_worker),
        ("who_waits_for_its_job_is_told", while_someone_waits),
        (
            "a_pool_is_dropped_while_someone_waits",
            dropped_while_someone_waits,
        ),
        ("an_idle_worker_costs_nothing", an_idle_worker),
        (
            "idle_workers_again_and_again_cost_nothing",
            idle_workers_again_and_again,
        ),
        (
            "workers_die_with_their_parent",
            workers_die_with_their_parent,
        ),
        (
            "a_program_that_forgot_the_worker_line_is_refused",
            forgotten,
        ),
        ("a_worker_that_cannot_get_ready_is_told_of", unwilling),
        ("workers_that_cannot_be_replaced_lose_what_waits", lost),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

const KILLED: Death = Death::Signal(9);

fn while_someone_waits() {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let pool = Processes::new(Options::new().workers(1));
    for index in 0..10 {
        let job = Act::new(index).does(Deed::Await(gate.clone())).logs(&log);
        let handle = pool.submit(job);
        let ended = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| handle.wait());
            send(log.wait_for_start(index), Signal::SIGKILL);
            waiting.join().unwrap()
        });
        let death = KILLED;
        let last_words = String::new();
        assert_eq!(ended, Err(JobError::Crashed { death, last_words }));
        assert_eq!(pool.submit(Act::new(index)).wait(), Ok(index));
    }
}

fn dropped_while_someone_waits() {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let pool = Processes::new(Options::new().workers(1));
    let handle = pool.submit(Act::new(0).does(Deed::Await(gate)).logs(&log));
    let worker = log.wait_for_start(0);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| handle.wait());
        drop(pool);
        assert_eq!(waiting.join().unwrap(), Err(JobError::Cancelled));
    });
    assert!(!is_alive(worker));
}

fn a_busy_worker() {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let pool = Processes::new(Options::new().workers(2).chunk(8));
    let jobs = (0..32).map(|index| match index {
        4 | 12 => Act::new(index).does(Deed::Await(gate.clone())).logs(&log),
        _ => Act::new(index).logs(&log),
    });
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let victim = log.wait_for_start(4);
            let other = log.wait_for_start(12);
            assert_ne!(victim, other);
            send(victim, Signal::SIGKILL);
            fs::write(&gate, "").unwrap();
        });
        for (index, outcome) in (0..).zip(pool.collect(jobs)) {
            match index {
                4 => assert!(
                    matches!(outcome, Err(JobError::Crashed { death: KILLED, .. })),
                    "{outcome:?}"
                ),
                _ => assert_eq!(outcome, Ok(index)),
            }
        }
    });
    assert!(
        log.starts().into_values().all(|starts| starts == 1),
        "{:?}",
        log.starts()
    );
}

fn an_idle_worker() {
    let pool = Processes::new(Options::new().workers(2));
    kill_workers(&pool, 2);
    assert_eq!(
        pool.collect((0..10).map(Act::new)),
        (0..10).map(Ok).collect::<Vec<_>>()
    );
}

/// More often than a pool would replace workers that never do anything.
fn idle_workers_again_and_again() {
    let pool = Processes::new(Options::new().workers(1));
    for round in 0..10 {
        kill_workers(&pool, 1);
        assert_eq!(pool.submit(Act::new(round)).wait(), Ok(round));
    }
}

/// Has each worker of a pool say who it is, and kills it when it has nothing to do any more.
fn kill_workers(pool: &Processes, workers: u64) {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let waiting = |index| Act::new(index).does(Deed::Await(gate.clone())).logs(&log);
    let handles: Vec<_> = (0..workers)
        .map(|index| pool.submit(waiting(index)))
        .collect();
    let victims: Vec<_> = (0..workers)
        .map(|index| log.wait_for_start(index))
        .collect();
    fs::write(&gate, "").unwrap();
    for handle in handles {
        handle.wait().unwrap();
    }
    for victim in victims {
        send(victim, Signal::SIGKILL);
        until("the worker is dead", || !is_alive(victim));
    }
}

fn workers_die_with_their_parent() {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = binaries::command("processpool-pattern");
    command.args(["-w", "3", "sleep", "--count", "9", "--for", "1h"]);
    command.env("TMPDIR", temporary.path());
    let mut parent = Running::spawn(&mut command);
    parent.wait_until_it_runs();
    let workers = workers_of(parent.pid());
    assert_eq!(workers.len(), 3);
    assert_eq!(workers, children(parent.pid()));
    parent.signal(Signal::SIGKILL);
    parent.wait();
    until("the workers are gone", || {
        !workers.iter().any(|worker| is_alive(*worker))
    });
    let left: Vec<_> = fs::read_dir(temporary.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Each process that it starts would start others in turn.
fn forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_forgotten"));
    command.current_dir(directory.path()).stdin(Stdio::null());
    let ran = binaries::Ran::from(command.output().unwrap());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    let told = ran.stderr.join("\n");
    assert!(
        told.contains("does not begin with processpool_pattern::worker"),
        "{told}"
    );
    assert!(
        told.contains("before it was ready; does main begin"),
        "{told}"
    );
    assert!(
        log.starts()[&0] <= 3,
        "it and two workers: {:?}",
        log.starts()
    );
}

/// Runs the program whose workers get ready or not.
fn fickle(workers: &str, mood: &str) -> binaries::Ran {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("mood"), mood).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fickle"));
    command.current_dir(directory.path()).stdin(Stdio::null());
    command.arg(workers).output().unwrap().into()
}

fn unwilling() {
    let ran = fickle("1", "unwilling");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    let told = ran.stderr.join("\n");
    assert!(
        told.contains("cannot work: its on_start failed: not in the mood"),
        "{told}"
    );
    let ran = fickle("1", "gone");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(
        ran.stderr.concat().contains("ended with exit code 9"),
        "{ran:?}"
    );
}

/// A job kills its worker, and none can take its place. The workers that are left run all that comes;
/// without any, nobody waits for ever.
fn lost() {
    let (others, nobody) = ("crashed\n3\n4\n5\n6\n", "crashed\nlost\nlost\nlost\nlost\n");
    for (workers, told) in [("1", ""), ("3", &others.repeat(2))] {
        let ran = fickle(workers, "");
        assert_eq!(ran.stdout, format!("1\n{told}{nobody}"), "{ran:?}");
        assert_eq!(ran.code, Some(0));
    }
}
