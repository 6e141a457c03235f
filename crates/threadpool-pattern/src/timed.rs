//! Jobs that have a time limit, on a thread that cannot be interrupted: once a job is overdue, it is
//! given up, and the jobs behind it are taken away from that thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use workload::mechanism::{Batch, Duty};
use workload::span::{Span, Timer};
use workload::{Job, JobError, Outcome, Rules, invoke};

/// Finished outcomes are handed on after this long, so that they do not wait for a slow job behind
/// them.
const PATIENCE: Duration = Duration::from_micros(100);

/// Jobs that a thread runs one after the other, of which the one under way can be given up.
pub(crate) trait Timed: Send + Sync {
    /// Runs the jobs, until they are done or one of them was given up.
    fn run(&self, worker: u32);

    /// Whether the job under way has run out of time.
    fn is_overdue(&self, limit: Duration) -> bool;

    /// Gives up the job under way, if it is overdue, and gives what another thread should run
    /// instead, maybe nothing.
    fn give_up(&self, limit: Duration) -> Option<Vec<Arc<dyn Timed>>>;

    /// Says of all jobs that they are lost.
    fn lose(&self, message: &str);

    /// Whether a job was given up, so that nothing of this concerns the thread any more.
    fn is_given_up(&self) -> bool;
}

/// Jobs to be run one after the other.
pub(crate) struct Series<J: Job> {
    jobs: Arc<[J]>,
    rules: Rules,
    state: Mutex<State<J::Output>>,
}

struct State<O> {
    /// The next job and the end of the jobs.
    next: usize,
    end: usize,
    /// How often the next job was tried before.
    attempts: u32,
    /// Since when the next job is under way, if it is.
    running: Option<Instant>,
    /// Nobody's any more once a job was given up.
    duty: Option<Duty<O>>,
    worker: u32,
    /// What is known but not handed on yet, and since when.
    known: Batch<O>,
    spans: Vec<Span>,
    since: Instant,
}

impl<J: Job> Series<J> {
    /// All of these jobs.
    pub(crate) fn new(jobs: Vec<J>, duty: impl Into<Duty<J::Output>>, rules: Rules) -> Arc<Self> {
        let end = jobs.len();
        Self::part(jobs.into(), 0, end, duty.into(), rules, 0)
    }

    fn part(
        jobs: Arc<[J]>,
        next: usize,
        end: usize,
        duty: Duty<J::Output>,
        rules: Rules,
        attempts: u32,
    ) -> Arc<Self> {
        let state = Mutex::new(State {
            next,
            end,
            attempts,
            running: None,
            duty: Some(duty),
            worker: 0,
            known: Batch::default(),
            spans: Vec::new(),
            since: Instant::now(),
        });
        Arc::new(Self { jobs, rules, state })
    }

    fn lock(&self) -> MutexGuard<'_, State<J::Output>> {
        // A panic in the drop of an output may have struck at any time, but the state's fields do
        // not depend on each other while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job, if there is one and it is still wanted.
    fn begin(&self) -> Option<usize> {
        let mut state = self.lock();
        let stopped = state.duty.as_ref()?.is_draining();
        if stopped {
            let rest = state.next..state.end;
            rest.for_each(|_| state.known.push(Err(JobError::Cancelled)));
            state.next = state.end;
        }
        if state.next == state.end {
            state.hand_on();
            return None;
        }
        state.running = Some(Instant::now());
        Some(state.next)
    }

    fn end(&self, mut outcome: Outcome<J::Output>, timer: Timer) {
        let mut state = self.lock();
        let running = state.running.take();
        if let Some((since, after)) = running.zip(self.rules.timeout)
            && since.elapsed() > after
        {
            // It ended by itself, but too late.
            if state.attempts < self.rules.retries {
                state.attempts += 1;
                return;
            }
            outcome = Err(JobError::TimedOut { after });
        }
        let Some(duty) = &state.duty else {
            return; // It was given up meanwhile.
        };
        let index = duty.index(state.known.len());
        let span = index.and_then(|index| timer.span(index, state.worker));
        state.spans.extend(span);
        state.known.push(outcome);
        state.next += 1;
        state.attempts = 0;
        if state.since.elapsed() >= PATIENCE {
            state.hand_on();
        }
    }
}

impl<O> State<O> {
    fn is_overdue(&self, limit: Duration) -> bool {
        self.running.is_some_and(|since| since.elapsed() > limit)
    }

    fn hand_on(&mut self) {
        let known = std::mem::take(&mut self.known);
        let spans = std::mem::take(&mut self.spans);
        let busy = self.since.elapsed();
        self.since = Instant::now();
        if let Some(duty) = self.duty.as_mut().filter(|_| !known.is_empty()) {
            duty.send(known, self.worker, busy, spans);
        }
    }
}

impl<J: Job> Timed for Series<J> {
    fn run(&self, worker: u32) {
        {
            let mut state = self.lock();
            state.worker = worker;
            state.since = Instant::now();
        }
        while let Some(job) = self.begin() {
            let mut timer = Timer::new(self.rules.spans);
            let outcome = invoke(&self.jobs[job], self.rules.gil, &mut timer);
            self.end(outcome, timer);
        }
    }

    fn is_overdue(&self, limit: Duration) -> bool {
        self.lock().is_overdue(limit)
    }

    fn give_up(&self, limit: Duration) -> Option<Vec<Arc<dyn Timed>>> {
        let mut state = self.lock();
        if !state.is_overdue(limit) {
            return None;
        }
        state.hand_on();
        let mut duty = state.duty.take()?;
        let (next, end) = (state.next, state.end);
        let part = |from, to, duty, attempts| -> Arc<dyn Timed> {
            Self::part(self.jobs.clone(), from, to, duty, self.rules, attempts)
        };
        let mut parts = Vec::new();
        let rest = duty.split_off(1);
        if state.attempts < self.rules.retries {
            parts.push(part(next, next + 1, duty, state.attempts + 1));
        } else {
            let outcome = Err(JobError::TimedOut { after: limit });
            duty.send(vec![outcome].into(), state.worker, limit, Vec::new());
        }
        if next + 1 < end {
            parts.push(part(next + 1, end, rest, 0));
        }
        Some(parts)
    }

    fn lose(&self, message: &str) {
        let mut state = self.lock();
        let jobs = state.next..state.end;
        state.next = state.end;
        for _ in jobs {
            let message = message.to_owned();
            state.known.push(Err(JobError::Lost { message }));
        }
        state.hand_on();
    }

    fn is_given_up(&self) -> bool {
        self.lock().duty.is_none()
    }
}
