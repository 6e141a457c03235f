//! Outcomes come in input order, or each exactly once.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::{Asynchronous, OneThread, Pool, Processes, Reference, Subject, Threads, noise, trials};
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = everywhere::<Reference>();
    trials.extend(everywhere::<Threads>());
    trials.extend(everywhere::<Processes>());
    trials.extend(everywhere::<Asynchronous>());
    trials.extend(everywhere::<OneThread>());
    trials.extend(on_pools::<Threads>());
    trials.extend(on_pools::<Processes>());
    trials.extend(on_pools::<Asynchronous>());
    trials.extend(on_pools::<OneThread>());
    trials
}

fn everywhere<S: Subject>() -> Vec<Trial> {
    trials![S:
        order_is_kept_whatever_the_jobs_take,
        order_is_kept_with_a_fixed_chunk,
        no_jobs_give_no_outcomes,
        one_job_gives_one_outcome,
        fewer_jobs_than_workers,
    ]
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P:
        unordered_gives_each_index_once,
        unordered_does_not_wait_for_a_slow_job,
        two_maps_of_one_pool_at_once,
        two_pools_at_once,
    ]
}

fn naps(seed: u64) -> impl Iterator<Item = Act> {
    let times = noise(seed).map(|noise| Duration::from_micros(noise % 2000));
    let naps = (0..).zip(times);
    naps.map(|(index, time)| Act::new(index).does(Deed::Nap(time)))
}

fn indexes(n: u64) -> Vec<workload::Outcome<u64>> {
    (0..n).map(Ok).collect()
}

fn order_is_kept_whatever_the_jobs_take<S: Subject>() {
    let subject = S::new(Options::new().workers(4));
    assert_eq!(subject.collect(naps(1).take(300)), indexes(300));
}

fn order_is_kept_with_a_fixed_chunk<S: Subject>() {
    let subject = S::new(Options::new().workers(4).chunk(7));
    assert_eq!(subject.collect(naps(2).take(300)), indexes(300));
}

fn no_jobs_give_no_outcomes<S: Subject>() {
    let subject = S::new(Options::new().workers(2));
    assert_eq!(subject.collect(naps(3).take(0)), []);
}

fn one_job_gives_one_outcome<S: Subject>() {
    let subject = S::new(Options::new().workers(2));
    assert_eq!(subject.collect(naps(4).take(1)), [Ok(0)]);
}

fn fewer_jobs_than_workers<S: Subject>() {
    let subject = S::new(Options::new().workers(8));
    assert_eq!(subject.collect(naps(5).take(3)), indexes(3));
}

fn unordered_gives_each_index_once<P: Pool>() {
    let pool = P::new(Options::new().workers(4));
    let mut seen = BTreeSet::new();
    pool.each_unordered(naps(6).take(300), |index, outcome| {
        assert_eq!(outcome, Ok(index as u64));
        assert!(seen.insert(index), "job {index} twice");
        ControlFlow::Continue(())
    });
    assert!(seen.into_iter().eq(0..300));
}

/// The first job ends only when an outcome has come, so that outcome is not its own.
fn unordered_does_not_wait_for_a_slow_job<P: Pool>() {
    let directory = tempfile::tempdir().unwrap();
    let gate = directory.path().join("gate");
    let pool = P::new(Options::new().workers(2).chunk(1));
    let jobs = (0..20).map(|index| match index {
        0 => Act::new(0).does(Deed::Await(gate.clone())),
        _ => Act::new(index),
    });
    let mut order = Vec::new();
    pool.each_unordered(jobs, |index, outcome| {
        assert_eq!(outcome, Ok(index as u64));
        order.push(index);
        if order.len() == 19 {
            std::fs::write(&gate, "").unwrap();
        }
        ControlFlow::Continue(())
    });
    assert_eq!(order.pop(), Some(0));
    assert_eq!(order.len(), 19);
}

fn two_maps_of_one_pool_at_once<P: Pool>() {
    let pool = P::new(Options::new().workers(2));
    std::thread::scope(|scope| {
        for seed in [7, 8] {
            let pool = &pool;
            scope.spawn(move || assert_eq!(pool.collect(naps(seed).take(200)), indexes(200)));
        }
    });
}

fn two_pools_at_once<P: Pool>() {
    std::thread::scope(|scope| {
        for seed in [9, 10] {
            scope.spawn(move || {
                let pool = P::new(Options::new().workers(2));
                assert_eq!(pool.collect(naps(seed).take(200)), indexes(200));
            });
        }
    });
}
