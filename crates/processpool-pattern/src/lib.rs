//! Jobs on a pool of processes that survives their crashes, on [ipc-channel](ipc_channel).
//!
//! **Use it when** a job may abort, exit, overflow its stack, hang, leak or be killed for its
//! memory, and the others must not notice: only the culprit fails, and a new worker takes the place
//! of the dead one. Use it also for a time limit that holds whatever the job does.
//!
//! **Avoid it when** jobs are harmless: threads are as fast, start sooner and share their memory. In Rust no lock keeps threads from computing at once, so processes are for
//! isolation, not for speed.
//!
//! **What it cannot do:** run a closure. A job is sent to another process, so it must be data: it is
//! [`Portable`]. What one job changes in memory, no other sees. A job that is tried again, or that
//! had just begun when its worker was killed for the job before it, is begun twice: it should do no
//! harm then. A process that a job has started ends with its worker, unless it has left the worker's
//! process group. What a job prints to stdout goes to the pool's stderr, under the job's name. A
//! `#[test]` cannot own a pool, because its `main` is not yours: a test with `harness = false` can.
//!
//! ```no_run
//! use processpool_pattern::{Job, Options, Portable, ProcessPool};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Square(u64);
//!
//! impl Job for Square {
//!     type Output = u64;
//!     fn run(&self) -> anyhow::Result<u64> {
//!         Ok(self.0 * self.0)
//!     }
//! }
//!
//! impl Portable for Square {
//!     const NAME: &'static str = "square";
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     processpool_pattern::worker(|jobs| {
//!         jobs.add::<Square>();
//!     });
//!     let pool = ProcessPool::new(Options::new().workers(4))?;
//!     let squares: Result<Vec<u64>, _> = pool.map((0..10).map(Square)).collect();
//!     assert_eq!(squares?, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
//!     Ok(())
//! }
//! ```
//!
//! The file to read is `pool.rs`; then `keeper.rs`, the pool's side of one worker, and `worker.rs`,
//! the worker's.

mod arena;
mod board;
mod builder;
mod bundle;
mod chunk;
mod direct;
mod flight;
mod hello;
mod items;
mod keeper;
mod monitor;
mod nursery;
mod outcomes;
mod output;
mod parcel;
mod pattern;
mod pool;
mod process;
mod queue;
mod seat;
mod shared;
mod slot;
mod start;
mod watch;
mod wire;
mod worker;

pub use builder::Builder;
pub use pattern::ProcessPattern;
pub use pool::{Handle, Map, MapUnordered, ProcessPool, Processes};
pub use start::StartError;
pub use worker::{Registry, worker};
pub use workload::{Death, Job, JobError, OnError, Options, Outcome, Portable, Rate};
