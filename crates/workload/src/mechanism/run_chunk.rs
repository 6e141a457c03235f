//! Running the jobs of a chunk one after the other, wherever that is.

use std::time::{Duration, Instant};

use super::Chunk;
use crate::span::{Span, Timer};
use crate::{Job, JobError, Outcome, Rules, Stop, invoke_in_time};

/// Finished outcomes are handed on after this long, so that they do not wait for a slow job behind
/// them in the same chunk.
const PATIENCE: Duration = Duration::from_micros(100);

/// How often a chunk looks at the clock, at most: a look costs about 25 ns, so 64 of them cost a
/// chunk of 100 us less than 2%.
const LOOKS: usize = 64;

/// Runs the jobs of a chunk on the calling thread and hands their outcomes to `send` in one or
/// more parts, each with the time it took. Checks `stop` before each job.
pub fn run_chunk<J: Job>(
    chunk: &Chunk<J>,
    worker: u32,
    stop: &Stop,
    rules: &Rules,
    mut send: impl FnMut(Vec<Outcome<J::Output>>, Duration, Vec<Span>),
) {
    let mut jobs = chunk.jobs.iter().enumerate();
    let stride = chunk.jobs.len().div_ceil(LOOKS);
    let mut recorded = Vec::new();
    while jobs.len() > 0 {
        let started = Instant::now();
        let mut outcomes = Vec::with_capacity(jobs.len());
        let mut busy = Duration::ZERO;
        while jobs.len() > 0 && busy < PATIENCE {
            for (offset, job) in jobs.by_ref().take(stride) {
                if stop.is_draining() {
                    outcomes.push(Err(JobError::Cancelled));
                    continue;
                }
                let mut timer = Timer::new(rules.spans);
                outcomes.push(invoke_in_time(job, rules, &mut timer));
                recorded.extend(timer.span(chunk.first + offset, worker));
            }
            busy = started.elapsed();
        }
        send(outcomes, busy, std::mem::take(&mut recorded));
    }
}
