//! What a user implements: a job, and a job that can travel to another process.

use std::future::Future;

use serde::{Serialize, de::DeserializeOwned};

/// One piece of work, described by data.
///
/// Only [`run`](Job::run) has to be written. A job that waits (for a timer, a socket, a disk) can
/// also say how it waits without holding its thread, in [`run_async`](Job::run_async).
///
/// Any closure that returns `anyhow::Result` is a job too. It cannot be sent to another process,
/// because a closure is code and captured memory rather than data: for that, see [`Portable`].
///
/// ```
/// use workload::Job;
///
/// struct Square(u64);
///
/// impl Job for Square {
///     type Output = u64;
///     fn run(&self) -> anyhow::Result<u64> {
///         Ok(self.0 * self.0)
///     }
/// }
///
/// assert_eq!(Square(7).run().unwrap(), 49);
/// assert_eq!((|| Ok(7 * 7)).run().unwrap(), 49);
/// ```
pub trait Job: Send + Sync + 'static {
    /// What the job gives when it succeeds.
    type Output: Send + 'static;

    /// Does the work on the calling thread. Equal jobs give equal outputs.
    ///
    /// # Errors
    ///
    /// Whatever stopped the work; it becomes [`JobError::Failed`](crate::JobError::Failed).
    fn run(&self) -> anyhow::Result<Self::Output>;

    /// Does the work without holding the thread while it waits. By default [`run`](Job::run),
    /// which is right for a job that only computes.
    fn run_async(&self) -> impl Future<Output = anyhow::Result<Self::Output>> + Send {
        async { self.run() }
    }
}

/// A job that can be sent to another process, where it is known by its name.
///
/// It and its output are encoded with [postcard](https://docs.rs/postcard). Annotate byte vectors
/// with `#[serde(with = "serde_bytes")]`: without it, serde moves them one byte at a time.
pub trait Portable:
    Job<Output: Serialize + DeserializeOwned> + Serialize + DeserializeOwned
{
    /// The job's name, unique among the jobs that one program sends to its workers.
    const NAME: &'static str;
}

impl<F, T> Job for F
where
    F: Fn() -> anyhow::Result<T> + Send + Sync + 'static,
    T: Send + 'static,
{
    type Output = T;

    fn run(&self) -> anyhow::Result<T> {
        self()
    }
}
