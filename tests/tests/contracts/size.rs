//! Much at once: a million outputs, and jobs and outputs of many megabytes.

use std::ops::ControlFlow;

use libtest_mimic::Trial;
use tests::jobs::{Act, Blob};
use tests::{
    Asynchronous, OneThread, Pool, Processes, Reference, Subject, Threads, Waiting, trials,
};
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
        a_million_outputs,
        outputs_of_16_mebibytes,
        jobs_of_16_mebibytes,
        sizes_around_every_border_of_a_packet,
        small_and_large_outputs_in_turn,
    ]
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P: a_submitted_job_of_16_mebibytes_and_as_much_back]
}

const LARGE: usize = 16 << 20;

fn a_million_outputs<S: Subject>() {
    const JOBS: usize = 1_000_000;
    let subject = S::new(Options::new().workers(2));
    let mut taken = 0;
    let counts = subject.each((0..JOBS as u64).map(Act::new), |index, outcome| {
        assert_eq!((index, outcome), (taken, Ok(taken as u64)));
        taken += 1;
        ControlFlow::Continue(())
    });
    assert_eq!((taken, counts.succeeded), (JOBS, JOBS));
}

fn outputs_of_16_mebibytes<S: Subject>() {
    blobs::<S>(&[(0, LARGE), (10, LARGE), (0, 10), (0, LARGE), (10, LARGE)]);
}

fn jobs_of_16_mebibytes<S: Subject>() {
    blobs::<S>(&[(LARGE, 0), (LARGE, 10), (10, 0), (LARGE, 0), (LARGE, LARGE)]);
}

/// What is small goes one way and what is large another: right at each border, nothing may be lost.
fn sizes_around_every_border_of_a_packet<S: Subject>() {
    let borders = [0, 64 << 10, 128 << 10, 208 << 10, 1 << 20];
    let sizes = borders.iter().flat_map(|border| {
        let near = [-100_i64, -40, -20, -8, -4, -1, 0, 1, 8, 100];
        near.into_iter()
            .map(move |offset| usize::try_from(border + offset).unwrap_or(0))
    });
    let sizes: Vec<_> = sizes.collect();
    let jobs: Vec<_> = sizes
        .iter()
        .flat_map(|size| [(*size, 1), (1, *size), (*size, *size)])
        .collect();
    blobs::<S>(&jobs);
}

/// Each chunk ends with an output that goes another way than those before it, where there is little
/// room for them. The chunks are short, so that a worker is always sent the next before it has done with
/// the last.
fn small_and_large_outputs_in_turn<S: Subject>() {
    const LARGE: usize = 2 << 20;
    let subject = S::new(Options::new().workers(3).chunk(2).window(64));
    let size = |index: usize| if index.is_multiple_of(2) { 10 } else { LARGE };
    let byte = |index: usize| u8::try_from(index % 251).unwrap();
    let jobs = (0..1000).map(|index| Blob::new(byte(index), 0, size(index)));
    subject.each(jobs, |index, outcome| {
        let output = outcome.unwrap();
        assert_eq!(output.len(), size(index), "of job {index}");
        assert!(output.iter().all(|b| *b == byte(index)), "of job {index}");
        ControlFlow::Continue(())
    });
}

/// Runs jobs of these sizes and outputs of those, all in few chunks, and a small one after each.
fn blobs<S: Subject>(sizes: &[(usize, usize)]) {
    let subject = S::new(Options::new().workers(2).chunk(4).window(32));
    let jobs = (0..)
        .zip(sizes)
        .map(|(byte, (input, output))| Blob::new(byte, *input, *output));
    let mut expected = (0..)
        .zip(sizes)
        .map(|(byte, (_, output))| vec![byte; *output]);
    let counts = subject.each(jobs, |index, outcome| {
        let (output, expected) = (outcome.unwrap(), expected.next().unwrap());
        assert!(*output == expected, "output {index}");
        ControlFlow::Continue(())
    });
    assert_eq!(counts.succeeded, sizes.len());
}

fn a_submitted_job_of_16_mebibytes_and_as_much_back<P: Pool>() {
    let pool = P::new(Options::new().workers(2));
    let handles: Vec<_> = (0..4)
        .map(|byte| pool.submit(Blob::new(byte, LARGE, LARGE)))
        .collect();
    for (byte, handle) in (0..).zip(handles) {
        assert!(*handle.wait().unwrap() == vec![byte; LARGE]);
    }
}
