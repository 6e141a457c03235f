//! The async pool as a pattern, for the command line.

use std::time::Instant;

use workload::mechanism::{Order, Pull};
use workload::{Options, Pattern, Portable, Run, Sink};

use crate::AsyncPool;

/// Runs jobs on an [`AsyncPool`].
#[derive(Debug, Clone, Copy, Default)]
pub struct AsyncPattern;

impl Pattern for AsyncPattern {
    fn name(&self) -> &'static str {
        "async-pattern"
    }

    fn run<J, I, S>(&self, jobs: I, options: &Options, sink: &mut S) -> anyhow::Result<Run>
    where
        J: Portable,
        I: Iterator<Item = Pull<J>>,
        S: Sink<J::Output>,
    {
        let starting = Instant::now();
        let pool = AsyncPool::new(options.clone())?;
        let startup = starting.elapsed();

        let mut map = pool.drive(jobs, Order::Input);
        pool.block_on(map.run_into(sink));
        let counts = map.flow.counts().clone();
        drop(map);

        let stopping = Instant::now();
        let tally = pool.tally.clone();
        drop(pool);
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
