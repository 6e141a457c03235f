//! What is computed, and what the three concurrency patterns share.
//!
//! - [`Job`] and [`Portable`]: the one thing a user implements.
//! - [`Outcome`] and [`JobError`]: how one job ended, in the same words on every pattern.
//! - [`Options`]: what every pattern can be told.
//! - [`mechanism`]: jobs pulled lazily, chunks, the window, order, the failure policy; written
//!   once, so that a pattern only says where a chunk of jobs runs.
//! - [`Pattern`] and [`Sink`]: what lets one command line drive any pattern.
//! - [`Sequential`]: the reference, a plain loop.
#![cfg_attr(
    feature = "cli",
    doc = "- [`catalog`] and [`cli`]: the workloads and the command line of the binaries."
)]

mod clock;
pub mod gil;
mod invoke;
mod job;
pub mod mechanism;
mod options;
mod outcome;
mod pattern;
mod sequential;
pub mod span;
mod spent;
mod stop;

#[cfg(feature = "cli")]
pub mod catalog;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod outfile;
#[cfg(feature = "cli")]
mod values;

pub use invoke::{
    catch, invoke, invoke_async, invoke_caught, invoke_each, invoke_future, invoke_in_time,
    is_in_job, panic_message,
};
pub use job::{Job, Kind, Portable};
pub use mechanism::Rate;
pub use options::{OnError, Options, Rules};
pub use outcome::{Death, JobError, Outcome};
pub use pattern::{Pattern, Run, Sink};
pub use sequential::Sequential;
pub use span::Span;
pub use spent::{Spent, Tally};
pub use stop::Stop;
