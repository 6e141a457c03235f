//! What memory a stream of jobs takes at its peak, the workers' included: it should be the same
//! however many jobs there are.

use std::fs;
use std::future::ready;

use anyhow::{Context, Result, ensure};
use async_pattern::AsyncPool;
use futures_util::StreamExt;
use processpool_pattern::{Outcome, ProcessPool};
use tests::system::workers_of;
use threadpool_pattern::ThreadPool;

use crate::Amount;
use crate::clock::options;
use crate::jobs::Square;

/// Streamed through threads.
pub(crate) fn threads(jobs: u64) -> Result<Amount> {
    let pool = ThreadPool::new(options())?;
    check(jobs, pool.map((0..jobs).map(Square)).map(count).sum())?;
    peak()
}

/// Streamed through processes.
pub(crate) fn processes(jobs: u64) -> Result<Amount> {
    let pool = ProcessPool::new(options())?;
    check(jobs, pool.map((0..jobs).map(Square)).map(count).sum())?;
    // Before the pool is gone, and its workers with it.
    peak()
}

/// Streamed through a runtime.
pub(crate) fn asynchronous(jobs: u64) -> Result<Amount> {
    let pool = AsyncPool::new(options())?;
    let outcomes = pool.map((0..jobs).map(Square)).map(count);
    check(
        jobs,
        pool.block_on(outcomes.fold(0, |sum, one| ready(sum + one))),
    )?;
    peak()
}

/// The memory of this process that is in use now, in bytes.
pub(crate) fn resident() -> Result<f64> {
    field("self", "VmRSS:")
}

/// The most memory that this process and its workers had, each at its own peak, in bytes.
fn peak() -> Result<Amount> {
    let mut sum = field("self", "VmHWM:")?;
    for worker in workers_of(i32::try_from(std::process::id())?) {
        sum += field(&worker.to_string(), "VmHWM:")?;
    }
    Ok(Amount::Bytes(sum))
}

fn field(pid: &str, name: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let line = line.with_context(|| format!("/proc/{pid}/status has no {name}"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024.0)
}

fn count(outcome: Outcome<u64>) -> u64 {
    u64::from(outcome.is_ok())
}

fn check(jobs: u64, succeeded: u64) -> Result<()> {
    ensure!(jobs == succeeded, "{succeeded} of {jobs} jobs succeeded");
    Ok(())
}
