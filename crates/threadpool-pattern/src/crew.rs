//! The threads of a pool whose jobs have a time limit, and those that take the place of lost ones.
//!
//! A thread cannot be interrupted. When its job is overdue, the job is given up and its thread is
//! lost to the pool until the job ends by itself, if it ever does. Another thread takes its place.
//!
//! Rayon ends the threads of one of its pools only together, so that one that is lost would keep
//! all. Here each thread has a rayon pool of its own, and the jobs wait in a queue that all share.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rayon::ThreadPoolBuildError;
use workload::mechanism::{Alarm, tick};

use crate::roll::{Lane, Roll};
use crate::team::{Hooks, join};
use crate::timed::Timed;

/// So many threads may be lost at once before the pool gives up: it has become a heap of threads
/// that hang.
const MOST_LOST: usize = 1000;

/// Threads, and jobs for them.
pub(crate) struct Crew {
    limit: Duration,
    hooks: Hooks,
    state: Mutex<State>,
    done: Condvar,
    alarm: Alarm,
}

#[derive(Default)]
struct State {
    /// What waits for a thread.
    queue: VecDeque<Arc<dyn Timed>>,
    /// How much waits or is under way, and has not been given up.
    open: usize,
    roll: Roll,
    closed: bool,
    /// Why nothing can be run any more, if so.
    broken: Option<String>,
}

impl Crew {
    /// A crew of so many workers.
    pub(crate) fn new(
        workers: usize,
        limit: Duration,
        hooks: Hooks,
    ) -> Result<Self, ThreadPoolBuildError> {
        let lanes = (0..workers).map(|worker| Lane::new(worker, hooks.clone()));
        let state = State {
            roll: Roll::new(lanes.collect::<Result<_, _>>()?),
            ..State::default()
        };
        Ok(Self {
            limit,
            hooks,
            state: Mutex::new(state),
            done: Condvar::new(),
            alarm: Alarm::default(),
        })
    }

    /// Queues jobs.
    pub(crate) fn push(self: &Arc<Self>, jobs: Arc<dyn Timed>) {
        let mut state = self.lock();
        if let Some(reason) = state.broken.clone() {
            drop(state);
            return jobs.lose(&reason);
        }
        state.open += 1;
        let Some(lane) = state.roll.mine() else {
            state.queue.push_back(jobs);
            return self.wake(&mut state);
        };
        // A job that uses its own pool will wait for these, and then its thread runs them if nobody
        // else does: what it has spawned here is what it finds to help with.
        state.queue.push_front(jobs);
        self.wake(&mut state);
        let crew = self.clone();
        lane.clone().spawn(move || crew.help(&lane));
    }

    /// Has an idle thread look into the queue.
    fn wake(self: &Arc<Self>, state: &mut State) {
        if let Some(lane) = state.roll.idle.pop() {
            let crew = self.clone();
            lane.clone().spawn(move || crew.serve(lane));
        }
    }

    /// Runs what is in the queue, on the thread of this lane.
    fn serve(&self, lane: Arc<Lane>) {
        loop {
            while self.serve_one(&lane) {}
            let mut state = self.lock();
            if !state.roll.is_present(&lane) {
                return;
            }
            // Nothing has come since the last look.
            if state.queue.is_empty() {
                return state.roll.idle.push(lane);
            }
        }
    }

    /// Runs the next in the queue while a job of this thread waits.
    fn help(&self, lane: &Arc<Lane>) {
        if !lane.under_way().is_empty() {
            self.serve_one(lane);
        }
    }

    /// Runs the next in the queue, if there is one. Says whether to look again.
    fn serve_one(&self, lane: &Arc<Lane>) -> bool {
        let Some(jobs) = self.lock().queue.pop_front() else {
            return false;
        };
        lane.under_way().push(jobs.clone());
        self.alarm.wake();
        // A panic in the drop of an output ends the series it is from; what is left is cancelled.
        let _ = catch_unwind(AssertUnwindSafe(|| jobs.run(lane.worker)));
        let ended = usize::from(!jobs.is_given_up());
        let mut state = self.lock();
        self.ended(&mut state, ended);
        let mut under_way = lane.under_way();
        under_way.pop();
        let hung = !state.roll.is_present(lane);
        if hung && under_way.is_empty() {
            drop(under_way);
            state.roll.leave(lane);
        }
        !hung
    }

    fn ended(&self, state: &mut State, jobs: usize) {
        state.open -= jobs;
        if state.open == 0 {
            self.done.notify_all();
        }
    }

    /// Looks for overdue jobs until the pool is closed.
    pub(crate) fn monitor(self: &Arc<Self>) {
        while !self.alarm.is_closed() {
            let lanes = self.lock().roll.all();
            let mut idle = true;
            for lane in &lanes {
                let under_way = lane.under_way().clone();
                for jobs in under_way.iter().filter(|jobs| !jobs.is_given_up()) {
                    idle = false;
                    if jobs.is_overdue(self.limit) {
                        self.replace(lane, jobs);
                    }
                }
            }
            self.alarm.sleep(idle, tick(Some(self.limit)));
        }
    }

    /// Gives up the job under way, puts another thread in the place of its own, and queues what that
    /// one leaves.
    fn replace(self: &Arc<Self>, lane: &Arc<Lane>, jobs: &Arc<dyn Timed>) {
        // First, so that whoever is told of the job finds its thread counted.
        let was_present = self.lock().roll.lose(lane);
        let rest = jobs.give_up(self.limit);
        let next = was_present.then(|| Lane::new(lane.worker as usize, self.hooks.clone()));
        let mut state = self.lock();
        let Some(rest) = rest else {
            // It has just ended after all.
            if was_present && !state.roll.find(lane) {
                state.take_place(next);
            }
            return self.wake(&mut state);
        };
        let places = rest.len();
        state.open += places;
        for jobs in rest.into_iter().rev() {
            state.queue.push_front(jobs);
        }
        state.take_place(next);
        // As many as there is work for, the new one first.
        for _ in 0..state.queue.len().min(places + 1) {
            self.wake(&mut state);
        }
        let waiting = match state.broken {
            Some(_) => std::mem::take(&mut state.queue),
            None => VecDeque::new(),
        };
        let message = state.broken.clone().unwrap_or_default();
        drop(state);
        waiting.iter().for_each(|jobs| jobs.lose(&message));
        self.ended(&mut self.lock(), waiting.len() + 1);
    }

    /// Forgets what waits; that is cancelled by it.
    pub(crate) fn forget(&self) {
        let mut state = self.lock();
        let waiting = std::mem::take(&mut state.queue);
        self.ended(&mut state, waiting.len());
        drop(state);
        drop(waiting);
    }

    /// How many threads hang in jobs that were given up.
    pub(crate) fn lost(&self) -> usize {
        self.lock().roll.lost()
    }

    /// Waits until everything has ended or was given up, and then for the threads, but for the lost
    /// ones. On one of the threads it waits for nothing.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        if std::mem::replace(&mut state.closed, true) {
            return;
        }
        let is_mine = state.roll.mine().is_some();
        while state.open > 0 && !is_mine {
            let woken = self.done.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        let threads = state.roll.dismiss();
        drop(state);
        self.alarm.close();
        if !is_mine {
            join(threads);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No call that could panic is made while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Puts a new thread in the place of one that hangs, if there is to be one. Without any, the
    /// pool is broken.
    fn take_place(&mut self, next: Option<Result<Arc<Lane>, ThreadPoolBuildError>>) {
        let lost = self.roll.lost();
        let reason = match next {
            Some(Ok(next)) => {
                self.roll.join(next);
                (lost > MOST_LOST).then(|| format!("{lost} threads hang"))
            }
            Some(Err(error)) if self.roll.is_empty() => {
                Some(format!("all its threads hang, and {error}"))
            }
            Some(Err(_)) | None => None,
        };
        if let Some(reason) = reason {
            self.broken = Some(format!("the thread pool has given up: {reason}"));
        }
    }
}
