//! The thread pool as a pattern, for the command line.

use std::time::Instant;

use workload::mechanism::{Order, Pull};
use workload::{Options, Pattern, Portable, Run, Sink};

use crate::ThreadPool;

/// Runs jobs on a [`ThreadPool`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadPattern;

impl Pattern for ThreadPattern {
    fn name(&self) -> &'static str {
        "threadpool-pattern"
    }

    fn run<J, I, S>(&self, jobs: I, options: &Options, sink: &mut S) -> anyhow::Result<Run>
    where
        J: Portable,
        I: Iterator<Item = Pull<J>>,
        S: Sink<J::Output>,
    {
        let starting = Instant::now();
        let mut pool = ThreadPool::new(options.clone())?;
        let startup = starting.elapsed();

        let mut map = pool.drive(jobs, Order::Input);
        // The sink breaks off when nobody reads any more; that is no error.
        let _ = map.run_into(sink);
        let counts = map.counts().clone();
        drop(map);

        let stopping = Instant::now();
        pool.close();
        Ok(Run {
            workers: options.workers.get(),
            counts,
            startup,
            shutdown: stopping.elapsed(),
            lost_threads: pool.lost_threads(),
            spent: pool.tally.by_worker(),
        })
    }
}
