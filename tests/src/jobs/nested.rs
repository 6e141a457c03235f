//! A job that uses a pool: one of its own, or the very one that it runs on.

use std::sync::OnceLock;

use async_pattern::AsyncPool;
use futures_util::TryStreamExt;
use processpool_pattern::ProcessPool;
use serde::{Deserialize, Serialize};
use threadpool_pattern::ThreadPool;
use workload::{Job, Options, Portable};

use super::Act;
use crate::{Reference, Subject};

/// Sums the indexes of inner jobs, which run on a pool.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Nested {
    /// On the reference.
    Reference,
    /// On a thread pool of its own; as if under an interpreter lock or not.
    OwnThreads(bool),
    /// On the thread pool that it runs on itself, by `map`.
    SameThreads,
    /// On the thread pool that it runs on itself, by `submit`.
    SameThreadsSubmit,
    /// On a process pool of its own.
    OwnProcesses(bool),
    /// On an async pool of its own.
    OwnAsync(bool),
    /// On the async pool that it runs on itself, by `map`.
    SameAsync,
    /// On the async pool that it runs on itself, by `submit`.
    SameAsyncSubmit,
}

/// How many inner jobs there are.
const INNER: u64 = 20;

/// The thread pool for jobs that use the pool that they run on: one worker, so that a job that
/// just waited there would wait for ever.
pub fn threads() -> &'static ThreadPool {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    POOL.get_or_init(|| ThreadPool::new(Options::new().workers(1)).unwrap())
}

/// The same for async.
pub fn asynchronous() -> &'static AsyncPool {
    static POOL: OnceLock<AsyncPool> = OnceLock::new();
    POOL.get_or_init(|| AsyncPool::new(Options::new().workers(1)).unwrap())
}

impl Nested {
    /// What it gives.
    pub const SUM: u64 = INNER * (INNER - 1) / 2;
}

fn options(gil: bool) -> Options {
    Options::new().workers(2).gil(gil)
}

fn inner() -> impl Iterator<Item = Act> {
    (0..INNER).map(Act::new)
}

impl Job for Nested {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        let sum = match *self {
            Self::Reference => {
                let outcomes = Reference::new(options(false)).collect(inner());
                outcomes.into_iter().sum::<Result<u64, _>>()
            }
            Self::OwnThreads(gil) => ThreadPool::new(options(gil))?.map(inner()).sum(),
            Self::SameThreads => threads().map(inner()).sum(),
            Self::SameThreadsSubmit => {
                let handles: Vec<_> = inner().map(|job| threads().submit(job)).collect();
                handles.into_iter().map(|handle| handle.wait()).sum()
            }
            Self::OwnProcesses(gil) => ProcessPool::new(options(gil))?.map(inner()).sum(),
            _ => anyhow::bail!("this one only runs as a future"),
        };
        Ok(sum?)
    }

    async fn run_async(&self) -> anyhow::Result<u64> {
        let mut sum = 0;
        match *self {
            Self::OwnAsync(gil) => {
                let pool = AsyncPool::new(options(gil))?;
                let outputs: Vec<u64> = pool.map(inner()).try_collect().await?;
                sum = outputs.into_iter().sum();
            }
            Self::SameAsync => {
                let outputs: Vec<u64> = asynchronous().map(inner()).try_collect().await?;
                sum = outputs.into_iter().sum();
            }
            Self::SameAsyncSubmit => {
                let handles: Vec<_> = inner().map(|job| asynchronous().submit(job)).collect();
                for handle in handles {
                    sum += handle.await?;
                }
            }
            _ => return self.run(),
        }
        Ok(sum)
    }
}

impl Portable for Nested {
    const NAME: &'static str = "nested";
}
