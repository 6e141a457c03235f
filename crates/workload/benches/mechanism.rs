//! What the mechanism costs a job, piece by piece: the size of a chunk, the order of outcomes, a
//! handle. Nothing runs the jobs, so nothing of this is what a job costs on a pattern.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use workload::Options;
use workload::mechanism::{Chunk, Chunker, Done, Flow, Handle, Order, Pull};

fn main() {
    divan::main();
}

/// The chunks of a run are asked for and measured so often.
const CHUNKS: usize = 1000;

/// Jobs of a run.
const JOBS: usize = 100_000;

const CHUNK_SIZES: [usize; 3] = [1, 32, 1024];

#[divan::bench]
fn chunker(bencher: Bencher<'_, '_>) {
    let workers = NonZeroUsize::MIN.saturating_add(1);
    bencher.counter(ItemsCount::new(CHUNKS)).bench(|| {
        let mut chunker = Chunker::new(workers, 1 << 14, None);
        for left in (0..CHUNKS).rev() {
            let size = chunker.size(black_box(Some(left << 14)));
            chunker.measured(size, Duration::from_nanos(100 * size as u64));
        }
        chunker
    });
}

/// Chunks end in the order in which they began: nothing waits for its turn.
#[divan::bench(args = CHUNK_SIZES)]
fn flow_in_order(bencher: Bencher<'_, '_>, chunk: usize) {
    bencher
        .counter(ItemsCount::new(JOBS))
        .bench(|| flow(chunk, Order::Input, |in_flight| in_flight.remove(0)));
}

/// The last one that began ends first: all others wait for their turn.
#[divan::bench(args = CHUNK_SIZES)]
fn flow_reordered(bencher: Bencher<'_, '_>, chunk: usize) {
    bencher.counter(ItemsCount::new(JOBS)).bench(|| {
        flow(chunk, Order::Input, |in_flight| {
            in_flight.swap_remove(in_flight.len() - 1)
        })
    });
}

/// The same, given out as they come.
#[divan::bench(args = CHUNK_SIZES)]
fn flow_as_they_come(bencher: Bencher<'_, '_>, chunk: usize) {
    bencher.counter(ItemsCount::new(JOBS)).bench(|| {
        flow(chunk, Order::Arrival, |in_flight| {
            in_flight.swap_remove(in_flight.len() - 1)
        })
    });
}

/// Takes all jobs through a flow with a window of eight chunks; `ends` says which of those in flight
/// ends next. Gives the number of outcomes.
fn flow(chunk: usize, order: Order, ends: fn(&mut Vec<Chunk<usize>>) -> Chunk<usize>) -> usize {
    let options = Options::new().workers(2).chunk(chunk).window(8 * chunk);
    let mut flow = Flow::new((0..JOBS).map(Pull::Job), &options, order);
    let mut in_flight = Vec::new();
    let mut given_out = 0;
    while !flow.is_finished() {
        while let Some(chunk) = flow.next_chunk() {
            in_flight.push(chunk);
        }
        if !in_flight.is_empty() {
            flow.done(done(ends(&mut in_flight)));
        }
        while let Some(outcome) = flow.next_outcome() {
            black_box(&outcome);
            given_out += 1;
        }
    }
    given_out
}

fn done(chunk: Chunk<usize>) -> Done<usize> {
    Done {
        first: chunk.first,
        busy: Duration::from_nanos(10 * chunk.jobs.len() as u64),
        outcomes: chunk.jobs.into_iter().map(Ok).collect(),
        bytes: 0,
        worker: 0,
        spans: Vec::new(),
        held: Vec::new(),
    }
}

/// A job's handle when the outcome is there before anybody waits.
#[divan::bench]
fn handle(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let (handle, promise) = Handle::new(|| None);
        promise.keep(Ok(black_box(7_u64)));
        handle.wait()
    });
}
