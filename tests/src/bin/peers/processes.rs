//! Processes: our pool and `procspawn`, and what starting a process costs at the least.

use std::collections::VecDeque;
use std::process::{Child, Command, Stdio};

use anyhow::{Result, ensure};
use bytes::Bytes;
use processpool_pattern::{Portable, ProcessPool};

use crate::Amount;
use crate::clock::{WORKERS, median_of, median_time, options, time, timed};
use crate::jobs::{Echo, Spin, Square, square};

/// The argument of a copy of this program that is to end at once.
pub(crate) const NOOP: &str = "noop";

/// How often starting is timed: it takes some milliseconds only.
const STARTS: usize = 15;

/// Most jobs that `procspawn` is given at once. Each takes descriptors, and it panics when there are
/// no more.
const PROCSPAWN_WINDOW: usize = 64;

/// Bytes that a window of payloads holds: there is always one on its way, and memory stays small.
const PAYLOAD_WINDOW: usize = 4;

/// A pool, until all its workers have answered.
pub(crate) fn start() -> Result<Amount> {
    median_of(STARTS, || {
        // Stopping it is not timed.
        let (took, pool) = timed(|| Ok(ProcessPool::new(options())?))?;
        drop(pool);
        Ok(took)
    })
}

/// Copies of this program that do nothing, all at once, until all are gone.
pub(crate) fn spawn_noop() -> Result<Amount> {
    let program = std::env::current_exe()?;
    let spawn = |_| -> std::io::Result<Child> {
        let mut noop = Command::new(&program);
        noop.arg(NOOP).stdin(Stdio::null()).spawn()
    };
    median_of(STARTS, || {
        time(|| {
            let children = (0..WORKERS).map(spawn).collect::<Result<Vec<_>, _>>()?;
            for mut child in children {
                ensure!(
                    child.wait()?.success(),
                    "a process that does nothing failed"
                );
            }
            Ok(())
        })
    })
}

/// `map`, and the outputs in a vector.
pub(crate) fn map(jobs: u64, loops: Option<u64>) -> Result<Amount> {
    let pool = ProcessPool::new(options())?;
    match loops {
        None => collect(&pool, (0..jobs).map(Square)),
        Some(loops) => collect(&pool, (0..jobs).map(|_| Spin(loops))),
    }
}

fn collect<J: Portable<Output = u64>>(
    pool: &ProcessPool,
    jobs: impl Iterator<Item = J> + Clone,
) -> Result<Amount> {
    median_time(|| {
        // As many as there will be: a vector that grows would cost more than the jobs.
        let mut outputs = Vec::with_capacity(jobs.size_hint().0);
        let outcomes = pool.map(jobs.clone());
        outcomes.for_each(|outcome| outputs.push(outcome.expect("a number never fails")));
        Ok(outputs)
    })
}

/// The same squares with `procspawn`: one at a time, since it has no chunks.
pub(crate) fn procspawn_map(jobs: u64) -> Result<Amount> {
    let pool = procspawn::Pool::new(WORKERS)?;
    let took = median_time(|| {
        let mut outputs = Vec::new();
        let mut waiting = VecDeque::new();
        for n in 0..jobs {
            if waiting.len() == PROCSPAWN_WINDOW {
                outputs.extend(
                    waiting
                        .pop_front()
                        .map(procspawn::JoinHandle::join)
                        .transpose()?,
                );
            }
            waiting.push_back(pool.spawn(n, square));
        }
        for handle in waiting {
            outputs.push(handle.join()?);
        }
        Ok(outputs)
    });
    pool.shutdown();
    took
}

/// Payloads there and back through `map`.
pub(crate) fn payload(jobs: u64, bytes: usize) -> Result<Amount> {
    let pool = ProcessPool::new(options().window(PAYLOAD_WINDOW))?;
    let echo = Echo(Bytes::from(vec![7; bytes]));
    median_time(|| {
        let mut back = 0;
        for payload in pool.map((0..jobs).map(|_| echo.clone())) {
            back += payload?.len();
        }
        ensure!(back as u64 == jobs * bytes as u64, "payloads were lost");
        Ok(())
    })
}
