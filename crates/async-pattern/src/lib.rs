//! Many jobs waiting at once, on [tokio].
//!
//! **Use it when** jobs mostly wait: for sockets, timers, other services. A job that waits holds no
//! thread, only a little memory, so thousands wait at once on a few threads.
//!
//! **Avoid it when** jobs only compute: they then hold the runtime's threads, and whatever else the
//! runtime should do has to wait. It works, on all workers, but a thread pool does it with less.
//! Avoid it also when a job may abort, exit or overflow its stack: the whole program ends with it.
//!
//! **What it cannot do:** interrupt a job between two awaits. A time limit and a cancel take effect
//! where the job next waits; one that never waits cannot be stopped.
//!
//! ```
//! use std::time::Duration;
//! use async_pattern::{AsyncPool, Job, Options};
//! use futures_util::TryStreamExt;
//!
//! struct Nap(u64);
//!
//! impl Job for Nap {
//!     type Output = u64;
//!     fn run(&self) -> anyhow::Result<u64> {
//!         std::thread::sleep(Duration::from_millis(self.0));
//!         Ok(self.0)
//!     }
//!     async fn run_async(&self) -> anyhow::Result<u64> {
//!         tokio::time::sleep(Duration::from_millis(self.0)).await;
//!         Ok(self.0)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pool = AsyncPool::new(Options::new().workers(2))?;
//! let naps: Vec<u64> = pool.block_on(pool.map((0..10).map(Nap)).try_collect())?;
//! assert_eq!(naps, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
//! # Ok(())
//! # }
//! ```
//!
//! The file to read is `pool.rs`; then `driver.rs`, what drives a stream, `tasks.rs`, where jobs are
//! spawned, and `alone.rs` and `chunk.rs`, what runs in a task.

mod alone;
mod builder;
mod chunk;
mod compute;
mod driver;
mod ending;
mod handle;
mod job;
mod map;
mod pattern;
mod pool;
mod report;
mod scoped;
mod spans;
mod tasks;

pub use builder::{BuildError, Builder};
pub use driver::Place;
pub use ending::FirstFailure;
pub use handle::Handle;
pub use map::{Indexed, Ordered};
pub use pattern::AsyncPattern;
pub use pool::{AsyncPool, Map, MapUnordered};
pub use tasks::Tasks;
pub use workload::{Job, JobError, Kind, OnError, Options, Outcome, Rate};
