//! How a side is timed, and what all of them have in common.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use threadpool_pattern::Options;

use crate::Amount;

/// Workers of each pool, and threads of each peer.
pub(crate) const WORKERS: usize = 2;

/// How often a side is timed in one process, after once that does not count: pages are mapped then,
/// and threads are awake.
const TIMES: usize = 3;

/// A side that takes longer than this, in seconds, is not timed again in the same process.
const ENOUGH: f64 = 0.3;

/// With as many workers as all sides have.
pub(crate) fn options() -> Options {
    Options::new().workers(WORKERS)
}

/// How long it takes, in seconds, and what came of it.
pub(crate) fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let began = Instant::now();
    let output = black_box(work()?);
    Ok((began.elapsed().as_secs_f64(), output))
}

/// How long it takes, with dropping what came of it.
pub(crate) fn time<T>(work: impl FnOnce() -> Result<T>) -> Result<f64> {
    timed(|| work().map(drop)).map(|(took, ())| took)
}

/// The same, the median of some times.
pub(crate) fn median_time<T>(mut work: impl FnMut() -> Result<T>) -> Result<Amount> {
    median_of(TIMES, || time(&mut work))
}

/// The median of so many measurements, or of fewer if they take long, after one that does not count.
pub(crate) fn median_of(times: usize, mut take: impl FnMut() -> Result<f64>) -> Result<Amount> {
    take()?;
    let mut taken = Vec::new();
    while taken.len() < times && taken.iter().sum::<f64>() < ENOUGH {
        taken.push(take()?);
    }
    taken.sort_by(f64::total_cmp);
    Ok(Amount::Seconds(taken[taken.len() / 2]))
}

/// From now on this process, its threads and its children run on the first core that it may use.
pub(crate) fn stay_on_one_core() -> Result<()> {
    let myself = Pid::from_raw(0);
    let allowed = sched_getaffinity(myself)?;
    let mut cores = 0..CpuSet::count();
    let first = cores.find(|core| allowed.is_set(*core) == Ok(true));
    let mut only = CpuSet::new();
    only.set(first.context("there is no core to run on")?)?;
    Ok(sched_setaffinity(myself, &only)?)
}
