//! Ten squares on processes. In Python: `ProcessPoolExecutor().map(worker, range(10))`, where
//! `worker(n)` returns `n ** 2`.

use processpool_pattern::{Job, Options, Portable, ProcessPool};
use serde::{Deserialize, Serialize};

/// A number to be squared.
#[derive(Serialize, Deserialize)]
struct Square(u64);

impl Job for Square {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        Ok(self.0.pow(2))
    }
}

impl Portable for Square {
    const NAME: &'static str = "square";
}

fn main() -> anyhow::Result<()> {
    // A worker is this program, started again: here it goes its own way, and never returns.
    processpool_pattern::worker(|jobs| {
        jobs.add::<Square>();
    });
    let pool = ProcessPool::new(Options::new())?;
    for square in pool.map((0..10).map(Square)) {
        println!("{}", square?);
    }
    Ok(())
}
