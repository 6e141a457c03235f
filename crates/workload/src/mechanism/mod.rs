//! What the patterns share: jobs pulled lazily, chunks sized by measured time, a window, outcomes
//! put back in order, the failure policy, and the counts.
//!
//! [`Flow`] decides all of it, without I/O, threads or clocks. Data goes one way through it: jobs
//! in, [`Chunk`] out, [`Done`] in, outcomes out. A pattern only decides where a chunk of jobs runs
//! and what can go wrong there. The same `Flow` drives the blocking [`Map`] of the thread pool and
//! the process pool and the stream of the async pattern.

mod alarm;
mod batch;
mod blocking;
mod chunk;
mod chunker;
mod counts;
mod duty;
mod estimate;
mod flow;
mod handle;
mod input;
mod iterators;
mod pace;
mod parts;
mod reply;
mod run_chunk;
mod slot;

pub use alarm::{Alarm, tick};
pub use batch::{Batch, Outcomes};
pub(crate) use blocking::LONGEST_WAIT;
pub use blocking::{Executor, Map};
pub use chunk::{Chunk, Done};
pub use chunker::Chunker;
pub use counts::{Counts, Share};
pub use duty::Duty;
pub use flow::{Flow, Order};
pub use handle::{Handle, Promise, Reader, Submitted};
pub use input::{Jobs, Pull};
pub use iterators::{Indexed, Ordered};
pub use pace::{Pace, Paced, Rate};
pub use reply::Reply;
pub use run_chunk::run_chunk;
