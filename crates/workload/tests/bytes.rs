//! The window and the chunks by bytes, where jobs travel.

use std::collections::VecDeque;
use std::time::Duration;

use workload::mechanism::{Done, Flow, Order, Pull};
use workload::{JobError, Options};

/// How many jobs are in the window at most, and the largest chunk, when each job takes so many
/// bytes and no time.
fn with_bytes(options: &Options, bytes: usize) -> (usize, usize) {
    let jobs = (0..100_000_u32).map(Pull::Job);
    let mut flow = Flow::new(jobs, options, Order::Input);
    let mut in_flight = VecDeque::new();
    let (mut most, mut largest) = (0, 0);
    loop {
        while let Some(chunk) = flow.next_chunk() {
            // What is there before the first outcome tells the size is bounded by other means.
            if flow.counts().succeeded > 0 {
                largest = largest.max(chunk.jobs.len());
            }
            in_flight.push_back(chunk);
        }
        if flow.counts().succeeded > 1000 {
            most = most.max(flow.in_flight());
        }
        let Some(chunk) = in_flight.pop_front() else {
            return (most, largest);
        };
        flow.done(Done {
            first: chunk.first,
            bytes: bytes * chunk.jobs.len(),
            busy: Duration::from_nanos(10) * u32::try_from(chunk.jobs.len()).unwrap_or(u32::MAX),
            outcomes: chunk.jobs.into_iter().map(Ok::<_, JobError>).collect(),
            worker: 0,
            spans: Vec::new(),
            held: Vec::new(),
        });
        while flow.next_outcome().is_some() {}
    }
}

#[test]
fn the_window_holds_no_more_bytes_than_it_may() {
    let options = Options::new().workers(2).window_bytes(10 << 20);
    assert_eq!(with_bytes(&options, 1 << 20), (10, 1));
    assert_eq!(with_bytes(&options, 64 << 20), (2, 1), "one a worker");
    let (most, largest) = with_bytes(&options, 1 << 10);
    assert!(most <= 10 << 10 && most > 5 << 10, "{most}");
    assert_eq!(largest, 1 << 10, "a chunk of a mebibyte");
    assert!(with_bytes(&options, 0).0 > 50_000);
    assert_eq!(with_bytes(&options.window(5), 1 << 20).0, 5);
}
