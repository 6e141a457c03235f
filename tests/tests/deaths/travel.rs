//! Jobs and outputs that cannot travel.

use libtest_mimic::Trial;
use tests::jobs::{Act, Mute, Stuck, Unknown};
use tests::trials::named;
use tests::{Pool, Processes, Subject};
use workload::{JobError, Options, Outcome};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 4] = [
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
