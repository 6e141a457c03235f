//! The first words between a pool and a process that is to be its worker. Nothing is asked that the
//! process must wait for: what it has to know it is given with its arguments.

use std::io::ErrorKind;
use std::time::Duration;

use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender};
use ipc_channel::{IpcError, TryRecvError};
use workload::Rules;

use crate::arena::Source;
use crate::board::Board;
use crate::nursery::Cradle;
use crate::start::{StartError, refused};
use crate::wire::{Hello, Order, VERSION, Word, is_interrupted};

/// How often to look whether a process that gets ready ever will.
const LOOK: Duration = Duration::from_millis(100);

/// The pool's ends of a worker's channels.
pub(crate) type Ends = (IpcSender<Order>, IpcReceiver<Word>);

/// Why a process is no worker. If it is not said, the process has closed its channel: then how it ended
/// is the reason.
pub(crate) type Failure = Option<StartError>;

/// Waits for a process to say hello, while the monitor looks after it.
pub(crate) fn greet(server: IpcOneShotServer<Hello>) -> Result<Ends, Failure> {
    let accepted = workload::catch(|| uninterrupted(|| server.accept()));
    let (_, hello) = accepted.map_err(StartError::engine)?.map_err(unheard)?;
    if hello.version != VERSION {
        let theirs = hello.version;
        return Err(Some(StartError::Version { theirs }));
    }
    Ok((hello.orders, hello.words))
}

/// Lets no signal's handler run on this thread meanwhile: the engine's server is gone after the first.
#[cfg(unix)]
fn uninterrupted<T>(wait: impl FnOnce() -> T) -> T {
    use nix::sys::signal::{SigSet, SigmaskHow};
    let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let result = wait();
    if let Ok(before) = before {
        // It can only fail for a mask that makes no sense.
        let _ = before.thread_set_mask();
    }
    result
}

#[cfg(not(unix))]
fn uninterrupted<T>(wait: impl FnOnce() -> T) -> T {
    wait()
}

/// Why nothing that makes sense was heard.
fn unheard(error: IpcError) -> Failure {
    match error {
        IpcError::Disconnected => None,
        IpcError::Io(error) if error.kind() == ErrorKind::ConnectionReset => None,
        IpcError::Io(error) => Some(refused("a channel", &error)),
        IpcError::SerializationError(_) => Some(StartError::Unfit {
            reason: "its first words make no sense".to_owned(),
        }),
    }
}

/// The rules as an argument of a process.
pub(crate) fn argument(rules: &Rules) -> Result<String, StartError> {
    let bytes = postcard::to_stdvec(rules).map_err(|e| StartError::Unfit {
        reason: format!("its rules cannot be encoded: {e}"),
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The rules that an argument says, if it says any.
pub(crate) fn rules(argument: &str) -> Option<Rules> {
    let digits = argument.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.map(byte).collect();
    postcard::from_bytes(&bytes?).ok()
}

/// Waits until a process that has said hello is ready.
pub(crate) fn wait(
    words: &IpcReceiver<Word>,
    memory: Option<Source>,
    cradle: &Cradle,
) -> Result<Board, Failure> {
    let unfit = |reason: &str| {
        let reason = reason.to_owned();
        Some(StartError::Unfit { reason })
    };
    loop {
        return match words.try_recv_timeout(LOOK) {
            Ok(Word::Ready { board }) => {
                let memory =
                    Source::of_pool(memory, board).ok_or_else(|| unfit("it has no board"))?;
                Board::open(memory).map_err(|e| Some(refused("shared memory", &e)))
            }
            Ok(Word::Unfit { reason }) => Err(unfit(&reason)),
            Ok(Word::Bell | Word::Outcome { .. }) => Err(unfit("it speaks out of turn")),
            // One that it has started may hold its channel open.
            Err(TryRecvError::Empty) if cradle.has_failed() => Err(None),
            Err(TryRecvError::Empty) => continue,
            Err(TryRecvError::IpcError(error)) if is_interrupted(&error) => continue,
            Err(TryRecvError::IpcError(error)) => Err(unheard(error)),
        };
    }
}

#[cfg(test)]
mod tests {
    use workload::Options;

    use super::*;

    #[test]
    fn rules_come_out_of_an_argument_as_they_went_in() {
        let options = Options::new().timeout(Duration::from_millis(1500));
        let options = options.max_memory(u64::MAX).retries(300).gil(true);
        let before = Rules::from(&options);
        let after = rules(&argument(&before).unwrap()).unwrap();
        assert_eq!(format!("{after:?}"), format!("{before:?}"));
        for wrong in ["", "x", "0", "zz", "é", "ff"] {
            assert!(rules(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn only_a_closed_channel_is_told_of_by_how_the_process_ended() {
        let io = |kind: ErrorKind| unheard(IpcError::Io(kind.into()));
        assert!(unheard(IpcError::Disconnected).is_none());
        assert!(io(ErrorKind::ConnectionReset).is_none());
        let told = io(ErrorKind::OutOfMemory).unwrap().to_string();
        assert!(told.contains("the system refuses a channel"), "{told}");
    }
}
