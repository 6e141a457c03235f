//! A pool that is gone leaves nothing behind: no thread, no child, no file, no shared memory; and an
//! outcome that is kept keeps nothing else. The tests run one at a time, for each looks at what its
//! whole process holds.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::ops::ControlFlow;
use std::process::{Command, ExitCode};
use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::{Act, Blob, Deed, Look};
use tests::system::{Holdings, children, private_memory, until};
use tests::trials::named;
use tests::{Asynchronous, Log, Pool, Processes, Subject, Threads, Waiting, trials};
use workload::{Job, OnError, Options};

/// Set where temporary files have a directory of their own.
const PRIVATE: &str = "TESTS_LEFTOVERS_PRIVATE";

fn main() -> ExitCode {
    processpool_pattern::worker(tests::jobs::register);
    if std::env::var_os(PRIVATE).is_none() {
        return run_in_private();
    }
    let mut trials = on_pools::<Threads>();
    trials.extend(on_pools::<Processes>());
    trials.extend(on_pools::<Asynchronous>());
    let only: [(_, _, fn()); 7] = [
        (
            "dropped_inside_of_a_runtime",
            Asynchronous::NAME,
            dropped_inside_of_a_runtime,
        ),
        (
            "dropped_while_jobs_spin",
            Processes::NAME,
            dropped_while_jobs_spin,
        ),
        ("after_many_crashes", Processes::NAME, after_many_crashes),
        (
            "after_lost_threads_have_come_back",
            Threads::NAME,
            after_lost_threads_have_come_back,
        ),
        (
            "what_a_job_starts_inherits_no_files",
            Processes::NAME,
            what_a_job_starts_inherits_no_files,
        ),
        (
            "small_outcomes_that_are_kept",
            Processes::NAME,
            small_outcomes_that_are_kept,
        ),
        (
            "small_outcomes_beside_large_ones",
            Processes::NAME,
            small_outcomes_beside_large_ones,
        ),
    ];
    trials.extend(only.map(|(fact, pattern, test)| named(module_path!(), fact, pattern, test)));
    trials::run(trials, true)
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P:
        a_pool_that_did_nothing,
        a_pool_that_was_shut_down,
        a_pool_that_was_dropped,
        a_map_dropped_in_the_middle,
        a_map_stopped_by_a_failure,
        a_pool_dropped_with_jobs_waiting,
        twenty_pools_one_after_the_other,
    ]
}

/// Does something with a pool and looks whether anything is left of it.
fn leaves_nothing<P: Pool>(options: Options, action: impl FnOnce(P)) {
    // What the first pool of a process makes once and for all is not left behind by the second.
    drop(P::new(options.clone()));
    let before = Holdings::now();
    let pool = P::new(options);
    assert_ne!(Holdings::now(), before, "a pool holds something");
    action(pool);
    before.wait_until_back();
}

fn naps(n: u64) -> impl Iterator<Item = Act> {
    let nap = Deed::Nap(Duration::from_millis(1));
    (0..n).map(move |index| Act::new(index).does(nap.clone()))
}

fn a_pool_that_did_nothing<P: Pool>() {
    leaves_nothing(Options::new().workers(3), drop::<P>);
}

fn a_pool_that_was_shut_down<P: Pool>() {
    leaves_nothing(Options::new().workers(3), |pool: P| {
        assert_eq!(pool.collect(naps(50)).len(), 50);
        let handles: Vec<_> = naps(50).map(|job| pool.submit(job)).collect();
        pool.shutdown();
        assert!(handles.into_iter().all(|handle| handle.wait().is_ok()));
    });
}

fn a_pool_that_was_dropped<P: Pool>() {
    leaves_nothing(Options::new().workers(3), |pool: P| {
        assert_eq!(pool.collect(naps(50)).len(), 50);
    });
}

/// Five outcomes of an endless input are taken.
fn a_map_dropped_in_the_middle<P: Pool>() {
    leaves_nothing(Options::new().workers(3).window(64), |pool: P| {
        pool.each(naps(u64::MAX), |index, outcome| {
            assert_eq!(outcome, Ok(index as u64));
            if index < 4 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
    });
}

fn a_map_stopped_by_a_failure<P: Pool>() {
    let options = Options::new().workers(3).window(64).on_error(OnError::Stop);
    leaves_nothing(options, |pool: P| {
        let jobs = naps(20_000).map(|job| match job.index {
            20 => job.does(Deed::Fail),
            _ => job,
        });
        assert!(pool.collect(jobs).len() > 20);
    });
}

/// One job runs and hundreds wait; the handles of some are gone before the pool, others after it.
fn a_pool_dropped_with_jobs_waiting<P: Pool>() {
    leaves_nothing(Options::new().workers(1), |pool: P| {
        let mut handles: Vec<_> = naps(300).map(|job| pool.submit(job)).collect();
        handles.truncate(150);
        drop(pool);
        for handle in handles {
            let _ = handle.wait(); // It comes back.
        }
    });
}

fn twenty_pools_one_after_the_other<P: Pool>() {
    leaves_nothing(Options::new().workers(2), |first: P| {
        drop(first);
        for _ in 0..20 {
            let pool = P::new(Options::new().workers(2));
            assert_eq!(pool.collect(naps(3)), [Ok(0), Ok(1), Ok(2)]);
        }
    });
}

/// There, nobody may wait for the threads of the pool, and yet they end.
fn dropped_inside_of_a_runtime() {
    leaves_nothing(Options::new().workers(2), |Asynchronous(pool)| {
        let other = tokio::runtime::Builder::new_current_thread().build();
        other.unwrap().block_on(async move {
            let handle = pool.submit(Act::new(7));
            assert_eq!(handle.await, Ok(7));
            drop(pool);
        });
    });
}

fn dropped_while_jobs_spin() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    leaves_nothing(Options::new().workers(2), |pool: Processes| {
        let spin = |index| Act::new(index).does(Deed::Spin).logs(&log);
        let handles = [0, 1, 2, 3].map(|index| pool.submit(spin(index)));
        let _ = (log.wait_for_start(0), log.wait_for_start(1));
        drop(pool);
        assert!(handles.into_iter().all(|handle| handle.wait().is_err()));
        let myself = i32::try_from(std::process::id()).unwrap();
        assert!(
            children(myself).is_empty(),
            "they are gone before drop returns"
        );
    });
}

fn after_many_crashes() {
    leaves_nothing(Options::new().workers(2), |pool: Processes| {
        let outcomes = pool.collect((0..60).map(|index| match index % 3 {
            0 => Act::new(index).does(Deed::Kill),
            _ => Act::new(index),
        }));
        assert_eq!(
            outcomes.iter().filter(|outcome| outcome.is_err()).count(),
            20
        );
    });
}

/// Some come back before the pool is dropped, and some after it.
fn after_lost_threads_have_come_back() {
    let directory = tempfile::tempdir().unwrap();
    let gates = [
        directory.path().join("first"),
        directory.path().join("last"),
    ];
    let limit = Duration::from_millis(100);
    leaves_nothing(Options::new().workers(2).timeout(limit), |pool: Threads| {
        let overdue = (0..6).map(|index| {
            let gate = gates[usize::from(index % 2 == 0)].clone();
            Act::new(index).does(Deed::Await(gate))
        });
        assert!(pool.collect(overdue).iter().all(Result::is_err));
        fs::write(&gates[0], "").unwrap();
        until("some are back", || pool.0.lost_threads() == 3);
        drop(pool);
        fs::write(&gates[1], "").unwrap();
    });
}

/// None but those that whatever this process starts inherits, though there is a worker of another
/// pool already.
fn what_a_job_starts_inherits_no_files() {
    let expected = Look::Files.run().unwrap();
    let earlier = Processes::new(Options::new().workers(1));
    assert_eq!(
        Look::Files.run().unwrap(),
        expected,
        "what this process starts"
    );
    let later = Processes::new(Options::new().workers(1));
    for pool in [earlier, later] {
        assert_eq!(pool.submit(Look::Files).wait().unwrap(), expected);
        pool.shutdown();
    }
}

/// What is kept must not have the room in which it came: the page from which outcomes are read has at
/// least 64 KiB, so 5,000 of them would be 300 MB.
fn small_outcomes_that_are_kept() {
    let pool = Processes::new(Options::new().workers(2).chunk(1));
    let small = || std::iter::repeat_n(Blob::new(7, 0, 3), 5000);
    drop(pool.collect(small()));
    let before = private_memory();
    let mut kept = pool.collect(small());
    kept.extend(small().map(|job| pool.submit(job).wait()));
    let more = private_memory().saturating_sub(before);
    assert!(
        kept.iter()
            .all(|outcome| outcome.as_ref().unwrap() == &[7; 3])
    );
    assert_eq!(kept.len(), 10_000);
    assert!(
        more < 100 << 20,
        "{more} bytes more for {} outcomes",
        kept.len()
    );
}

/// The first of each two makes the page grow.
fn small_outcomes_beside_large_ones() {
    let pool = Processes::new(Options::new().workers(2).chunk(2));
    let pairs = || (0..2000).map(|index| Blob::new(7, 0, [140_000, 3][index % 2]));
    let keep = || {
        let mut kept = Vec::new();
        pool.0.map(pairs()).for_each(|outcome| {
            kept.extend(outcome.ok().filter(|output| output.len() == 3));
        });
        kept
    };
    drop(keep());
    let before = private_memory();
    let kept = keep();
    let more = private_memory().saturating_sub(before);
    assert_eq!(kept.len(), 1000);
    assert!(
        more < 50 << 20,
        "{more} bytes more for {} outcomes",
        kept.len()
    );
}

/// Runs this program again with a directory of its own for temporary files: all that is found there
/// is its own, whatever else runs on the machine.
fn run_in_private() -> ExitCode {
    let directory = tempfile::tempdir().unwrap();
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(std::env::args_os().skip(1));
    again.env("TMPDIR", directory.path()).env(PRIVATE, "yes");
    match again.status().unwrap().code() {
        Some(0) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
