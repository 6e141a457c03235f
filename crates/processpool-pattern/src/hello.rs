//! The first words between a pool and a process that is to be its worker. Nothing is asked that the
//! process must wait for: what it has to know it is given with its arguments.

use std::time::Duration;

use ipc_channel::TryRecvError;
use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender};
use workload::Rules;

use crate::arena::Source;
use crate::board::Board;
use crate::nursery::ended;
use crate::process::Process;
use crate::shared::Shared;
use crate::start::{StartError, refused};
use crate::wire::{Hello, Order, VERSION, Word};

/// How long its `on_start` may take after it has said hello.
const PREPARATION: Duration = Duration::from_secs(60);

/// The process, and what is to be known of it.
pub(crate) type Greeted = (Process, Result<Ends, StartError>);
/// The pool's ends of a worker's channels.
pub(crate) type Ends = (IpcSender<Order>, IpcReceiver<Word>);

/// Waits for a process to say hello, while the monitor looks after it.
pub(crate) fn greet(
    server: IpcOneShotServer<Hello>,
    name: &str,
    process: Process,
    shared: &Shared,
) -> Greeted {
    shared.nursery.put(name, process);
    shared.alarm.wake();
    let accepted = workload::catch(|| server.accept());
    let Some((mut process, failed)) = shared.nursery.take(name) else {
        unreachable!("only this thread takes it away");
    };
    let greeted = match (failed, accepted) {
        (Some(failed), _) => Err(failed),
        (None, Ok(Ok((_, hello)))) if hello.version == VERSION => Ok((hello.orders, hello.words)),
        (None, Ok(Ok((_, hello)))) => Err(StartError::Version {
            theirs: hello.version,
        }),
        (None, Ok(Err(_))) => Err(ended(&mut process)),
        (None, Err(panic)) => Err(StartError::engine(panic)),
    };
    (process, greeted)
}

/// The rules as an argument of a process.
pub(crate) fn argument(rules: &Rules) -> Result<String, StartError> {
    let bytes = postcard::to_stdvec(rules).map_err(|e| StartError::engine(e.to_string()))?;
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
    process: &mut Process,
    memory: Option<Source>,
) -> Result<Board, StartError> {
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
}
