//! As if under a global interpreter lock: who can be inside at the same time as another. The jobs
//! meet, or look out for another in vain; no clock is asked how long that took.

use std::fs;
use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::Meet;
use tests::trials::named;
use tests::{Asynchronous, Processes, Reference, Subject, Threads};
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, _, fn()); 9] = [
        (
            "computing_overlaps_without_it",
            Threads::NAME,
            computing::<Threads, false, true>,
        ),
        (
            "computing_overlaps_without_it",
            Asynchronous::NAME,
            computing::<Asynchronous, false, true>,
        ),
        (
            "computing_does_not_overlap",
            Reference::NAME,
            computing::<Reference, true, false>,
        ),
        (
            "computing_does_not_overlap",
            Threads::NAME,
            computing::<Threads, true, false>,
        ),
        (
            "computing_does_not_overlap",
            Asynchronous::NAME,
            computing::<Asynchronous, true, false>,
        ),
        (
            "computing_overlaps_all_the_same",
            Processes::NAME,
            computing::<Processes, true, true>,
        ),
        ("waiting_overlaps", Threads::NAME, waiting::<Threads>),
        ("waiting_overlaps", Processes::NAME, waiting::<Processes>),
        (
            "waiting_overlaps",
            Asynchronous::NAME,
            waiting::<Asynchronous>,
        ),
    ];
    let facts = facts.map(|(fact, pattern, test)| named(module_path!(), fact, pattern, test));
    facts.into_iter().collect()
}

fn computing<S: Subject, const GIL: bool, const MEETS: bool>() {
    assert_eq!(met::<S>(GIL, false, MEETS), MEETS);
}

fn waiting<S: Subject>() {
    assert!(met::<S>(true, true, true));
}

/// Whether any two of a few jobs were inside at once.
fn met<S: Subject>(gil: bool, waits: bool, expected: bool) -> bool {
    let room = tempfile::tempdir().unwrap();
    let lounge = room.path().join("room");
    fs::create_dir(&lounge).unwrap();
    // Whoever is to meet has all the time that it takes; others look out for a while.
    let patience = if expected {
        Duration::from_secs(60)
    } else {
        Duration::from_millis(30)
    };
    let subject = S::new(Options::new().workers(2).chunk(1).gil(gil));
    let outcomes = subject.collect((0..4).map(|index| Meet {
        index,
        room: lounge.clone(),
        patience,
        waits,
    }));
    outcomes.into_iter().any(|outcome| outcome.unwrap())
}
