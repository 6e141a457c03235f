//! Running the jobs of a chunk one after the other, wherever that is.

use std::time::{Duration, Instant};

use super::{Batch, Chunk};
use crate::span::{Span, Timer};
use crate::{Job, JobError, Rules, Stop, invoke_each, invoke_in_time};

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
    mut send: impl FnMut(Batch<J::Output>, Duration, Vec<Span>),
) {
    let stride = chunk.jobs.len().div_ceil(LOOKS);
    let is_plain = !rules.gil && !rules.spans && rules.timeout.is_none();
    let mut next = 0;
    while next < chunk.jobs.len() {
        let started = Instant::now();
        let mut outcomes = Batch::with_capacity(chunk.jobs.len() - next);
        let mut recorded = Vec::new();
        let mut busy = Duration::ZERO;
        while next < chunk.jobs.len() && busy < PATIENCE {
            let end = chunk.jobs.len().min(next + stride);
            let jobs = &chunk.jobs[next..end];
            if is_plain {
                invoke_each(jobs, stop, &mut outcomes);
            } else {
                for (index, job) in (chunk.first + next..).zip(jobs) {
                    let mut timer = Timer::new(rules.spans);
                    outcomes.push(match stop.is_draining() {
                        true => Err(JobError::Cancelled),
                        false => invoke_in_time(job, rules, &mut timer),
                    });
                    recorded.extend(timer.span(index, worker));
                }
            }
            next = end;
            busy = started.elapsed();
        }
        send(outcomes, busy, recorded);
    }
}
