//! Jobs and outputs that cannot travel.

use libtest_mimic::Trial;
use tests::jobs::{Act, Mute, Panics, Spite, Spiteful, Stuck, Unknown};
use tests::trials::named;
use tests::{Pool, Processes, Subject};
use workload::{JobError, Options, Outcome};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 6] = [
        ("a_job_that_no_worker_knows", a_job_that_no_worker_knows),
        (
            "a_job_that_cannot_be_encoded_or_decoded",
            jobs_that_are_stuck,
        ),
        ("a_submitted_job_that_cannot_be_encoded", a_submitted_job),
        (
            "an_output_that_cannot_be_encoded_or_decoded",
            outputs_that_are_stuck,
        ),
        (
            "a_panic_on_the_way_is_the_outcome_of_its_job_alone",
            panics_on_the_way,
        ),
        ("a_panic_in_a_drop_takes_no_thread_along", panics_in_a_drop),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

fn told<O: std::fmt::Debug>(outcome: Outcome<O>, part: &str) {
    match outcome {
        Err(JobError::Unsendable { message }) if message.contains(part) => {}
        other => panic!("not unsendable because of {part:?}: {other:?}"),
    }
}

fn a_job_that_no_worker_knows() {
    let pool = Processes::new(Options::new().workers(2));
    for outcome in pool.collect([const { Unknown }; 20]) {
        told(outcome, "do not know this job");
    }
    told(pool.submit(Unknown).wait(), "do not know this job");
    assert_eq!(pool.submit(Act::new(1)).wait(), Ok(1), "others are known");
}

/// Neighbours in one chunk, some of which travel.
fn jobs_that_are_stuck() {
    use Stuck::{Here, Nowhere, There};
    let pool = Processes::new(Options::new().workers(2).chunk(9));
    let jobs = [
        Nowhere, Here, Nowhere, There, There, Here, Here, Nowhere, There,
    ];
    for (job, outcome) in jobs.iter().zip(pool.collect(jobs)) {
        match job {
            Here => told(outcome, "cannot be encoded"),
            There => told(outcome, "cannot be decoded"),
            Nowhere => assert_eq!(outcome, Ok(true)),
        }
    }
}

fn a_submitted_job() {
    let pool = Processes::new(Options::new().workers(1));
    told(pool.submit(Stuck::Here).wait(), "cannot be encoded");
    told(pool.submit(Stuck::There).wait(), "cannot be decoded");
}

fn outputs_that_are_stuck() {
    let pool = Processes::new(Options::new().workers(1).chunk(4));
    let outcomes = pool.collect([Mute(true), Mute(false), Mute(true), Mute(false)]);
    for (outcome, part) in outcomes
        .into_iter()
        .zip(["encoded", "decoded"].into_iter().cycle())
    {
        told(outcome, part);
    }
}

/// Neighbours in one chunk: each has its own outcome, and those after it have theirs.
fn panics_on_the_way() {
    use Panics::{Decoded, Dropped, Encoded, Never};
    let pool = Processes::new(Options::new().workers(1).chunk(20));
    let ways = [Encoded, Decoded, Dropped, Never];
    let pairs = ways.map(|job| ways.map(|output| (job, output)));
    let pairs = pairs.as_flattened();
    let jobs = || pairs.iter().map(|(job, output)| Spite::new(*job, *output));
    let check = |at: usize, outcome: Outcome<Spiteful>| match (pairs[at], outcome) {
        ((Never, output @ (Never | Dropped)), outcome) => {
            assert_eq!(outcome.map(Spiteful::defused), Ok(output));
        }
        ((Encoded, _), outcome) => told(outcome, "cannot be encoded: assertion"),
        ((Never, Decoded), outcome) => told(outcome, "cannot be decoded: assertion"),
        // In the worker, which goes on.
        (_, Err(JobError::Panicked { .. })) => {}
        (pair, outcome) => panic!("{pair:?}: {outcome:?}"),
    };
    for (at, outcome) in pool.collect(jobs()).into_iter().enumerate() {
        check(at, outcome);
    }
    for (at, job) in jobs().enumerate() {
        check(at, pool.submit(job).wait());
    }
    assert_eq!(pool.submit(Act::new(3)).wait(), Ok(3));
}

/// Of jobs that are cancelled before they begin, and of outputs that nobody waits for.
fn panics_in_a_drop() {
    use Panics::{Dropped, Never};
    let pool = Processes::new(Options::new().workers(1));
    for (job, output) in [(Dropped, Never), (Never, Dropped)] {
        let handles: Vec<_> = (0..20)
            .map(|_| pool.submit(Spite::new(job, output)))
            .collect();
        for (at, handle) in handles.into_iter().enumerate() {
            if at % 2 == 0 {
                handle.cancel();
            }
        }
        assert_eq!(pool.submit(Act::new(3)).wait(), Ok(3));
    }
}
