//! What lets one command line drive any pattern.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::mechanism::{Counts, Pull};
use crate::{Options, Outcome, Portable, Span, Spent, Stop};

/// A way of running many jobs.
pub trait Pattern {
    /// The pattern's name, that of its binary: `threadpool-pattern`.
    fn name(&self) -> &'static str;

    /// Whether each worker is a process of its own, which can be limited, replaced and killed.
    fn isolates(&self) -> bool {
        false
    }

    /// Runs all jobs and hands their outcomes, in input order, to `sink`. Ends early when the sink
    /// breaks off or stops the run.
    ///
    /// # Errors
    ///
    /// The pool could not be started. What goes wrong with a job is an outcome, not an error.
    fn run<J, I, S>(&self, jobs: I, options: &Options, sink: &mut S) -> anyhow::Result<Run>
    where
        J: Portable,
        I: Iterator<Item = Pull<J>>,
        S: Sink<J::Output>;
}

/// Where outcomes go.
pub trait Sink<O> {
    /// The run begins; `stop` ends it early, from any thread.
    fn begin(&mut self, stop: &Stop);

    /// The next outcome in input order.
    fn outcome(&mut self, index: usize, outcome: Outcome<O>) -> ControlFlow<()>;

    /// When and where jobs ran, if that was asked for, in no order, but before their outcomes.
    fn spans(&mut self, spans: Vec<Span>);

    /// All that is known has been handed over, and nothing more may come for a while: a good
    /// moment to flush.
    fn idle(&mut self) -> ControlFlow<()>;
}

/// What is known of a run when it is over.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// How many workers there were.
    pub workers: usize,
    /// What happened, in numbers.
    pub counts: Counts,
    /// How long it took until the pool was ready.
    pub startup: Duration,
    /// How long it took to stop the pool.
    pub shutdown: Duration,
    /// How many threads hang in jobs that ran out of time. They end with the program.
    pub lost_threads: usize,
    /// What each worker has used up, as far as it could tell.
    pub spent: BTreeMap<u32, Spent>,
}
