//! The pool's side of one worker: a thread that starts it, feeds it, hears it out, and replaces it
//! when it dies.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use crate::parcel::Parcel;
use crate::shared::Shared;
use crate::slot::Slot;
use crate::start::{Ahead, StartError, Started, start};
use crate::wire::is_interrupted;

/// So many workers in a row may die without having done anything before their keeper gives up.
const TRIES: u32 = 5;
/// How long to wait before the second try: what is lacking may be there again soon. Twice as long
/// before each one after that.
const PAUSE: Duration = Duration::from_millis(10);
/// How long a worker may take to leave.
const FAREWELL: Duration = Duration::from_secs(1);

/// Keeps one worker going until the pool closes, or until that proves impossible: then the others do
/// its work, and if there are none, the pool gives up and says so. Says on `ready` whether the worker's
/// first start went well.
pub(crate) fn keep(worker: usize, shared: &Arc<Shared>, ready: &Sender<Result<(), StartError>>) {
    // The engine panics where the system refuses it memory or descriptors. That must not leave jobs
    // behind that nobody will ever run.
    let kept = workload::catch(|| keep_going(worker, shared, ready)).unwrap_or_else(|panic| {
        let refused = StartError::engine(panic);
        let reason = refused.to_string();
        let _ = ready.send(Err(refused));
        if let Some(slot) = shared.slot(worker).take() {
            for parcel in slot.bury(0, false).unfinished {
                shared.queue.put_back(parcel);
            }
        }
        Err(reason)
    });
    let others = shared.keepers.fetch_sub(1, Ordering::SeqCst) - 1;
    if let Err(reason) = kept
        && others == 0
    {
        shared.queue.give_up(&reason);
    }
}

/// Keeps a worker going. Fails if that is impossible, for this reason.
fn keep_going(
    worker: usize,
    shared: &Arc<Shared>,
    ready: &Sender<Result<(), StartError>>,
) -> Result<(), String> {
    let mut started = start(shared);
    // The pool waits until every keeper has said this once.
    let _ = ready.send(started.as_ref().map(drop).map_err(Clone::clone));
    if started.is_err() {
        return Ok(()); // There will be no pool.
    }
    let mut fruitless = 0;
    loop {
        let (ended, next) = match started {
            Ok(process) => serve_and_bury(worker, shared, process),
            Err(_) if shared.is_over() => (Ended::Closed, None),
            Err(error) => (Ended::Fruitless(error.to_string()), None),
        };
        match ended {
            Ended::Closed => {
                // Others may be starting workers that nobody will need.
                shared.clear_nursery();
                return Ok(());
            }
            Ended::Replaced => fruitless = 0,
            Ended::Fruitless(reason) => {
                fruitless += 1;
                if fruitless >= TRIES {
                    return Err(reason);
                }
                thread::sleep(PAUSE * (1 << (fruitless - 1)));
            }
        }
        started = match next {
            Some(next) => next.and_then(Ahead::wait),
            None => start(shared),
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

fn serve_and_bury(worker: usize, shared: &Arc<Shared>, started: Started) -> (Ended, Next) {
    *shared.slot(worker) = Some(Slot::new(worker, started));
    let mut next = None;
    let served = serve(worker, shared, &mut next);
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

fn serve(worker: usize, shared: &Arc<Shared>, next: &mut Next) -> Served {
    while !shared.is_abandoned() {
        let at_rest = shared.slot(worker).as_ref().is_none_or(Slot::is_at_rest);
        if at_rest || shared.seats[worker].is_left() {
            if next.is_some() {
                return Served::Spent;
            }
            match rest(worker, shared) {
                Rested::Parcel(parcel) => {
                    send(parcel, worker, shared);
                    shared.alarm.wake();
                }
                Rested::Called => {}
                Rested::Closed => return Served::Closed,
            }
        }
        while shared.slot(worker).as_ref().is_some_and(|slot| {
            slot.wants_more() && slot.left(shared.options.max_jobs_per_worker) > 0
        }) && let Some(parcel) = shared.queue.try_pop()
        {
            send(parcel, worker, shared);
        }
        let most = shared.options.max_jobs_per_worker;
        let spent = |slot: &Slot| slot.left(most) == 0;
        if next.is_none() && shared.slot(worker).as_ref().is_some_and(spent) {
            // While this one runs its last jobs, so that nobody has to wait for the next. And on a
            // thread of its own, so that this one is heard meanwhile: it waits when it is not.
            *next = Some(Ahead::start(shared));
        }
        if !hear(worker, shared) {
            return Served::Died;
        }
    }
    Served::Died
}

/// What ended the rest of a worker that had nothing to do.
enum Rested {
    /// There is something to do.
    Parcel(Parcel),
    /// It was sent something by another thread, and needs its keeper now.
    Called,
    /// The pool was closed.
    Closed,
}

/// Leaves the worker to [`direct`](crate::direct) until there is a parcel.
fn rest(worker: usize, shared: &Shared) -> Rested {
    let seat = &shared.seats[worker];
    seat.rest();
    let parcel = shared.queue.pop(|| seat.is_wanted());
    if !seat.keep() {
        return parcel.map_or(Rested::Closed, Rested::Parcel);
    }
    if let Some(slot) = shared.slot(worker).as_mut() {
        slot.direct = None;
    }
    if let Some(parcel) = parcel {
        // Another worker may have nothing to do.
        shared.queue.put_back(parcel);
    }
    Rested::Called
}

/// Takes in the worker's next word, if there is one to come. Whether the worker is still good.
fn hear(worker: usize, shared: &Shared) -> bool {
    let words = shared.slot(worker).as_ref().map(|slot| slot.words.clone());
    let Some(words) = words else {
        return false;
    };
    // Whoever waits for a job that was sent directly may be reading, but not for long.
    let words = words.lock().unwrap_or_else(PoisonError::into_inner);
    if shared.slot(worker).as_ref().is_none_or(Slot::is_at_rest) {
        return true; // All that was taken was not wanted any more, or another has heard it.
    }
    let word = match words.recv() {
        Ok(word) => word,
        Err(error) => return is_interrupted(&error),
    };
    let mut slot = shared.slot(worker);
    let Some(slot) = slot.as_mut() else {
        return false;
    };
    // Left before the last outcome is told of, or who waits for that and submits the next job would
    // not find the worker idle, again and again.
    let leaves = slot.flights.len() == 1 && slot.left(shared.options.max_jobs_per_worker) > 1;
    if leaves {
        shared.seats[worker].rest();
    }
    let heard = slot.hear(word);
    if leaves && !slot.is_at_rest() {
        shared.seats[worker].keep();
    }
    heard.is_ok()
}

/// Sends a parcel, unless nobody wants it any more.
fn send(parcel: Parcel, worker: usize, shared: &Shared) {
    if parcel.is_stopped() {
        return;
    }
    let most = shared.options.max_jobs_per_worker;
    let (left, bundle) = shared
        .slot(worker)
        .as_ref()
        .map_or((0, 1), |slot| (slot.left(most), slot.bundle));
    let others = shared.slots.len() - 1;
    let mut parcel = shared.queue.bundle(parcel, bundle.min(left), others);
    if left < parcel.jobs {
        shared.queue.put_back(parcel.split_off(left, 0));
    }
    if parcel.jobs == 0 {
        return;
    }
    let rest = match shared.slot(worker).as_mut() {
        Some(slot) => slot.take_off(parcel),
        None => Some(parcel),
    };
    if let Some(rest) = rest {
        shared.queue.put_back(rest);
    }
}
