//! Workers that may run only so many jobs, or take only so much memory.

use std::collections::BTreeMap;

use libtest_mimic::Trial;
use tests::jobs::{Act, Blob, Deed};
use tests::log::Event;
use tests::trials::named;
use tests::{Log, Processes, Subject};
use workload::{JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 4] = [
        (
            "a_worker_runs_no_more_jobs_than_it_may",
            runs_no_more_than_it_may,
        ),
        (
            "a_worker_that_dies_is_replaced_all_the_same",
            dies_and_is_replaced,
        ),
        ("each_worker_may_run_a_single_job", a_single_job_each),
        (
            "a_job_that_wants_too_much_memory_fails_alone",
            too_much_memory,
        ),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

/// How many jobs each process has started.
fn jobs_by_process(log: &Log) -> BTreeMap<i32, usize> {
    let mut jobs = BTreeMap::new();
    for event in log.events() {
        if let Event::Start(_, pid) = event {
            *jobs.entry(pid).or_default() += 1;
        }
    }
    jobs
}

/// Runs a hundred jobs, of which some kill their process, and gives how many each process started.
fn run(options: Options, culprits: &[u64]) -> BTreeMap<i32, usize> {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let pool = Processes::new(options);
    let outcomes = pool.collect((0..100).map(|index| {
        let act = Act::new(index).logs(&log);
        if culprits.contains(&index) {
            act.does(Deed::Kill)
        } else {
            act
        }
    }));
    for (index, outcome) in (0..).zip(outcomes) {
        if culprits.contains(&index) {
            let crashed = matches!(outcome, Err(JobError::Crashed { .. }));
            assert!(crashed, "job {index}: {outcome:?}");
        } else {
            assert_eq!(outcome, Ok(index));
        }
    }
    let starts = log.starts();
    assert!(starts.keys().copied().eq(0..100), "every job was started");
    assert!(starts.values().all(|starts| *starts == 1), "{starts:?}");
    jobs_by_process(&log)
}

fn runs_no_more_than_it_may() {
    for chunk in [1, 3, 50] {
        let options = Options::new().workers(2).chunk(chunk);
        let jobs = run(options.max_jobs_per_worker(7), &[]);
        assert!(jobs.values().all(|jobs| *jobs <= 7), "{jobs:?}");
        assert!(jobs.len() >= 100_usize.div_ceil(7), "{jobs:?}");
    }
}

fn dies_and_is_replaced() {
    let options = Options::new().workers(2).chunk(10).max_jobs_per_worker(7);
    let jobs = run(options, &[0, 13, 14, 15, 50, 99]);
    assert!(jobs.values().all(|jobs| *jobs <= 7), "{jobs:?}");
}

fn a_single_job_each() {
    let jobs = run(Options::new().workers(3).max_jobs_per_worker(1), &[]);
    assert_eq!(jobs.len(), 100, "a process each");
}

/// The third of eight gives back more than its process may have.
fn too_much_memory() {
    let limit = 400 << 20;
    let pool = Processes::new(Options::new().workers(2).chunk(4).max_memory(limit));
    let outcomes = pool.collect((0..8).map(|byte| match byte {
        2 => Blob::new(byte, 0, 1 << 30),
        _ => Blob::new(byte, 10, 10),
    }));
    for (byte, outcome) in (0..).zip(outcomes) {
        match outcome {
            Err(JobError::Crashed { last_words, .. }) if byte == 2 => {
                assert!(last_words.contains("memory allocation"), "{last_words}");
            }
            outcome => assert!(byte != 2 && *outcome.unwrap() == [byte; 10], "{byte}"),
        }
    }
}
