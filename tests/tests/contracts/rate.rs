//! No more jobs start than the rate allows, and whoever waits for the next one can be stopped.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join;
use libtest_mimic::Trial;
use tests::jobs::Act;
use tests::{Asynchronous, Log, OneThread, Processes, Reference, Subject, Threads, Tokio, trials};
use tokio::sync::oneshot;
use workload::{Options, Rate};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = everywhere::<Reference>();
    trials.extend(everywhere::<Threads>());
    trials.extend(everywhere::<Processes>());
    trials.extend(everywhere::<Asynchronous>());
    trials.extend(everywhere::<OneThread>());
    trials.extend(on_any_runtime::<Asynchronous>());
    trials.extend(on_any_runtime::<OneThread>());
    trials
}

fn everywhere<S: Subject>() -> Vec<Trial> {
    trials![S:
        jobs_take_no_less_time_than_the_rate_says,
        no_job_is_lost_at_a_rate_above_the_timers,
        the_end_of_the_input_is_not_waited_for,
        what_may_not_start_yet_does_not,
    ]
}

fn on_any_runtime<P: Tokio>() -> Vec<Trial> {
    trials![P:
        a_signal_ends_the_wait_for_the_next_job,
        futures_that_borrow_have_the_rate_too,
    ]
}

const INTERVAL: Duration = Duration::from_millis(5);
/// Twenty jobs have nineteen intervals between them, less what a timer may be late.
const LEAST: Duration = Duration::from_millis(19 * 5 - 2);
/// Longer than any test.
const HOUR: Duration = Duration::from_secs(3600);

fn jobs_take_no_less_time_than_the_rate_says<S: Subject>() {
    let subject = S::new(Options::new().workers(2).rate(Rate::every(INTERVAL)));
    let began = Instant::now();
    let outcomes = subject.collect((0..20).map(Act::new));
    assert!(began.elapsed() >= LEAST, "{:?}", began.elapsed());
    assert_eq!(outcomes, (0..20).map(Ok).collect::<Vec<_>>());
}

fn no_job_is_lost_at_a_rate_above_the_timers<S: Subject>() {
    let rate = Rate::per_second(50_000);
    for chunk in [1, 64] {
        let subject = S::new(Options::new().workers(2).chunk(chunk).rate(rate));
        let outcomes = subject.collect((0..2000).map(Act::new));
        assert_eq!(outcomes, (0..2000).map(Ok).collect::<Vec<_>>());
    }
}

fn the_end_of_the_input_is_not_waited_for<S: Subject>() {
    let rate = Rate::every(HOUR).burst(3);
    let subject = S::new(Options::new().workers(2).rate(rate));
    assert_eq!(subject.collect((0..3).map(Act::new)), [Ok(0), Ok(1), Ok(2)]);
}

fn what_may_not_start_yet_does_not<S: Subject>() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let rate = Rate::every(HOUR).burst(3);
    let subject = S::new(Options::new().workers(2).rate(rate));
    let jobs = (0..10).map(|index| Act::new(index).logs(&log));
    // What can start is given out while the others wait.
    subject.each(jobs, |index, _| match index {
        2 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert_eq!(log.starts().len(), 3);
}

fn a_signal_ends_the_wait_for_the_next_job<P: Tokio>() {
    let subject = P::new(Options::new().rate(Rate::every(HOUR)));
    let pool = subject.pool();
    let (cancel, cancelled) = oneshot::channel::<()>();
    let mut map = pool.map((0..10).map(Act::new)).cancel_on(cancelled);
    assert_eq!(pool.block_on(map.next()), Some(Ok(0)));
    let after = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        cancel.send(()).unwrap();
    };
    let (next, ()) = pool.block_on(join(map.next(), after));
    assert_eq!(next, None);
}

fn futures_that_borrow_have_the_rate_too<P: Tokio>() {
    let subject = P::new(Options::new().rate(Rate::every(INTERVAL)));
    let futures = (0..20).map(|_| std::future::ready(Ok(())));
    let began = Instant::now();
    let map = subject.pool().map_scoped(futures);
    assert_eq!(subject.pool().block_on(map.count()), 20);
    assert!(began.elapsed() >= LEAST, "{:?}", began.elapsed());
}
