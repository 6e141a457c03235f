//! What a pool and its workers say to each other.

use std::io::ErrorKind;

use ipc_channel::IpcError;
use ipc_channel::ipc::{IpcReceiver, IpcSender, IpcSharedMemory};
use serde::{Deserialize, Serialize};

/// The first argument of a process that is to be a worker. An argument rather than an environment
/// variable, because a variable would reach the processes that a job starts.
pub(crate) const MARKER: &str = "--processpool-worker";

/// The version of what follows. A worker of another version is refused.
pub(crate) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/4");

/// A worker's first words: two fixed channels, one each way, that no other worker shares.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) version: String,
    pub(crate) orders: IpcSender<Order>,
    pub(crate) words: IpcReceiver<Word>,
}

/// What a pool says to a worker. The end of the channel means: leave.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Run these jobs.
    Run {
        /// The chunk's number, from 0, counted for each worker.
        chunk: u32,
        /// What kind of jobs they are.
        name: String,
        /// How many.
        jobs: u32,
        /// How many bytes they have on the chunk's page, as [`Items`](crate::items::Items).
        bytes: usize,
        /// The only job, encoded, if it does not fit on the page.
        memory: Option<IpcSharedMemory>,
    },
}

/// What a worker says to its pool. Most outcomes are not said but written on the board.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Word {
    /// It is ready for jobs. This is its board, if it has not inherited one. Then it is the worker
    /// that makes it rather than the pool: what is copied to be sent would be inherited by any
    /// process that the pool's program happens to start at that moment.
    Ready { board: Option<IpcSharedMemory> },
    /// It cannot get ready, for this reason.
    Unfit { reason: String },
    /// There is something new on the board.
    Bell,
    /// An outcome that does not fit on the board, encoded after its note. It follows those
    /// that are on its page, and the rest of the chunk's outcomes follow in the same way. A message
    /// that does not fit into one packet of about 200 kB can block its sender for ever if the
    /// receiver dies at the wrong moment, so its bytes are in memory of their own.
    Outcome { chunk: u32, memory: IpcSharedMemory },
}

/// Whether so many bytes may be sent in memory of their own; or why not.
#[cfg(unix)]
pub(crate) fn may_be_sent(bytes: usize) -> Result<(), String> {
    use nix::sys::resource::{Resource, getrlimit};
    // Such memory is a file, and a process that exceeds its limit is killed.
    match getrlimit(Resource::RLIMIT_FSIZE) {
        Ok((most, _)) if bytes as u64 > most => Err(format!(
            "it has {bytes} bytes, and the limit to the size of files (ulimit -f) is {most}"
        )),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(crate) fn may_be_sent(_: usize) -> Result<(), String> {
    Ok(())
}

/// After every how many jobs of a chunk a worker looks at the clock and at its output: often enough
/// for a chunk of jobs that take over a microsecond to look after each, and never so often that
/// looking costs much.
pub(crate) fn stride(jobs: u32) -> u32 {
    jobs.div_ceil(64).max(1)
}

/// Whether nothing was received because a signal's handler has run on this thread: there may be
/// something yet.
pub(crate) fn is_interrupted(error: &IpcError) -> bool {
    matches!(error, IpcError::Io(error) if error.kind() == ErrorKind::Interrupted)
}
