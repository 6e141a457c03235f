//! Threads: our pool, raw rayon, and threads that are given their share beforehand.

use anyhow::Result;
use rayon::prelude::*;
use threadpool_pattern::{Job, ThreadPool};

use crate::Amount;
use crate::clock::{WORKERS, median_time, options};
use crate::jobs::{Spin, Square, spin, square};

/// `map`, and the outputs in a vector.
pub(crate) fn map(jobs: u64, loops: Option<u64>) -> Result<Amount> {
    let pool = ThreadPool::new(options())?;
    match loops {
        None => collect(&pool, (0..jobs).map(Square)),
        Some(loops) => collect(&pool, (0..jobs).map(|_| Spin(loops))),
    }
}

fn collect<J: Job<Output = u64>>(
    pool: &ThreadPool,
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

/// What rayon does with the same jobs when it has all of them before its eyes.
pub(crate) fn rayon_map(jobs: u64, loops: Option<u64>) -> Result<Amount> {
    let pool = rayon_pool()?;
    let numbers: Vec<u64> = (0..jobs).collect();
    median_time(|| {
        Ok(pool.install(|| -> Vec<u64> {
            match loops {
                None => numbers.par_iter().map(|n| square(*n)).collect(),
                Some(loops) => numbers.par_iter().map(|_| spin(loops)).collect(),
            }
        }))
    })
}

/// `submit` for each job, and then `wait` for each.
pub(crate) fn submit(jobs: u64) -> Result<Amount> {
    let pool = ThreadPool::new(options())?;
    median_time(|| {
        let handles: Vec<_> = (0..jobs).map(|n| pool.submit(Square(n))).collect();
        let outputs = handles.into_iter().map(|handle| handle.wait());
        Ok(outputs.sum::<Result<u64, _>>()?)
    })
}

/// rayon's spawn in a scope, which waits for all of them and gives no output.
pub(crate) fn rayon_spawn(jobs: u64) -> Result<Amount> {
    let pool = rayon_pool()?;
    median_time(|| {
        pool.scope(|scope| {
            for n in 0..jobs {
                scope.spawn(move |_| {
                    std::hint::black_box(square(n));
                });
            }
        });
        Ok(())
    })
}

/// As many threads as there are workers, each with the same number of jobs: what the machine gives.
pub(crate) fn static_threads(jobs: u64, loops: u64) -> Result<Amount> {
    let share = jobs / WORKERS as u64;
    let work = || {
        for _ in 0..share {
            spin(loops);
        }
    };
    median_time(|| {
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(work);
            }
        });
        Ok(())
    })
}

fn rayon_pool() -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(WORKERS);
    Ok(pool.build()?)
}
