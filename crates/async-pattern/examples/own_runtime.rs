//! Async inside of a program that is async already: a pool on the runtime that is there, instead of
//! one of its own.

use std::time::Duration;

use async_pattern::{AsyncPool, Job, Options};
use futures_util::StreamExt;
use tokio::runtime::{Handle, Runtime};

/// A wait of some milliseconds.
struct Nap(u64);

impl Job for Nap {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        std::thread::sleep(Duration::from_millis(self.0));
        Ok(self.0)
    }

    async fn run_async(&self) -> anyhow::Result<u64> {
        tokio::time::sleep(Duration::from_millis(self.0)).await;
        Ok(self.0)
    }
}

/// What `#[tokio::main]` would write, if your program is of that kind.
fn main() -> anyhow::Result<()> {
    Runtime::new()?.block_on(program())
}

async fn program() -> anyhow::Result<()> {
    let pool = AsyncPool::builder(Options::new()).build_on(Handle::current());
    // The shortest nap ends first, whichever came first.
    let mut naps = pool.map_unordered([30, 20, 10].map(Nap));
    while let Some((index, nap)) = naps.next().await {
        println!("job {index}: {} ms", nap?);
    }
    Ok(())
}
