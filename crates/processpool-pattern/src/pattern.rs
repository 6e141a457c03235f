//! The process pool as a pattern, for the command line.

use std::ops::ControlFlow;
use std::time::Instant;

use workload::mechanism::{Order, Pull};
use workload::{Options, Pattern, Portable, Run, Sink};

use crate::ProcessPool;

/// Runs jobs on a [`ProcessPool`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessPattern;

impl Pattern for ProcessPattern {
    fn name(&self) -> &'static str {
        "processpool-pattern"
    }

    fn isolates(&self) -> bool {
        true
    }

    fn run<J, I, S>(&self, jobs: I, options: &Options, sink: &mut S) -> anyhow::Result<Run>
    where
        J: Portable,
        I: Iterator<Item = Pull<J>>,
        S: Sink<J::Output>,
    {
        let starting = Instant::now();
        let pool = ProcessPool::new(options.clone())?;
        let startup = starting.elapsed();

        let mut map = pool.drive(jobs, Order::Input);
        let ended = map.run_into(sink);
        let counts = map.counts().clone();
        drop(map);

        let stopping = Instant::now();
        let tally = pool.shared.tally.clone();
        match ended {
            ControlFlow::Continue(()) => pool.shutdown(),
            // Nobody reads any more: that is no error, but what runs runs in vain.
            ControlFlow::Break(()) => drop(pool),
        }
        Ok(Run {
            workers: options.workers.get(),
            counts,
            startup,
            shutdown: stopping.elapsed(),
            spent: tally.by_worker(),
            ..Run::default()
        })
    }
}
