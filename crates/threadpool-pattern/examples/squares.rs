//! Ten squares on threads. In Python: `ThreadPoolExecutor().map(worker, range(10))`, where
//! `worker(n)` returns `n ** 2`.

use threadpool_pattern::{Job, Options, ThreadPool};

/// A number to be squared.
struct Square(u64);

impl Job for Square {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        Ok(self.0.pow(2))
    }
}

fn main() -> anyhow::Result<()> {
    let pool = ThreadPool::new(Options::new())?;
    for square in pool.map((0..10).map(Square)) {
        println!("{}", square?);
    }
    Ok(())
}
