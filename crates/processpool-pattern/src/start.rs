//! Starting a worker process, in bounded time whatever it does.

use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use ipc_channel::TryRecvError;
use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender};
use workload::{Death, Rules};

use crate::board::Board;
use crate::output::Output;
use crate::process::Process;
use crate::wire::{Hello, MARKER, Order, VERSION, Word};

/// How long a process may take until it says hello, which takes it a millisecond.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long its `on_start` may take after that.
const PREPARATION: Duration = Duration::from_secs(60);
/// How often to look whether a process that has not said hello is still there.
const TICK: Duration = Duration::from_millis(5);

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
pub(crate) fn start(rules: Rules) -> Result<Started, StartError> {
    let (server, name) = IpcOneShotServer::new().map_err(|e| refused("a socket", &e))?;
    make_private(&name).map_err(|e| refused("a private directory", &e))?;
    let (mut process, mut output) = spawn(&name)?;
    let greeted = greet(server, &name, &mut process);
    match greeted.and_then(|(orders, words)| {
        let board = begin(rules, &orders, &words, &mut process)?;
        Ok((board, orders, words))
    }) {
        Ok((board, orders, words)) => Ok(Started {
            process,
            board,
            output,
            orders,
            words,
        }),
        Err(error) => {
            drop(process);
            output.rest("worker process");
            Err(error)
        }
    }
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

fn spawn(server: &str) -> Result<(Process, Output), StartError> {
    let program = program().map_err(|e| refused("the path of this program", &e))?;
    let mut command = Command::new(program);
    command
        .arg(MARKER)
        .arg(server)
        .arg(std::process::id().to_string());
    command.stdin(Stdio::null());
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
    Ok((Process::new(child), output))
}

/// The program that runs, even if another one has been put in its place meanwhile.
fn program() -> std::io::Result<std::path::PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}

/// Waits for a process to say hello.
fn greet(
    server: IpcOneShotServer<Hello>,
    name: &str,
    process: &mut Process,
) -> Result<(IpcSender<Order>, IpcReceiver<Word>), StartError> {
    // Accepting has no time limit of its own, so it is done by a thread that need not return.
    let (sender, receiver) = channel();
    let accepting = thread::Builder::new().name("accept".to_owned());
    let accepting = accepting.spawn(move || sender.send(workload::catch(|| server.accept())));
    accepting.map_err(|e| refused("a thread", &e))?;

    let deadline = Instant::now() + PATIENCE;
    let failed = loop {
        match receiver.recv_timeout(TICK) {
            Ok(Ok(Ok((_, hello)))) if hello.version == VERSION => {
                return Ok((hello.orders, hello.words));
            }
            Ok(Ok(Ok((_, hello)))) => {
                return Err(StartError::Version {
                    theirs: hello.version,
                });
            }
            Ok(Err(panic)) => return Err(StartError::engine(panic)),
            Ok(Ok(Err(_))) | Err(RecvTimeoutError::Disconnected) => break ended(process),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if process.has_ended() {
            break ended(process);
        }
        if Instant::now() > deadline {
            break StartError::Late { after: PATIENCE };
        }
    };
    send_home(name);
    Err(failed)
}

/// Sends the thread home that accepts, by a connection that says nothing: nobody else will connect
/// any more. It may have gone already; then there is nothing to connect to.
#[cfg(target_os = "linux")]
fn send_home(server: &str) {
    use nix::sys::socket::{AddressFamily, SockFlag, SockType, UnixAddr, connect, socket};
    use std::os::fd::AsRawFd;
    // The engine's own way to connect loses a descriptor where that fails.
    let (family, kind) = (AddressFamily::Unix, SockType::SeqPacket);
    let socket = socket(family, kind, SockFlag::SOCK_CLOEXEC, None);
    if let (Ok(socket), Ok(address)) = (socket, UnixAddr::new(server)) {
        let _ = connect(socket.as_raw_fd(), &address);
    }
}

#[cfg(not(target_os = "linux"))]
fn send_home(server: &str) {
    drop(IpcSender::<Hello>::connect(server.to_owned()));
}

/// Sends a process what it needs, and waits until it is ready.
fn begin(
    rules: Rules,
    orders: &IpcSender<Order>,
    words: &IpcReceiver<Word>,
    process: &mut Process,
) -> Result<Board, StartError> {
    if orders.send(Order::Begin { rules }).is_err() {
        return Err(ended(process));
    }
    match words.try_recv_timeout(PREPARATION) {
        Ok(Word::Ready { board }) => Board::open(board).ok_or_else(|| StartError::Unfit {
            reason: "its board has a wrong size".to_owned(),
        }),
        Ok(Word::Unfit { reason }) => Err(StartError::Unfit { reason }),
        Ok(Word::Bell | Word::Outcome { .. }) => Err(StartError::Unfit {
            reason: "it speaks out of turn".to_owned(),
        }),
        Err(TryRecvError::Empty) => Err(StartError::Late { after: PREPARATION }),
        Err(TryRecvError::IpcError(_)) => Err(ended(process)),
    }
}

/// How a process ended that has closed its channel: it is ending, or is ended now.
fn ended(process: &mut Process) -> StartError {
    process.kill();
    let death = process.wait();
    StartError::Ended { death }
}

fn refused(what: &'static str, error: &std::io::Error) -> StartError {
    StartError::System {
        what,
        reason: error.to_string(),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn who_still_accepts_is_sent_home() {
        let (server, name) = IpcOneShotServer::<Hello>::new().unwrap();
        let accepting = thread::spawn(move || server.accept().is_err());
        send_home(&name);
        assert!(accepting.join().unwrap(), "nobody has said hello");
    }

    #[test]
    fn nothing_is_left_of_a_call_to_who_has_gone() {
        let (server, name) = IpcOneShotServer::<Hello>::new().unwrap();
        drop(server);
        let descriptors = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = descriptors();
        (0..1000).for_each(|_| send_home(&name));
        // Other tests hold some, too.
        assert!(descriptors() < before + 500);
    }
}
