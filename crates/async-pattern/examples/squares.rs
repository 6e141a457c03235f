//! Ten squares, async. In Python: `asyncio.gather` of ten tasks `create_task(worker(n))`, where
//! `worker(n)` returns `n ** 2`.

use async_pattern::{AsyncPool, Job, Options};
use futures_util::StreamExt;

/// A number to be squared.
struct Square(u64);

impl Job for Square {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        Ok(self.0.pow(2))
    }
}

fn main() -> anyhow::Result<()> {
    let pool = AsyncPool::new(Options::new())?;
    pool.block_on(async {
        let mut squares = pool.map((0..10).map(Square));
        while let Some(square) = squares.next().await {
            println!("{}", square?);
        }
        Ok(())
    })
}
