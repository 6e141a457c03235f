//! The thread that throws signals at the workers: SIGKILL, and SIGSTOP with or without SIGCONT.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;

use super::victim::{Victim, children};

/// A pool gives up when five workers in a row die before they have done anything, as it says. So
/// that this never happens by the soak's own doing, it kills fewer that have not begun a job.
const NEWBORNS: u64 = 4;
/// How often it looks whether there is something to do.
const TICK: Duration = Duration::from_millis(2);
/// One in so many stops is a long one. The others last about as long as the pauses between signals,
/// so that the jobs get on.
const LONG_ONES: u32 = 20;
/// How long such a stop is at most: long enough for the pool to take back what the worker has not
/// begun. A worker with a time limit is stopped for good: it is the pool's to end it.
const LONGEST: Duration = Duration::from_millis(1500);

/// How fast signals are thrown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// From one to the next, at most; none are thrown if there is no pause.
    pause: Option<Duration>,
    /// How many in eight are SIGKILL; the others are SIGSTOP.
    kills: u32,
    /// Whether it begins before the pool is ready.
    pub(super) from_birth: bool,
}

impl Pace {
    pub(super) fn draw(rng: &mut Rng) -> Self {
        const PAUSES: [u64; 6] = [0, 5, 20, 20, 60, 200];
        let pause = PAUSES[rng.usize(..PAUSES.len())];
        Self {
            pause: (pause > 0).then_some(Duration::from_millis(pause)),
            kills: rng.u32(0..=8),
            from_birth: rng.u32(..4) == 0,
        }
    }
}

/// What was thrown in a round.
#[derive(Debug, Default)]
pub(super) struct Thrown {
    kills: AtomicU64,
    stops: AtomicU64,
    newborns: AtomicU64,
}

impl Thrown {
    /// How many SIGKILLs.
    pub(super) fn kills(&self) -> u64 {
        self.kills.load(Ordering::SeqCst)
    }

    /// How many SIGSTOPs.
    pub(super) fn stops(&self) -> u64 {
        self.stops.load(Ordering::SeqCst)
    }

    /// Stops all workers that are ready, for good.
    pub(super) fn stop_all(&self) {
        let workers = children().into_iter().filter_map(Victim::take);
        for worker in workers.filter(|worker| worker.has_worked) {
            self.stops.fetch_add(1, Ordering::SeqCst);
            worker.stop();
        }
    }

    /// How many SIGKILLs hit workers that had not begun a job.
    pub(super) fn newborns(&self) -> u64 {
        self.newborns.load(Ordering::SeqCst)
    }
}

/// Throws signals until it is told that the round is over.
pub(super) struct Tormentor<'a> {
    rng: Rng,
    pace: Pace,
    /// Whether the pool has a time limit.
    has_limit: bool,
    thrown: &'a Thrown,
    stopped: Vec<(Victim, Instant)>,
}

impl<'a> Tormentor<'a> {
    pub(super) fn new(seed: u64, pace: Pace, has_limit: bool, thrown: &'a Thrown) -> Self {
        Self {
            rng: Rng::with_seed(!seed),
            pace,
            has_limit,
            thrown,
            stopped: Vec::new(),
        }
    }

    pub(super) fn run(mut self, may_throw: &AtomicBool, is_over: &AtomicBool) {
        let Some(pause) = self.pace.pause else {
            return;
        };
        let mut next = Instant::now();
        while !is_over.load(Ordering::SeqCst) {
            let now = Instant::now();
            self.resume(now);
            if now >= next && may_throw.load(Ordering::SeqCst) {
                let busy_until = self.strike(now, pause);
                next = busy_until + pause.mul_f64(self.rng.f64());
            }
            std::thread::sleep(TICK);
        }
    }

    /// Continues those whose time has come.
    fn resume(&mut self, now: Instant) {
        for (victim, _) in self.stopped.extract_if(.., |(_, until)| now >= *until) {
            victim.resume();
        }
    }

    /// Throws a signal at some worker; gives the time from when on another may be thrown.
    fn strike(&mut self, now: Instant, pause: Duration) -> Instant {
        // All are drawn in any case: what comes next is then the same, whatever is met.
        let (which, what, share) = (self.rng.usize(..), self.rng.u32(..8), self.rng.f64());
        let is_long = self.rng.u32(..LONG_ONES) == 0;
        let workers = children();
        let which = which.checked_rem(workers.len());
        let Some(victim) = which.and_then(|which| Victim::take(workers[which])) else {
            return now;
        };
        if what < self.pace.kills {
            self.kill(&victim);
            return now;
        }
        self.thrown.stops.fetch_add(1, Ordering::SeqCst);
        if !victim.stop() {
            return now;
        }
        let longest = if is_long { LONGEST } else { pause };
        let until = now + longest.mul_f64(share);
        let for_good = is_long && self.has_limit && victim.has_worked;
        if !for_good {
            self.stopped.push((victim, until));
        }
        if is_long { now } else { until }
    }

    fn kill(&self, victim: &Victim) {
        if !victim.has_worked {
            if self.thrown.newborns() == NEWBORNS {
                return;
            }
            self.thrown.newborns.fetch_add(1, Ordering::SeqCst);
        }
        // Counted first: how a job ended may be known before this thread goes on.
        self.thrown.kills.fetch_add(1, Ordering::SeqCst);
        victim.kill();
    }
}
