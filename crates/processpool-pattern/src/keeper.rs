//! The pool's side of one worker: a thread that starts it, feeds it, hears it out, and replaces it
//! when it dies.

use std::sync::mpsc::Sender;
use std::time::Duration;

use ipc_channel::ipc::{IpcReceiver, IpcSender};

use crate::parcel::Parcel;
use crate::shared::Shared;
use crate::slot::Slot;
use crate::start::{Ahead, StartError, Started, start};
use crate::wire::{Order, Word};

/// So many workers in a row may die without having done anything before the pool gives up.
const TRIES: u32 = 5;
/// How long a worker may take to leave.
const FAREWELL: Duration = Duration::from_secs(1);
/// A worker that has had nothing to do for this long does not keep memory for large payloads.
const REST: Duration = Duration::from_secs(1);

/// Keeps one worker going until the pool closes. Says on `ready` whether its first start went well.
///
/// The engine panics where the system refuses it memory or descriptors. That must not leave jobs
/// behind that nobody will ever run: the pool gives up, and says so.
pub(crate) fn keep(worker: usize, shared: &Shared, ready: &Sender<Result<(), StartError>>) {
    let Err(panic) = workload::catch(|| keep_going(worker, shared, ready)) else {
        return;
    };
    let refused = StartError::engine(panic);
    let reason = refused.to_string();
    let _ = ready.send(Err(refused));
    if let Some(slot) = shared.slot(worker).take() {
        for parcel in slot.bury(0, false).unfinished {
            shared.queue.put_back(parcel);
        }
    }
    shared.queue.give_up(&reason);
}

fn keep_going(worker: usize, shared: &Shared, ready: &Sender<Result<(), StartError>>) {
    let mut started = start((&shared.options).into());
    // The pool waits until every keeper has said this once.
    let _ = ready.send(started.as_ref().map(drop).map_err(Clone::clone));
    if started.is_err() {
        return; // There will be no pool.
    }
    let mut fruitless = 0;
    loop {
        let (ended, next) = match started {
            Ok(process) => serve_and_bury(worker, shared, process),
            Err(error) => (Ended::Fruitless(error.to_string()), None),
        };
        match ended {
            Ended::Closed => return,
            Ended::Replaced => fruitless = 0,
            Ended::Fruitless(reason) => {
                fruitless += 1;
                if fruitless >= TRIES {
                    shared.queue.give_up(&reason);
                    return;
                }
            }
        }
        started = match next {
            Some(next) => next.and_then(Ahead::wait),
            None => start((&shared.options).into()),
        };
    }
}

/// How it ended with a worker.
enum Ended {
    /// The pool was closed, and nothing was left to do.
    Closed,
    /// It died after it had done something, or it had done all that it was to do.
    Replaced,
    /// It died, or could not even start, before it had done anything, for this reason.
    Fruitless(String),
}

/// The worker that takes the place of the present one, if it was started ahead of time.
type Next = Option<Result<Ahead, StartError>>;

fn serve_and_bury(worker: usize, shared: &Shared, started: Started) -> (Ended, Next) {
    let Started {
        process,
        board,
        output,
        orders,
        words,
    } = started;
    *shared.slot(worker) = Some(Slot::new(worker, process, board, output));
    let mut next = None;
    let served = serve(worker, shared, &orders, &words, &mut next);
    drop(orders); // Which tells the worker to leave, if it still lives.
    let Some(slot) = shared.slot(worker).take() else {
        return (Ended::Closed, next);
    };
    match served {
        Served::Closed => {
            slot.see_off(FAREWELL, &shared.tally);
            return (Ended::Closed, next);
        }
        Served::Spent => {
            slot.see_off(FAREWELL, &shared.tally);
            return (Ended::Replaced, next);
        }
        Served::Died => {}
    }
    let estate = slot.bury(shared.options.retries, shared.is_abandoned());
    if shared.is_abandoned() {
        return (Ended::Closed, next);
    }
    for parcel in estate.unfinished.into_iter().rev() {
        shared.queue.put_back(parcel);
    }
    if estate.fruitful {
        return (Ended::Replaced, next);
    }
    let mut reason = "its workers die before they have done anything".to_owned();
    if let Some(line) = estate.last_words.lines().last() {
        reason = format!("{reason}; the last one said {line:?}");
    }
    (Ended::Fruitless(reason), next)
}

/// Why a worker is no longer served.
#[derive(Debug, PartialEq, Eq)]
enum Served {
    /// The pool was closed and nothing is left to do.
    Closed,
    /// It has run as many jobs as it may.
    Spent,
    /// The worker is dead, or as good as dead.
    Died,
}

fn serve(
    worker: usize,
    shared: &Shared,
    orders: &IpcSender<Order>,
    words: &IpcReceiver<Word>,
    next: &mut Next,
) -> Served {
    while !shared.is_abandoned() {
        if shared.slot(worker).as_ref().is_none_or(Slot::is_idle) {
            if next.is_some() {
                return Served::Spent;
            }
            rest(worker, shared);
            let Some(parcel) = shared.queue.pop() else {
                return Served::Closed;
            };
            send(parcel, worker, shared, orders);
            shared.alarm.wake();
        }
        while shared
            .slot(worker)
            .as_ref()
            .is_some_and(|slot| slot.wants_more() && left(slot, shared) > 0)
            && let Some(parcel) = shared.queue.try_pop()
        {
            send(parcel, worker, shared, orders);
        }
        let spent = |slot: &Slot| left(slot, shared) == 0;
        if next.is_none() && shared.slot(worker).as_ref().is_some_and(spent) {
            // While this one runs its last jobs, so that nobody has to wait for the next. And on a
            // thread of its own, so that this one is heard meanwhile: it waits when it is not.
            *next = Some(Ahead::start((&shared.options).into()));
        }
        if shared.slot(worker).as_ref().is_some_and(Slot::is_idle) {
            continue; // All that was taken was not wanted any more.
        }
        let heard = match words.recv() {
            Ok(word) => shared.slot(worker).as_mut().map(|slot| slot.hear(word)),
            Err(_) => None,
        };
        if !matches!(heard, Some(Ok(()))) {
            return Served::Died;
        }
    }
    Served::Died
}

/// Gives back what was for large payloads, if there is any and nothing has come for a while.
fn rest(worker: usize, shared: &Shared) {
    let is_large = |slot: &Slot| slot.board.is_large();
    if shared.slot(worker).as_ref().is_some_and(is_large)
        && shared.queue.stays_empty(REST)
        && let Some(slot) = shared.slot(worker).as_mut()
    {
        slot.board.give_back();
    }
}

/// How many more jobs a worker may be sent.
fn left(slot: &Slot, shared: &Shared) -> usize {
    let most = shared.options.max_jobs_per_worker;
    most.map_or(usize::MAX, |most| most.get().saturating_sub(slot.sent()))
}

/// Sends a parcel, unless nobody wants it any more. If that fails, the worker is dead: the next
/// word from it will be its last.
fn send(mut parcel: Parcel, worker: usize, shared: &Shared, orders: &IpcSender<Order>) {
    if parcel.is_stopped() {
        return;
    }
    let left = shared
        .slot(worker)
        .as_ref()
        .map_or(0, |slot| left(slot, shared));
    if left < parcel.jobs {
        shared.queue.put_back(parcel.split_off(left, 0));
    }
    if parcel.jobs == 0 {
        return;
    }
    let Some((order, rest)) = shared
        .slot(worker)
        .as_mut()
        .map(|slot| slot.take_off(parcel))
    else {
        return;
    };
    if let Some(rest) = rest {
        shared.queue.put_back(rest);
    }
    if let Some(order) = order {
        let _ = orders.send(order);
    }
}
