//! A job that takes its worker down in the middle of a chunk.

use std::collections::BTreeMap;

use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::trials::named;
use tests::{Log, Pool, Processes, Subject};
use workload::{Death, JobError, OnError, Options, Outcome};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 10] = [
        ("abort_fails_its_job_alone", || {
            one(&Deed::Abort, Death::Signal(SIGABRT))
        }),
        ("exit_fails_its_job_alone", || {
            one(&Deed::Exit(7), Death::Exit(7))
        }),
        ("exit_with_success_fails_its_job_alone", || {
            one(&Deed::Exit(0), Death::Exit(0))
        }),
        ("sigkill_fails_its_job_alone", || {
            one(&Deed::Kill, Death::Signal(SIGKILL))
        }),
        ("stack_overflow_fails_its_job_alone", || {
            one(&Deed::Overflow, Death::Signal(SIGABRT))
        }),
        (
            "the_first_and_the_last_of_a_chunk",
            the_first_and_the_last_of_a_chunk,
        ),
        ("all_jobs_crash", all_jobs_crash),
        (
            "a_crash_is_tried_again_as_often_as_allowed",
            tried_again_as_often_as_allowed,
        ),
        (
            "a_job_that_crashes_once_succeeds_when_tried_again",
            succeeds_when_tried_again,
        ),
        ("a_crash_stops_the_run_if_that_is_the_policy", stops_the_run),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;

type Starts = BTreeMap<u64, usize>;

/// What became of 64 jobs in chunks of eight, and how often each was started.
fn run(options: Options, deed: &Deed, culprits: &[u64]) -> (Vec<Outcome<u64>>, Starts) {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let pool = Processes::new(options.workers(2).chunk(8));
    let outcomes = pool.collect((0..64).map(|index| {
        let act = Act::new(index).logs(&log);
        if culprits.contains(&index) {
            act.does(deed.clone())
        } else {
            act
        }
    }));
    let starts = log.starts();
    assert!(starts.keys().copied().eq(0..64), "every job was started");
    for (index, starts) in &starts {
        let is_culprit = culprits.contains(index);
        assert!(
            is_culprit || *starts == 1,
            "job {index} was started {starts} times"
        );
    }
    assert_eq!(
        log.ends(),
        outcomes.iter().filter(|outcome| outcome.is_ok()).count()
    );
    (outcomes, starts)
}

fn death(outcome: &Outcome<u64>) -> Option<Death> {
    match outcome {
        Err(JobError::Crashed { death, .. }) => Some(*death),
        _ => None,
    }
}

fn check(deed: &Deed, culprits: &[u64], expected: Death) {
    let (outcomes, starts) = run(Options::new(), deed, culprits);
    for (index, outcome) in (0..).zip(outcomes) {
        if culprits.contains(&index) {
            assert_eq!(death(&outcome), Some(expected), "job {index}: {outcome:?}");
            assert_eq!(starts[&index], 1);
        } else {
            assert_eq!(outcome, Ok(index));
        }
    }
}

/// The fifth of the third chunk: four of its neighbours were finished, three were not.
fn one(deed: &Deed, expected: Death) {
    check(deed, &[20], expected);
}

fn the_first_and_the_last_of_a_chunk() {
    check(
        &Deed::Kill,
        &[0, 7, 15, 16, 40, 41, 63],
        Death::Signal(SIGKILL),
    );
}

fn all_jobs_crash() {
    let all: Vec<_> = (0..64).collect();
    check(&Deed::Exit(9), &all, Death::Exit(9));
}

fn tried_again_as_often_as_allowed() {
    let (outcomes, starts) = run(Options::new().retries(2), &Deed::Abort, &[20, 33]);
    for culprit in [20, 33] {
        assert_eq!(
            death(&outcomes[culprit as usize]),
            Some(Death::Signal(SIGABRT))
        );
        assert_eq!(starts[&culprit], 3, "once, and twice again");
    }
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        62
    );
}

fn succeeds_when_tried_again() {
    let (outcomes, starts) = run(Options::new().retries(1), &Deed::KillOnce, &[20]);
    assert_eq!(outcomes, (0..64).map(Ok).collect::<Vec<_>>());
    assert_eq!(starts[&20], 2);
}

fn stops_the_run() {
    let pool = Processes::new(Options::new().workers(2).window(64).on_error(OnError::Stop));
    let outcomes = pool.collect((0..1_000_000).map(|index| match index {
        20 => Act::new(20).does(Deed::Kill),
        _ => Act::new(index),
    }));
    assert!(outcomes.len() < 1_000_000, "it was not stopped");
    assert_eq!(death(&outcomes[20]), Some(Death::Signal(SIGKILL)));
    for (index, outcome) in (0..).zip(outcomes) {
        let fine = index == 20 || outcome == Ok(index) || outcome == Err(JobError::Cancelled);
        assert!(fine, "job {index}: {outcome:?}");
    }
    assert_eq!(pool.submit(Act::new(1)).wait(), Ok(1), "the pool goes on");
}
