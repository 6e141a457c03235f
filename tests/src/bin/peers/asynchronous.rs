//! Async: our pool, and what futures and tokio do with the same jobs on such a runtime.

use std::future::ready;

use anyhow::Result;
use async_pattern::{AsyncPool, Job};
use futures_util::{StreamExt, stream};
use tokio::runtime::{self, Runtime};
use tokio::task::JoinSet;

use crate::Amount;
use crate::clock::{WORKERS, median_time, options};
use crate::jobs::{Square, square};

/// How many jobs are under way at once.
const WINDOW: usize = 1024;

/// `map`.
pub(crate) fn map(jobs: u64) -> Result<Amount> {
    let pool = AsyncPool::new(options().window(WINDOW))?;
    median_time(|| {
        let outcomes = pool.map((0..jobs).map(Square));
        let outputs = outcomes.map(|outcome| outcome.expect("a number never fails"));
        Ok(pool.block_on(outputs.fold(0, |sum: u64, n| ready(sum.wrapping_add(n)))))
    })
}

/// Futures of the same jobs, as many at once, on one task.
pub(crate) fn buffered(jobs: u64) -> Result<Amount> {
    let runtime = runtime()?;
    median_time(|| {
        let futures = (0..jobs).map(|n| async move { Square(n).run_async().await });
        let outcomes = stream::iter(futures).buffered(WINDOW);
        let outputs = outcomes.map(|outcome| outcome.expect("a number never fails"));
        Ok(runtime.block_on(outputs.fold(0, |sum: u64, n| ready(sum.wrapping_add(n)))))
    })
}

/// A task for each job, all at once, and their outputs as they come.
pub(crate) fn join_set(jobs: u64) -> Result<Amount> {
    let runtime = runtime()?;
    median_time(|| {
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for n in 0..jobs {
                tasks.spawn(async move { square(n) });
            }
            let mut sum = 0_u64;
            while let Some(output) = tasks.join_next().await {
                sum = sum.wrapping_add(output?);
            }
            Ok(sum)
        })
    })
}

/// As our pool makes its own.
pub(crate) fn runtime() -> Result<Runtime> {
    let mut runtime = runtime::Builder::new_multi_thread();
    Ok(runtime.worker_threads(WORKERS).enable_all().build()?)
}
