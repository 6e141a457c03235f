//! The first words between a pool and a process that is to be its worker, in bounded time whatever
//! that process does.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use ipc_channel::TryRecvError;
use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender};
use workload::Rules;

use crate::arena::Source;
use crate::board::Board;
use crate::process::Process;
use crate::start::{StartError, refused};
use crate::wire::{Hello, Order, VERSION, Word};

/// How long a process may take until it says hello, which takes it a millisecond.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long its `on_start` may take after that.
const PREPARATION: Duration = Duration::from_secs(60);
/// How often to look whether a process that has not said hello is still there.
const TICK: Duration = Duration::from_millis(5);

/// Waits for a process to say hello.
pub(crate) fn greet(
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
pub(crate) fn begin(
    rules: Rules,
    orders: &IpcSender<Order>,
    words: &IpcReceiver<Word>,
    process: &mut Process,
    memory: Option<Source>,
) -> Result<Board, StartError> {
    if orders.send(Order::Begin { rules }).is_err() {
        return Err(ended(process));
    }
    match words.try_recv_timeout(PREPARATION) {
        Ok(Word::Ready { board }) => {
            let memory = Source::of_pool(memory, board).ok_or_else(|| StartError::Unfit {
                reason: "it has no board".to_owned(),
            })?;
            Board::open(memory).map_err(|e| refused("shared memory", &e))
        }
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
