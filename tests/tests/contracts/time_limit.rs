//! A time limit for each job, counted from its own start, and how often a job is tried again.

use std::fs;
use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::trials::named;
use tests::{
    Asynchronous, Log, OneThread, Pool, Processes, Reference, Subject, Threads, Waiting, trials,
};
use workload::{JobError, Options, Outcome};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = everywhere::<Reference>();
    trials.extend(everywhere::<Threads>());
    trials.extend(everywhere::<Processes>());
    trials.extend(everywhere::<Asynchronous>());
    trials.extend(everywhere::<OneThread>());
    let differ: [(_, _, fn()); 6] = [
        (
            "a_job_that_computes_for_ever_is_killed",
            Processes::NAME,
            killed,
        ),
        (
            "a_job_that_waits_for_ever_ends_at_its_await",
            Asynchronous::NAME,
            ended_at_its_await::<Asynchronous>,
        ),
        (
            "a_job_that_waits_for_ever_ends_at_its_await",
            OneThread::NAME,
            ended_at_its_await::<OneThread>,
        ),
        (
            "a_job_over_its_limit_is_told_of_when_it_ends",
            Reference::NAME,
            told_when_it_ends::<Reference>,
        ),
        (
            "a_job_that_never_awaits_is_told_of_when_it_ends",
            Asynchronous::NAME,
            told_when_it_ends::<Asynchronous>,
        ),
        (
            "a_job_that_never_awaits_is_told_of_when_it_ends",
            OneThread::NAME,
            told_when_it_ends::<OneThread>,
        ),
    ];
    let differ = differ.map(|(fact, pattern, test)| named(module_path!(), fact, pattern, test));
    trials.extend(differ);
    trials.extend(on_pools::<Threads>());
    trials.extend(on_pools::<Processes>());
    trials.extend(on_pools::<Asynchronous>());
    trials.extend(on_pools::<OneThread>());
    trials
}

fn everywhere<S: Subject>() -> Vec<Trial> {
    trials![S:
        the_limit_counts_from_a_jobs_own_start,
        an_overdue_job_is_tried_again_as_often_as_allowed,
    ]
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P: a_submitted_job_has_the_limit_too]
}

/// Far more than a job of no length takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(1);
/// More than the limit.
const LONG: Duration = Duration::from_millis(1200);

fn timed_out(after: Duration) -> Outcome<u64> {
    Err(JobError::TimedOut { after })
}

/// Runs eight jobs in two chunks; the third takes too long, the others no time.
fn third_of_eight<S: Subject>(log: &Log, deed: Deed) {
    let subject = S::new(Options::new().workers(2).chunk(4).timeout(LIMIT));
    let outcomes = subject.collect((0..8).map(|index| match index {
        2 => Act::new(index).does(deed.clone()).logs(log),
        _ => Act::new(index).logs(log),
    }));
    let expected = (0..8).map(|index| {
        if index == 2 {
            timed_out(LIMIT)
        } else {
            Ok(index)
        }
    });
    assert_eq!(outcomes, expected.collect::<Vec<_>>());
    assert!(
        log.starts().into_values().all(|starts| starts == 1),
        "{:?}",
        log.starts()
    );
}

fn killed() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    third_of_eight::<Processes>(&log, Deed::Spin);
    assert_eq!(log.ends(), 7);
}

fn ended_at_its_await<S: Subject>() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    third_of_eight::<S>(&log, Deed::Await(directory.path().join("never")));
    assert_eq!(log.ends(), 7);
}

fn told_when_it_ends<S: Subject>() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    third_of_eight::<S>(&log, Deed::Hold(LONG));
    assert_eq!(log.ends(), 8, "it was not interrupted");
}

/// Each of them has most of the time that all of them together may take.
fn the_limit_counts_from_a_jobs_own_start<S: Subject>() {
    let subject = S::new(Options::new().workers(1).chunk(4).timeout(LIMIT));
    let nap = Duration::from_millis(300);
    let outcomes = subject.collect((0..4).map(|index| Act::new(index).does(Deed::Hold(nap))));
    assert_eq!(outcomes, (0..4).map(Ok).collect::<Vec<_>>());
}

fn an_overdue_job_is_tried_again_as_often_as_allowed<S: Subject>() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    // Long enough for the job to begin in, whatever else the machine does.
    let limit = Duration::from_millis(500);
    let subject = S::new(Options::new().workers(1).timeout(limit).retries(2));
    let nap = Deed::Nap(Duration::from_secs(1));
    let outcomes = subject.collect([Act::new(0).does(nap).logs(&log)]);
    assert_eq!(outcomes, [timed_out(limit)]);
    assert_eq!(log.starts()[&0], 3, "once, and twice again");
}

fn a_submitted_job_has_the_limit_too<P: Pool>() {
    let directory = tempfile::tempdir().unwrap();
    let gate = directory.path().join("gate");
    let limit = Duration::from_millis(100);
    let pool = P::new(Options::new().workers(1).timeout(limit));
    let handle = pool.submit(Act::new(0).does(Deed::Await(gate.clone())));
    assert_eq!(handle.wait(), timed_out(limit));
    fs::write(gate, "").unwrap(); // A thread still waits for it.
}
