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

    /// What the job mostly does. By default it waits.
    fn kind(&self) -> Kind {
        Kind::Waits
    }
}

/// What a job mostly does: where the async pattern runs it. To the other patterns it makes no
/// difference.
///
/// ```
/// use workload::{Job, Kind};
///
/// /// The greatest common divisor, found the long way.
/// struct Divisor(u32, u32);
///
/// impl Job for Divisor {
///     type Output = u32;
///     fn run(&self) -> anyhow::Result<u32> {
///         let mut candidates = (1..=self.0.min(self.1)).rev();
///         let found = candidates.find(|n| self.0 % n == 0 && self.1 % n == 0);
///         found.ok_or_else(|| anyhow::anyhow!("zero has every divisor"))
///     }
///     fn kind(&self) -> Kind {
///         Kind::Computes
///     }
/// }
///
/// assert_eq!(Divisor(54, 24).run().unwrap(), 6);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// It waits, or is over soon: [`Job::run_async`] is called, on a thread of the runtime.
    #[default]
    Waits,
    /// It computes for long, or calls what blocks: [`Job::run`] is called, on a thread that may be held
    /// for so long. As many as there are workers do so at once. It must not wait there for other such
    /// jobs of the same pool, as there may be no thread left for them.
    Computes,
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
