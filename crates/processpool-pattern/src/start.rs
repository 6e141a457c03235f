//! Starting a worker process, in bounded time whatever it does.

use std::process::Command;
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender};
use workload::{Death, panic_message};

use crate::arena::Source;
use crate::board::Board;
use crate::hello::{argument, greet, wait};
use crate::nursery::{Cradle, ended};
use crate::output::Output;
use crate::process::Process;
use crate::shared::Shared;
use crate::wire::{Hello, MARKER, Order, VERSION, Word};

/// Why a worker process could not be started.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The system refused something that a worker needs: a process, a socket, a thread, memory.
    #[error("the system refuses {what}: {reason}")]
    System {
        /// What it refused.
        what: &'static str,
        /// Why, in the system's words.
        reason: String,
    },
    /// The process ended before it said hello.
    #[error(
        "the worker process ended with {death} before it was ready; does main begin with \
         processpool_pattern::worker?"
    )]
    Ended {
        /// How.
        death: Death,
    },
    /// The process did not get ready in time, and was killed.
    #[error(
        "the worker process was not ready after {} s; does main begin with \
         processpool_pattern::worker, and does on_start end?",
        after.as_secs()
    )]
    Late {
        /// How long it was given.
        after: Duration,
    },
    /// The process says that it cannot work.
    #[error("the worker process cannot work: {reason}")]
    Unfit {
        /// Why, in its own words.
        reason: String,
    },
    /// The process was built from another version of this crate.
    #[error("the worker process has version {theirs}, and this pool needs {VERSION}")]
    Version {
        /// The version that it has.
        theirs: String,
    },
    /// This process is a worker itself whose `main` does not begin as it should.
    #[error(
        "this process was started as a worker, but its main does not begin with \
         processpool_pattern::worker(|jobs| {{ jobs.add::<YourJob>(); }}); add that line"
    )]
    Forgotten,
    /// This process ignores SIGCHLD, so the system would not tell how a worker ended, and would give
    /// its number to another process at once.
    #[error(
        "this process ignores SIGCHLD, so nobody could tell how a worker ends; give the signal its \
         default action before the pool starts, or start the program by env --default-signal=CHLD"
    )]
    Ignored,
}

impl StartError {
    /// The engine panicked, as it does where the system refuses it something.
    pub(crate) fn engine(panic: String) -> Self {
        Self::System {
            what: "memory or descriptors for a channel",
            reason: panic,
        }
    }
}

/// A worker process that is ready.
pub(crate) struct Started {
    pub(crate) process: Process,
    pub(crate) board: Board,
    pub(crate) output: Output,
    pub(crate) orders: IpcSender<Order>,
    pub(crate) words: IpcReceiver<Word>,
}

/// Starts this program again as a worker.
pub(crate) fn start(shared: &Arc<Shared>) -> Result<Started, StartError> {
    caught(|| Newborn::new(shared)?.get_ready())
}

/// The engine panics where the system refuses it memory or descriptors.
fn caught<T>(start: impl FnOnce() -> Result<T, StartError>) -> Result<T, StartError> {
    workload::catch(start).unwrap_or_else(|panic| Err(StartError::engine(panic)))
}

/// A worker that gets ready while whoever wants it does something else. Dropping it ends it.
pub(crate) struct Ahead {
    shared: Arc<Shared>,
    server: String,
    thread: Option<JoinHandle<Result<Started, StartError>>>,
}

impl Ahead {
    /// Starts a worker ahead of time. The system ends it when the calling thread ends.
    pub(crate) fn start(shared: &Arc<Shared>) -> Result<Self, StartError> {
        let newborn = caught(|| Newborn::new(shared))?;
        let server = newborn.cradle.server().to_owned();
        let thread = thread::Builder::new().name("start".to_owned());
        let thread = thread.spawn(|| newborn.get_ready());
        Ok(Self {
            shared: shared.clone(),
            server,
            thread: Some(thread.map_err(|e| refused("a thread", &e))?),
        })
    }

    /// Waits until it is ready.
    pub(crate) fn wait(mut self) -> Result<Started, StartError> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(ready)) => ready,
            Some(Err(panic)) => Err(StartError::engine(panic_message(&*panic))),
            None => unreachable!("only dropping takes it away"),
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // One that is ready ends with the rest of what the thread gives.
            self.shared.nursery.kill(&self.server);
            drop(thread.join());
        }
    }
}

/// A process that has been started, and is to become a worker.
struct Newborn {
    cradle: Cradle,
    server: IpcOneShotServer<Hello>,
    output: Output,
    memory: Option<Source>,
}

impl Newborn {
    fn new(shared: &Arc<Shared>) -> Result<Self, StartError> {
        let (server, name) = listen(shared)?;
        make_private(&name).map_err(|e| refused("a private directory", &e))?;
        let rules = argument(&(&shared.options).into())?;
        let (process, output, memory) = spawn(&name, &rules)?;
        Ok(Self {
            cradle: Cradle::new(shared.clone(), name, process),
            server,
            output,
            memory,
        })
    }

    /// Waits until it is ready.
    fn get_ready(self) -> Result<Started, StartError> {
        let Self {
            cradle,
            server,
            mut output,
            memory,
        } = self;
        let ready = greet(server).and_then(|(orders, words)| {
            cradle.greeted();
            let board = wait(&words, memory, &cradle)?;
            Ok((board, orders, words))
        });
        let (mut process, failed) = cradle.leave();
        let error = match ready {
            Ok((board, orders, words)) if failed.is_none() => {
                return Ok(Started {
                    process,
                    board,
                    output,
                    orders,
                    words,
                });
            }
            // What it says itself tells more than how it ended then.
            Err(Some(error)) => error,
            Ok(_) | Err(None) => failed.unwrap_or_else(|| ended(&mut process)),
        };
        drop(process);
        output.rest("worker process");
        Err(error)
    }
}

/// Where a process is to say hello. The engine makes a directory for the socket, and where it is refused
/// the socket for want of descriptors, it is refused one to remove the directory with as well. So it is not
/// asked unless there is one, on which no other start counts meanwhile.
fn listen(shared: &Shared) -> Result<(IpcOneShotServer<Hello>, String), StartError> {
    let _alone = shared.start.lock().unwrap_or_else(PoisonError::into_inner);
    #[cfg(unix)]
    std::fs::File::open("/").map_err(|e| refused("a descriptor", &e))?;
    IpcOneShotServer::new().map_err(|e| refused("a socket", &e))
}

/// Shuts everybody else out of the directory that a server's socket is alone in: by itself it is as
/// open as this process's umask lets it be, and whoever connects first is taken for the worker.
#[cfg(unix)]
fn make_private(server: &str) -> std::io::Result<()> {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let directory = std::path::Path::new(server).parent();
    let directory = directory.ok_or(std::io::ErrorKind::NotFound)?;
    set_permissions(directory, Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(_: &str) -> std::io::Result<()> {
    Ok(())
}

fn spawn(server: &str, rules: &str) -> Result<(Process, Output, Option<Source>), StartError> {
    let program = program().map_err(|e| refused("the path of this program", &e))?;
    let mut command = Command::new(program);
    command
        .arg(MARKER)
        .arg(server)
        .arg(std::process::id().to_string())
        .arg(rules);
    let (memory, stdin) = Source::new().map_err(|e| refused("shared memory", &e))?;
    command.stdin(stdin);
    let (output, stdout, stderr) = Output::new().map_err(|e| refused("a file in memory", &e))?;
    command.stdout(stdout).stderr(stderr);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        if let Some(name) = std::env::args_os().next() {
            command.arg0(name);
        }
        // Ctrl-C in a terminal is for the pool's process, which decides what becomes of workers. And
        // what a worker's jobs start can be ended with it.
        command.process_group(0);
    }
    let child = command.spawn().map_err(|e| refused("a process", &e))?;
    Ok((Process::new(child), output, memory))
}

/// The program that runs, even if another one has been put in its place meanwhile.
fn program() -> std::io::Result<std::path::PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}

pub(crate) fn refused(what: &'static str, error: &std::io::Error) -> StartError {
    StartError::System {
        what,
        reason: error.to_string(),
    }
}
