//! What a failed job means: for itself, and for the others.

use std::ops::ControlFlow;
use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::{
    Asynchronous, Log, OneThread, Pool, Processes, Reference, Subject, Threads, Waiting, trials,
};
use workload::{JobError, OnError, Options, Outcome};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = everywhere::<Reference>();
    trials.extend(everywhere::<Threads>());
    trials.extend(everywhere::<Processes>());
    trials.extend(everywhere::<Asynchronous>());
    trials.extend(everywhere::<OneThread>());
    trials.extend(trials![Reference: stop_ends_at_the_failure]);
    trials.extend(on_pools::<Threads>());
    trials.extend(on_pools::<Processes>());
    trials.extend(on_pools::<Asynchronous>());
    trials.extend(on_pools::<OneThread>());
    trials
}

fn everywhere<S: Subject>() -> Vec<Trial> {
    trials![S:
        an_error_is_an_outcome,
        a_panic_is_an_outcome,
        all_jobs_may_fail,
        all_jobs_may_panic,
        continue_runs_every_other_job,
        a_failure_is_never_tried_again,
    ]
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P:
        stop_gives_out_what_was_done_and_starts_nothing_new,
        stop_ends_what_waits,
        a_dropped_map_starts_nothing_new,
    ]
}

fn failed(index: u64) -> Outcome<u64> {
    let message = format!("job {index} fails");
    Err(JobError::Failed { message })
}

fn panicked(index: u64) -> Outcome<u64> {
    let message = format!("job {index} panics");
    Err(JobError::Panicked { message })
}

/// Runs ten jobs in one chunk of which one, in its middle, misbehaves.
fn one_of_ten<S: Subject>(deed: Deed) -> Vec<Outcome<u64>> {
    let subject = S::new(Options::new().workers(2).chunk(10));
    subject.collect((0..10).map(|index| match index {
        4 => Act::new(index).does(deed.clone()),
        _ => Act::new(index),
    }))
}

fn expected(outcome: impl Fn(u64) -> Outcome<u64>) -> Vec<Outcome<u64>> {
    (0..10)
        .map(|index| {
            if index == 4 {
                outcome(index)
            } else {
                Ok(index)
            }
        })
        .collect()
}

fn an_error_is_an_outcome<S: Subject>() {
    assert_eq!(one_of_ten::<S>(Deed::Fail), expected(failed));
}

fn a_panic_is_an_outcome<S: Subject>() {
    assert_eq!(one_of_ten::<S>(Deed::Panic), expected(panicked));
}

fn all_jobs_may_fail<S: Subject>() {
    let subject = S::new(Options::new().workers(2));
    let outcomes = subject.collect((0..200).map(|index| Act::new(index).does(Deed::Fail)));
    assert_eq!(outcomes, (0..200).map(failed).collect::<Vec<_>>());
}

/// And the pool still works afterwards.
fn all_jobs_may_panic<S: Subject>() {
    let subject = S::new(Options::new().workers(2));
    let outcomes = subject.collect((0..200).map(|index| Act::new(index).does(Deed::Panic)));
    assert_eq!(outcomes, (0..200).map(panicked).collect::<Vec<_>>());
    assert_eq!(subject.collect([Act::new(7)]), [Ok(7)]);
}

fn continue_runs_every_other_job<S: Subject>() {
    let subject = S::new(Options::new().workers(2).on_error(OnError::Continue));
    let jobs = (0..100).map(|index| match index % 3 {
        0 => Act::new(index).does(Deed::Fail),
        1 => Act::new(index).does(Deed::Panic),
        _ => Act::new(index),
    });
    let mut outcomes = Vec::new();
    let counts = subject.each(jobs, |_, outcome| {
        outcomes.push(outcome);
        ControlFlow::Continue(())
    });
    let expected = (0..100).map(|index| match index % 3 {
        0 => failed(index),
        1 => panicked(index),
        _ => Ok(index),
    });
    assert_eq!(outcomes, expected.collect::<Vec<_>>());
    let failures = [("failed", 34), ("panicked", 33)];
    assert_eq!((counts.jobs, counts.succeeded), (100, 33));
    assert!(counts.failed.into_iter().eq(failures));
}

fn a_failure_is_never_tried_again<S: Subject>() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let subject = S::new(Options::new().workers(2).retries(3));
    let job = |deed| Act::new(0).does(deed).logs(&log);
    let outcomes = subject.collect([job(Deed::Fail), job(Deed::Panic)]);
    assert_eq!(outcomes, [failed(0), panicked(0)]);
    assert_eq!(log.starts()[&0], 2, "once each");
}

/// The reference runs nothing beside the job that fails, so it ends right there.
fn stop_ends_at_the_failure<S: Subject>() {
    let subject = S::new(Options::new().on_error(OnError::Stop));
    let outcomes = subject.collect((0..1000).map(|index| match index {
        5 => Act::new(5).does(Deed::Fail),
        _ => Act::new(index),
    }));
    assert_eq!(outcomes, [Ok(0), Ok(1), Ok(2), Ok(3), Ok(4), failed(5)]);
}

/// The first job fails once the twelfth has started: so those between are done, since the other
/// worker takes its next job when it has finished its last.
fn stop_gives_out_what_was_done_and_starts_nothing_new<P: Pool>() {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let options = Options::new().workers(2).chunk(1).window(64);
    let pool = P::new(options.on_error(OnError::Stop));
    let jobs = (0..20_000).map(|index| match index {
        0 => Act::new(0).does(Deed::FailAfter(gate.clone())).logs(&log),
        1..=10 => Act::new(index).logs(&log),
        // Long enough for a worker to be seen at it.
        _ => Act::new(index)
            .does(Deed::Nap(Duration::from_millis(1)))
            .logs(&log),
    });
    let (mut outcomes, mut started) = (Vec::new(), None);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (1..=10).for_each(|index| log.wait_for_end(index));
            let _ = log.wait_for_start(11);
            std::fs::write(&gate, "").unwrap();
        });
        pool.each(jobs, |_, outcome| {
            started.get_or_insert_with(|| log.starts().len());
            outcomes.push(outcome);
            ControlFlow::Continue(())
        });
    });
    assert!(outcomes.len() < 20_000, "it was not stopped");
    assert_eq!(outcomes[0], failed(0));
    for (index, outcome) in (0..).zip(&outcomes).skip(1) {
        let cancelled = *outcome == Err(JobError::Cancelled);
        assert!(
            *outcome == Ok(index) || index > 10 && cancelled,
            "job {index}: {outcome:?}"
        );
    }
    // A worker may have been about to start one, and a process may have one more in its hands.
    let (started, in_the_end) = (started.unwrap(), log.starts().len());
    assert!(
        in_the_end <= started + 4,
        "{started}, {in_the_end} in the end"
    );
}

/// What waits cannot go on where a pattern can end it; threads cannot, so there it is let go.
fn stop_ends_what_waits<P: Pool>() {
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let failure = directory.path().join("failure");
    let pool = P::new(Options::new().workers(2).chunk(1).on_error(OnError::Stop));
    let jobs = [
        Act::new(0).does(Deed::Await(gate.clone())).logs(&log),
        Act::new(1)
            .does(Deed::FailAfter(failure.clone()))
            .logs(&log),
    ];
    let can_end = P::NAME != "threads";
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = (log.wait_for_start(0), log.wait_for_start(1));
            std::fs::write(&failure, "").unwrap();
            if !can_end {
                std::fs::write(&gate, "").unwrap();
            }
        });
        let expected = if can_end {
            Err(JobError::Cancelled)
        } else {
            Ok(0)
        };
        assert_eq!(pool.collect(jobs), [expected, failed(1)]);
    });
    assert_eq!(log.ends(), usize::from(!can_end));
}

/// The map is dropped with hundreds of jobs in its window; what comes after it on the same pool
/// does not wait for them.
fn a_dropped_map_starts_nothing_new<P: Pool>() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let pool = P::new(Options::new().workers(2).chunk(1).window(1000));
    let hold = Deed::Hold(Duration::from_millis(5));
    let jobs = (0..1000).map(|index| Act::new(index).does(hold.clone()).logs(&log));
    pool.each(jobs, |_, _| ControlFlow::Break(()));
    let started = log.starts().len();
    assert_eq!(pool.submit(Act::new(7)).wait(), Ok(7));
    pool.shutdown();
    // A worker may have been about to start one, and a process may have one more in its hands.
    let in_the_end = log.starts().len();
    assert!(
        in_the_end <= started + 4 && in_the_end < 1000,
        "{started}, {in_the_end} in the end"
    );
}
