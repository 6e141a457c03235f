//! A worker that kills itself: how soon that is known, and how soon another one answers.

use anyhow::{Result, ensure};
use processpool_pattern::{JobError, Options, ProcessPool};

use crate::Amount;
use crate::clock::{median_of, time, timed};
use crate::jobs::Fate;

/// How often it is timed: it takes some milliseconds only.
const TIMES: usize = 15;

/// From sending the job that kills its worker until the pool says so.
pub(crate) fn seen() -> Result<Amount> {
    let pool = one_worker()?;
    median_of(TIMES, || {
        let took = time(|| die(&pool));
        // The next one is to find a worker that waits for it.
        live(&pool)?;
        took
    })
}

/// From sending the job that kills its worker until the next job is back.
pub(crate) fn replaced() -> Result<Amount> {
    let pool = one_worker()?;
    live(&pool)?;
    median_of(TIMES, || {
        time(|| {
            die(&pool)?;
            live(&pool)
        })
    })
}

/// From nothing until the first job is back.
pub(crate) fn cold_start() -> Result<Amount> {
    median_of(TIMES, || {
        // Stopping it is not timed.
        let (took, pool) = timed(|| {
            let pool = one_worker()?;
            live(&pool)?;
            Ok(pool)
        })?;
        drop(pool);
        Ok(took)
    })
}

fn one_worker() -> Result<ProcessPool> {
    Ok(ProcessPool::new(Options::new().workers(1))?)
}

fn die(pool: &ProcessPool) -> Result<()> {
    let outcome = pool.submit(Fate::Die).wait();
    ensure!(
        matches!(outcome, Err(JobError::Crashed { .. })),
        "a job that kills its worker became {outcome:?}"
    );
    Ok(())
}

fn live(pool: &ProcessPool) -> Result<()> {
    Ok(pool.submit(Fate::Live).wait()?)
}
