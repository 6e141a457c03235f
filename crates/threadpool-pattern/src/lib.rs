//! Jobs on a pool of threads, on [rayon].
//!
//! **Use it when** jobs compute, and what they share or give back is too large to be copied: all
//! threads see the same memory, so nothing has to be moved.
//!
//! **Avoid it when** a job may abort, exit, overflow its stack or be killed for its memory: the
//! whole program ends with it, and everything is lost. Avoid it also when jobs mostly wait, because
//! a waiting job holds its thread: that is what the async pattern is for.
//!
//! **What it cannot do:** a thread cannot be killed. A time limit or a cancel cannot end a job that
//! runs. An overdue job is reported and given up, and another thread takes the place of its own,
//! which is lost until the job ends. Without a time limit, a job that never ends holds its thread,
//! and whoever waits for it, for ever.
//!
//! ```
//! use threadpool_pattern::{Options, ThreadPool};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pool = ThreadPool::new(Options::new().workers(4))?;
//! let squares: Result<Vec<u64>, _> = pool.map((0..10).map(|n: u64| move || Ok(n * n))).collect();
//! assert_eq!(squares?, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
//! # Ok(())
//! # }
//! ```
//!
//! The file to read is `pool.rs`.

mod builder;
mod crew;
mod pattern;
mod pool;
mod queue;
mod roll;
mod team;
mod timed;

pub use builder::{BuildError, Builder};
pub use pattern::ThreadPattern;
pub use pool::{Handle, Map, MapUnordered, ThreadPool};
pub use workload::{Job, JobError, OnError, Options, Outcome, Rate};
