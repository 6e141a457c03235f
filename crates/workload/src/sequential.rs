//! The reference: one job after the other, in a plain loop.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::time::Instant;

use crate::mechanism::{Chunker, Counts, LONGEST_WAIT, Paced, Pull};
use crate::span::Timer;
use crate::{Options, Pattern, Portable, Rules, Run, Sink, Spent, Stop, invoke_in_time};

/// Runs jobs one after the other on the calling thread: what every pattern is compared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sequential;

impl Pattern for Sequential {
    fn name(&self) -> &'static str {
        "workload"
    }

    fn run<J, I, S>(&self, jobs: I, options: &Options, sink: &mut S) -> anyhow::Result<Run>
    where
        J: Portable,
        I: Iterator<Item = Pull<J>>,
        S: Sink<J::Output>,
    {
        let stop = Stop::default();
        sink.begin(&stop);
        let mut counts = Counts::default();
        let before = Spent::by_thread().cpu;
        // The sink breaks off when nobody reads any more; that is no error.
        let _ = each(jobs, options, &stop, &mut counts, sink);
        // Its one thread reads the input and prints as well.
        let spent = Spent {
            cpu: Spent::by_thread().cpu.saturating_sub(before),
            peak_memory: None,
        };
        Ok(Run {
            workers: 1,
            counts,
            spent: [(0, spent)].into(),
            ..Run::default()
        })
    }
}

/// The loop. The clock is looked at only now and then, so that it does not slow short jobs down.
fn each<J: Portable>(
    jobs: impl Iterator<Item = Pull<J>>,
    options: &Options,
    stop: &Stop,
    counts: &mut Counts,
    sink: &mut impl Sink<J::Output>,
) -> ControlFlow<()> {
    let mut jobs = Paced::new(jobs, options);
    let rules = Rules::from(options);
    let mut pace = Chunker::new(NonZeroUsize::MIN, 1 << 12, None);
    let mut ended = false;
    while !ended {
        let began = Instant::now();
        let before = counts.jobs;
        for _ in 0..pace.size(None) {
            ended = stop.is_draining();
            if ended {
                break;
            }
            match jobs.next() {
                Some(Pull::Job(job)) => {
                    let index = counts.jobs;
                    let mut timer = Timer::new(rules.spans);
                    let outcome = invoke_in_time(&job, &rules, &mut timer);
                    if let Some(span) = timer.span(index, 0) {
                        sink.spans(vec![span]);
                    }
                    counts.jobs += 1;
                    counts.add(&outcome, options.on_error, stop);
                    sink.outcome(index, outcome)?;
                }
                Some(Pull::NotYet(time)) => {
                    sink.idle()?;
                    std::thread::sleep(time.min(LONGEST_WAIT));
                }
                None => {
                    ended = true;
                    break;
                }
            }
        }
        let (jobs, busy) = (counts.jobs - before, began.elapsed());
        pace.measured(jobs, busy);
        counts.worked(0, jobs, busy);
        sink.idle()?;
    }
    ControlFlow::Continue(())
}
