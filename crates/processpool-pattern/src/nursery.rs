//! Processes that have been started and are not ready yet. Whoever has started one waits for its
//! hello and for its first word, of which the hello has no time limit of its own. So the monitor looks
//! after it meanwhile, kills it when its time is up, and sends who accepts home if there will be no
//! hello. And whoever has no use for it any more can kill it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::process::Process;
use crate::shared::Shared;
use crate::start::StartError;

/// How long a process may take until it says hello, which takes it a millisecond.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long its `on_start` may take after that.
const PREPARATION: Duration = Duration::from_secs(60);

/// The processes that are not ready yet.
#[derive(Debug, Default)]
pub(crate) struct Nursery(Mutex<Vec<Infant>>);

/// A process that is not ready yet.
#[derive(Debug)]
struct Infant {
    server: String,
    process: Process,
    /// How long it may take for what it has to do next, and since when it does that.
    patience: Duration,
    since: Instant,
    /// Why it never will.
    failed: Option<StartError>,
}

impl Nursery {
    /// Looks after all, and says whether there are any.
    pub(crate) fn watch(&self) -> bool {
        let mut infants = self.lock();
        for infant in infants.iter_mut().filter(|infant| infant.failed.is_none()) {
            if infant.process.has_ended() {
                infant.failed = Some(ended(&mut infant.process));
            } else if infant.since.elapsed() > infant.patience {
                let after = infant.patience;
                infant.failed = Some(StartError::Late { after });
                // It may have connected, and then whoever accepts hears of its end alone.
                infant.process.kill();
            } else {
                continue;
            }
            send_home(&infant.server);
        }
        !infants.is_empty()
    }

    /// Kills the process that is to say hello to this server, if it is not ready yet.
    pub(crate) fn kill(&self, server: &str) {
        self.with(server, |infant| infant.process.kill());
    }

    /// Kills all.
    pub(crate) fn kill_all(&self) {
        for infant in self.lock().iter_mut() {
            infant.process.kill();
        }
    }

    fn with(&self, server: &str, act: impl FnOnce(&mut Infant)) {
        let mut infants = self.lock();
        let infant = infants.iter_mut().find(|infant| infant.server == server);
        infant.map(act);
    }

    fn take(&self, server: &str) -> Option<Infant> {
        let mut infants = self.lock();
        let place = infants.iter().position(|infant| infant.server == server)?;
        Some(infants.swap_remove(place))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Infant>> {
        // Nothing is left half done while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a process in its pool's nursery. Dropping it ends the process.
pub(crate) struct Cradle {
    shared: Arc<Shared>,
    server: String,
}

impl Cradle {
    /// Takes in a process that will say hello to this server.
    pub(crate) fn new(shared: Arc<Shared>, server: String, process: Process) -> Self {
        let infant = Infant {
            server: server.clone(),
            process,
            patience: PATIENCE,
            since: Instant::now(),
            failed: None,
        };
        shared.nursery.lock().push(infant);
        shared.clear_nursery();
        shared.alarm.wake();
        Self { shared, server }
    }

    /// What tells it from the others.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// It has said hello, and gets ready from now on.
    pub(crate) fn greeted(&self) {
        self.shared.nursery.with(&self.server, |infant| {
            (infant.patience, infant.since) = (PREPARATION, Instant::now());
        });
    }

    /// Whether it was seen that it will never be ready.
    pub(crate) fn has_failed(&self) -> bool {
        let infants = self.shared.nursery.lock();
        let failed = |infant: &Infant| infant.server == self.server && infant.failed.is_some();
        infants.iter().any(failed)
    }

    /// Gives the process back, and why it will never be ready, if that was seen.
    pub(crate) fn leave(self) -> (Process, Option<StartError>) {
        match self.shared.nursery.take(&self.server) {
            Some(infant) => (infant.process, infant.failed),
            None => unreachable!("only this takes it away"),
        }
    }
}

impl Drop for Cradle {
    fn drop(&mut self) {
        drop(self.shared.nursery.take(&self.server));
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
