//! A job on async that holds its thread is found: nothing else can run there meanwhile.

use std::time::Duration;

use futures_util::StreamExt;
use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::trials::named;
use tests::{Asynchronous, Subject};
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 2] = [
        ("the_job_that_holds_its_thread_is_named", named_in_counts),
        ("jobs_that_wait_are_not", waiting),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Asynchronous::NAME, test));
    facts.into_iter().collect()
}

/// Far longer than a busy machine keeps a thread from running.
const LONG: Duration = Duration::from_secs(2);

fn named_in_counts() {
    for chunk in [1, 100] {
        let Asynchronous(pool) = Asynchronous::new(Options::new().workers(2).chunk(chunk));
        let mut outcomes = pool.map((0..200).map(|index| match index {
            42 => Act::new(index).does(Deed::Hold(LONG)),
            _ => Act::new(index),
        }));
        pool.block_on(async { while outcomes.next().await.is_some() {} });
        let counts = outcomes.counts();
        let slowest = counts.slowest.unwrap();
        assert_eq!(slowest.index, 42);
        assert!(slowest.time > LONG / 2, "{slowest:?}");
        assert!(counts.slow < 100, "{}", counts.slow);
    }
}

fn waiting() {
    for chunk in [1, 100] {
        let Asynchronous(pool) = Asynchronous::new(Options::new().workers(2).chunk(chunk));
        let nap = Deed::Nap(LONG);
        // Those between them wait for nothing.
        let mut outcomes = pool.map((0..100).map(|index| match index % 2 {
            0 => Act::new(index).does(nap.clone()),
            _ => Act::new(index),
        }));
        pool.block_on(async { while outcomes.next().await.is_some() {} });
        let slow = outcomes.counts().slowest.map(|slowest| slowest.time);
        assert!(slow.unwrap_or_default() < LONG / 2, "{slow:?}");
    }
}
