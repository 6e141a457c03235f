//! Jobs and outputs of all sizes, and what is left of the memory that they came in.

use std::fs;
use std::os::unix::fs::MetadataExt;

use libtest_mimic::Trial;
use serde_bytes::ByteBuf;
use tests::jobs::{Blob, Torn};
use tests::system::until;
use tests::trials::named;
use tests::{Pool, Processes, Subject};
use workload::{Death, JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 4] = [
        ("all_sizes_there_and_back", all_sizes),
        ("a_worker_that_dies_while_it_writes_an_output", torn),
        ("outputs_beyond_what_an_idle_worker_keeps", given_back),
        ("a_payload_that_a_worker_may_not_map", refused),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

/// Sizes around each at which something else is done: memory is mapped in steps of 64 KiB, copied up
/// to 256 KiB, put into large pages from 4 MiB on and kept up to 64 MiB; no more than 1 MiB of jobs
/// travel together.
fn all_sizes() {
    let around = [64 << 10, 256 << 10, 1 << 20, 4 << 20];
    let around = around
        .into_iter()
        .flat_map(|size| [size - 12, size - 1, size, size + 1]);
    let sizes = [0, 1]
        .into_iter()
        .chain(around)
        .chain([64 << 20, (64 << 20) + 1, 0, 70_000]);
    let sizes: Vec<_> = sizes.collect();
    for chunk in [1, 5] {
        let pool = Processes::new(Options::new().workers(2).chunk(chunk));
        let jobs = sizes.clone().into_iter().enumerate();
        let jobs = jobs.map(|(index, size)| Blob::new(index as u8, size, size));
        for ((index, &size), outcome) in sizes.iter().enumerate().zip(pool.collect(jobs)) {
            let output = outcome.unwrap();
            assert_eq!(output.len(), size);
            assert!(output.iter().all(|&byte| byte == index as u8), "{size}");
        }
    }
}

/// The culprit writes where the page has been grown before, or must grow.
fn torn() {
    for bytes in [1_000, 500 << 10, 8 << 20] {
        let pool = Processes::new(Options::new().workers(2).chunk(6));
        let jobs = (0..48).map(|index: u8| Torn {
            byte: index,
            bytes: if index.is_multiple_of(6) {
                4 << 20
            } else {
                bytes
            },
            torn: index % 12 == 8,
        });
        let jobs: Vec<_> = jobs.collect();
        for (job, outcome) in jobs.iter().zip(pool.collect(jobs.clone())) {
            match outcome {
                Ok(halves) => {
                    let half = ByteBuf::from(vec![job.byte; job.bytes / 2]);
                    assert!(!job.torn && halves.0 == half && halves.1 == half, "{job:?}");
                }
                Err(JobError::Crashed { death, .. }) => {
                    assert_eq!((job.torn, death), (true, Death::Signal(9)), "{job:?}");
                }
                Err(error) => panic!("{job:?}: {error}"),
            }
        }
    }
}

/// Memory of all arenas of this process.
fn kept() -> u64 {
    let descriptors = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let arenas = descriptors.filter(|descriptor| {
        fs::read_link(descriptor.path()).is_ok_and(|to| to.starts_with("/memfd:arena (deleted)"))
    });
    let arenas = arenas.flat_map(|arena| fs::metadata(arena.path()));
    arenas.map(|arena| arena.blocks() * 512).sum()
}

/// It takes twice as much as may be left in the end. Other tests of this process run meanwhile, and
/// have some, too.
fn given_back() {
    let pool = Processes::new(Options::new().workers(1));
    let echo = |byte| {
        let output = pool.submit(Blob::new(byte, 100 << 20, 100 << 20)).wait();
        assert!(output.unwrap().iter().all(|&other| other == byte));
    };
    echo(1);
    until("the memory is given back", || kept() < 100 << 20);
    echo(2);
    pool.shutdown();
}

fn refused() {
    let pool = Processes::new(Options::new().workers(1).max_memory(300 << 20));
    let outcome = pool.submit(Blob::new(1, 350 << 20, 1)).wait();
    assert!(
        matches!(outcome, Err(JobError::Unsendable { .. })),
        "{:?}",
        outcome.err()
    );
    let outcome = pool.submit(Blob::new(1, 1 << 20, 1 << 20)).wait();
    assert_eq!(outcome.unwrap().len(), 1 << 20, "it goes on");
}
