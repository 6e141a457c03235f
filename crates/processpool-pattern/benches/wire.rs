//! What it costs to carry jobs to a worker and their outputs back: encoding, moving, decoding. All
//! that can be seen of it from outside, so one worker, whole chunks, and jobs that do nothing.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use processpool_pattern::{Job, Options, Portable, ProcessPool};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// Gives back what it is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Number(u64);

/// The same, of bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Payload(ByteBuf);

impl Job for Number {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        Ok(self.0)
    }
}

impl Portable for Number {
    const NAME: &'static str = "number";
}

impl Job for Payload {
    type Output = ByteBuf;

    fn run(&self) -> anyhow::Result<ByteBuf> {
        Ok(self.0.clone())
    }
}

impl Portable for Payload {
    const NAME: &'static str = "payload";
}

fn main() {
    processpool_pattern::worker(|jobs| {
        jobs.add::<Number>().add::<Payload>();
    });
    divan::main();
}

/// Numbers of one run.
const NUMBERS: u64 = 16_384;

/// Payloads of one run.
const PAYLOADS: usize = 16;

/// One worker, and chunks of this size.
fn pool(chunk: usize) -> ProcessPool {
    let options = Options::new().workers(1).chunk(chunk);
    ProcessPool::new(options).expect("a machine that builds this can start a process")
}

/// Of jobs as small as can be, by how many travel together.
#[divan::bench(args = [1, 64, 4096], sample_count = 20, sample_size = 1)]
fn numbers(bencher: Bencher<'_, '_>, chunk: usize) {
    let pool = pool(chunk);
    let bencher = bencher.counter(ItemsCount::new(NUMBERS));
    bencher.bench_local(|| {
        pool.map((0..NUMBERS).map(Number))
            .filter(Result::is_ok)
            .count()
    });
}

/// Of payloads, by their size: they travel alone, there and back.
#[divan::bench(args = [1 << 10, 64 << 10, 1 << 20], sample_count = 20, sample_size = 1)]
fn payloads(bencher: Bencher<'_, '_>, bytes: usize) {
    let pool = pool(1);
    let payload = Payload(ByteBuf::from(vec![7; bytes]));
    let bencher = bencher.counter(BytesCount::new(2 * PAYLOADS * bytes));
    bencher.bench_local(|| {
        let payloads = std::iter::repeat_n(&payload, PAYLOADS);
        pool.map(payloads.cloned()).filter(Result::is_ok).count()
    });
}
