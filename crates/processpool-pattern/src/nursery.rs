//! Processes that have been started and have not said hello yet. Whoever has started one accepts its
//! hello, which has no time limit of its own; so the monitor looks after it meanwhile, and sends who
//! accepts home if there will be none.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::process::Process;
use crate::start::StartError;

/// How long a process may take until it says hello, which takes it a millisecond.
const PATIENCE: Duration = Duration::from_secs(10);

/// The processes that have not said hello yet.
#[derive(Debug, Default)]
pub(crate) struct Nursery(Mutex<Vec<Infant>>);

/// A process that has not said hello yet.
#[derive(Debug)]
struct Infant {
    server: String,
    process: Process,
    born: Instant,
    /// Why it never will.
    failed: Option<StartError>,
}

impl Nursery {
    /// Takes in a process that will say hello to this server.
    pub(crate) fn put(&self, server: &str, process: Process) {
        let infant = Infant {
            server: server.to_owned(),
            process,
            born: Instant::now(),
            failed: None,
        };
        self.lock().push(infant);
    }

    /// Gives a process back, and why it will never say hello, if that was seen.
    pub(crate) fn take(&self, server: &str) -> Option<(Process, Option<StartError>)> {
        let mut infants = self.lock();
        let place = infants.iter().position(|infant| infant.server == server)?;
        let infant = infants.swap_remove(place);
        Some((infant.process, infant.failed))
    }

    /// Looks after all, and says whether there are any.
    pub(crate) fn watch(&self) -> bool {
        let mut infants = self.lock();
        for infant in infants.iter_mut().filter(|infant| infant.failed.is_none()) {
            if infant.process.has_ended() {
                infant.failed = Some(ended(&mut infant.process));
            } else if infant.born.elapsed() > PATIENCE {
                infant.failed = Some(StartError::Late { after: PATIENCE });
            } else {
                continue;
            }
            send_home(&infant.server);
        }
        !infants.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Infant>> {
        // Nothing is left half done while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a process ended that has closed its channel: it is ending, or is ended now.
pub(crate) fn ended(process: &mut Process) -> StartError {
    process.kill();
    let death = process.wait();
    StartError::Ended { death }
}

/// Sends who accepts home, by a connection that says nothing: nobody else will connect any more. It
/// may have gone already; then there is nothing to connect to.
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
    use ipc_channel::ipc::IpcSender;
    drop(IpcSender::<crate::wire::Hello>::connect(server.to_owned()));
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread;

    use ipc_channel::ipc::IpcOneShotServer;

    use super::*;
    use crate::wire::Hello;

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
