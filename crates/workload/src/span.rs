//! When and where a job ran: the raw material of a timeline.

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use crate::clock::now;
use crate::clock::{coarse, thread_on_core};

/// When and where one job ran. Recorded when [`Options::spans`](crate::Options::spans) is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The job's place in the input, from 0.
    pub index: usize,
    /// The worker that ran it, from 0.
    pub worker: u32,
    /// When it started, in nanoseconds of [`now`].
    pub start: u64,
    /// When it ended, in nanoseconds of [`now`].
    pub end: u64,
    /// How many nanoseconds of that it was on a core; 0 where the system does not say. The rest it
    /// waited: for a timer, a disk, a lock, or for a core.
    pub computing: u64,
}

/// When a job ran and for how long it was on a core, wherever that was: see [`Span`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// When it started.
    pub start: u64,
    /// When it ended.
    pub end: u64,
    /// How much of that it computed.
    pub computing: u64,
}

impl Times {
    /// The span of the job at `index`, run by this worker.
    #[must_use]
    pub fn span(self, index: usize, worker: u32) -> Span {
        Span {
            index,
            worker,
            start: self.start,
            end: self.end,
            computing: self.computing,
        }
    }
}

/// That a job held its thread for so long between two awaits, where nothing else could run
/// meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The job's place in the input, from 0.
    pub index: usize,
    /// The longest time between two of its awaits.
    pub time: Duration,
}

/// So long a job may hold its thread between two awaits before that is told of: what Python's
/// asyncio calls a slow callback in its debug mode (`loop.slow_callback_duration`, 0.1 s).
pub const SLOW: Duration = Duration::from_millis(100);

/// A timer's last look at the coarse clock, which spares the timer of the job that comes right after
/// the first one of its own. By default there was none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looked(u64);

/// Notes when a job computes: from when it first does, with the interpreter lock if there is one,
/// until it last did, and how much of that time it was on a core.
#[derive(Debug, Clone)]
pub struct Timer {
    on: bool,
    /// In a box, since a million jobs may wait with a timer that is not on.
    times: Option<Box<Times>>,
    /// Whether to note the longest time between two awaits, and that time.
    between_awaits: bool,
    longest: u64,
    /// When it last looked at the coarse clock for that, if that is still now; else 0.
    looked: u64,
}

impl Timer {
    /// A timer that looks at the clocks if it is `on`, and costs nothing if it is not.
    #[must_use]
    pub fn new(on: bool) -> Self {
        Self {
            on,
            times: None,
            between_awaits: false,
            longest: 0,
            looked: 0,
        }
    }

    /// The same, which also notes how long the job holds its thread between two awaits. That costs
    /// two looks at a coarse clock each time; one, if another timer has just `looked` at it.
    #[must_use]
    pub fn between_awaits(on: bool, looked: Looked) -> Self {
        Self {
            between_awaits: true,
            looked: looked.0,
            ..Self::new(on)
        }
    }

    /// Its last look at the coarse clock.
    #[must_use]
    pub fn looked(&self) -> Looked {
        Looked(self.looked)
    }

    /// Whether the job at `index` held its thread for longer than [`SLOW`].
    #[must_use]
    pub fn held(&self, index: usize) -> Option<Held> {
        let time = Duration::from_nanos(self.longest);
        (time > SLOW).then_some(Held { index, time })
    }

    /// When the job ran, if it did and the timer was on.
    #[must_use]
    pub fn times(&self) -> Option<Times> {
        self.times.as_deref().copied()
    }

    /// The span of the job at `index`, run by this worker.
    #[must_use]
    pub fn span(&self, index: usize, worker: u32) -> Option<Span> {
        self.times().map(|times| times.span(index, worker))
    }

    /// Says that the job waits now, so that the last look will be long ago when it goes on.
    pub(crate) fn wait(&mut self) {
        self.looked = 0;
    }

    /// Runs `compute` and notes when.
    #[inline]
    pub(crate) fn time<T>(&mut self, compute: impl FnOnce() -> T) -> T {
        if !self.between_awaits {
            return self.span_of(compute);
        }
        let began = match std::mem::take(&mut self.looked) {
            0 => coarse(),
            looked => looked,
        };
        let result = self.span_of(compute);
        self.looked = coarse();
        self.longest = self.longest.max(self.looked.saturating_sub(began));
        result
    }

    #[inline]
    fn span_of<T>(&mut self, compute: impl FnOnce() -> T) -> T {
        if self.on {
            self.noted(compute)
        } else {
            compute()
        }
    }

    /// Apart, so that nothing of it stands in the way of jobs that are not timed.
    #[inline(never)]
    fn noted<T>(&mut self, compute: impl FnOnce() -> T) -> T {
        let _noting = Noting {
            times: &mut self.times,
            began: now(),
            on_core: thread_on_core(),
        };
        compute()
    }
}

/// Notes how long something took when it is over, also when that is by a panic.
struct Noting<'a> {
    times: &'a mut Option<Box<Times>>,
    began: u64,
    on_core: u64,
}

impl Drop for Noting<'_> {
    fn drop(&mut self) {
        let on_core = thread_on_core().saturating_sub(self.on_core);
        let end = now();
        let (start, before) = match &self.times {
            Some(times) => (times.start, times.computing),
            None => (self.began, 0),
        };
        // The two clocks may tick a little differently.
        let computing = before + on_core.min(end.saturating_sub(self.began));
        *self.times = Some(Box::new(Times {
            start,
            end,
            computing,
        }));
    }
}
