//! What ends a stream of the async pool early: a stop, a signal, a time limit for all, the first
//! failure, a drop; and how a pool ends in good order.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use async_pattern::FirstFailure;
use futures_util::{FutureExt, StreamExt};
use libtest_mimic::Trial;
use tempfile::TempDir;
use tests::jobs::{Act, Deed};
use tests::system::until;
use tests::{Asynchronous, Log, OneThread, Tokio, trials};
use tokio::sync::oneshot;
use workload::{JobError, OnError, Options, Outcome};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_any_runtime::<Asynchronous>();
    trials.extend(on_any_runtime::<OneThread>());
    trials
}

fn on_any_runtime<P: Tokio>() -> Vec<Trial> {
    trials![P:
        a_stop_wakes_a_stream_whose_jobs_all_wait,
        a_signal_cancels_what_waits,
        a_signal_that_never_comes_changes_nothing,
        a_drain_finishes_what_runs,
        a_drain_cancels_what_outlasts_the_grace,
        a_limit_for_all_cancels_what_has_not_ended,
        outcomes_that_come_unordered_end_early_too,
        the_first_failure_cancels_the_others_and_is_told,
        outputs_are_in_input_order_when_none_fails,
        all_outcomes_are_collected_whatever_fails,
        a_dropped_stream_cancels_what_runs,
        shutdown_within_waits_for_what_ends_in_time,
        shutdown_within_cancels_the_others,
    ]
}

/// A limit that is never reached.
const LONG: Duration = Duration::from_secs(3600);

/// A place for a log and for a gate at which jobs wait.
struct Place {
    log: Log,
    gate: PathBuf,
    _directory: TempDir,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            log: Log::new(directory.path()),
            gate: directory.path().join("gate"),
            _directory: directory,
        }
    }

    /// A job that waits at the gate.
    fn waiting(&self, index: u64) -> Act {
        Act::new(index)
            .does(Deed::Await(self.gate.clone()))
            .logs(&self.log)
    }

    fn wait_for_starts(&self, jobs: usize) {
        until("all of them have started", || {
            self.log.starts().len() == jobs
        });
    }
}

const CANCELLED: Outcome<u64> = Err(JobError::Cancelled);

fn a_stop_wakes_a_stream_whose_jobs_all_wait<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2).window(4)));
    let pool = subject.pool();
    let map = pool.map((0..10).map(|index| place.waiting(index)));
    let stop = map.stop();
    let outcomes = std::thread::scope(|scope| {
        scope.spawn(|| {
            place.wait_for_starts(4);
            stop.cancel();
        });
        pool.block_on(map.collect::<Vec<_>>())
    });
    assert_eq!(outcomes, [CANCELLED; 4]);
    assert_eq!(place.log.ends(), 0);
}

fn a_signal_cancels_what_waits<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2).window(4)));
    let pool = subject.pool();
    let jobs = || (0..10).map(|index| place.waiting(index));
    for unordered in [false, true] {
        let (cancel, cancelled) = oneshot::channel::<()>();
        let before = place.log.starts().values().sum::<usize>();
        let outcomes = std::thread::scope(|scope| {
            scope.spawn(|| {
                until("four have started", || {
                    place.log.starts().values().sum::<usize>() == before + 4
                });
                cancel.send(()).unwrap();
            });
            pool.block_on(async {
                if unordered {
                    let map = pool.map_unordered(jobs()).cancel_on(cancelled);
                    map.map(|(_, outcome)| outcome).collect::<Vec<_>>().await
                } else {
                    pool.map(jobs()).cancel_on(cancelled).collect().await
                }
            })
        });
        assert_eq!(outcomes, [CANCELLED; 4]);
    }
    assert_eq!(place.log.ends(), 0);
}

fn a_signal_that_never_comes_changes_nothing<P: Tokio>() {
    let subject = P::new(Options::new().workers(2));
    let map = subject.pool().map((0..3000).map(Act::new));
    let map = map.cancel_on(std::future::pending::<()>()).within(LONG);
    let map = map.drain_on(std::future::pending::<()>(), Duration::ZERO);
    let outcomes: Vec<_> = subject.pool().block_on(map.collect());
    assert_eq!(outcomes, (0..3000).map(Ok).collect::<Vec<_>>());
}

/// The signal comes while four jobs run, and they end after it.
fn a_drain_finishes_what_runs<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2).window(4)));
    let pool = subject.pool();
    let (drain, drained) = oneshot::channel::<()>();
    let map = pool.map((0..10).map(|index| place.waiting(index)));
    let map = map.drain_on(drained, LONG);
    let stop = map.stop();
    let outcomes = std::thread::scope(|scope| {
        scope.spawn(|| {
            place.wait_for_starts(4);
            drain.send(()).unwrap();
            until("the run is stopped", || stop.is_draining());
            fs::write(&place.gate, "").unwrap();
        });
        pool.block_on(map.collect::<Vec<_>>())
    });
    assert_eq!(outcomes, (0..4).map(Ok).collect::<Vec<_>>());
}

fn a_drain_cancels_what_outlasts_the_grace<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2).window(4)));
    let pool = subject.pool();
    let jobs = (0..10).map(|index| match index {
        0 => Act::new(0).logs(&place.log),
        _ => place.waiting(index),
    });
    // The gate is never opened: only the end of the grace can end these jobs.
    let signal = until_started(place.log.clone(), 5);
    let map = pool.map(jobs).drain_on(signal, Duration::from_millis(20));
    let outcomes: Vec<_> = pool.block_on(map.collect());
    assert_eq!(outcomes, [&[Ok(0)][..], &[CANCELLED; 4]].concat());
}

/// Ends when so many jobs have started.
async fn until_started(log: Log, jobs: usize) {
    while log.starts().len() < jobs {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn a_limit_for_all_cancels_what_has_not_ended<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2).window(4)));
    let pool = subject.pool();
    let map = pool.map((0..).map(|index| place.waiting(index)));
    let map = map.within(Duration::from_millis(50));
    let outcomes: Vec<_> = pool.block_on(map.collect());
    assert_eq!(outcomes, [CANCELLED; 4]);
    assert_eq!(place.log.ends(), 0);
}

/// The gate is never opened.
fn outcomes_that_come_unordered_end_early_too<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2).window(4)));
    let pool = subject.pool();
    let map = || pool.map_unordered((0..10).map(|index| place.waiting(index)));
    let drained = map().drain_on(std::future::ready(()), Duration::ZERO);
    assert_eq!(pool.block_on(drained.count()), 0, "nothing had started");
    let limited = map().within(Duration::from_millis(50));
    let outcomes = limited.map(|(_, outcome)| outcome);
    let outcomes: Vec<_> = pool.block_on(outcomes.collect());
    assert_eq!(outcomes, [CANCELLED; 4]);
}

/// The job that comes first in the input waits for ever, and is not what is told.
fn the_first_failure_cancels_the_others_and_is_told<P: Tokio>() {
    for on_error in [OnError::Continue, OnError::Stop] {
        let place = Place::new();
        let subject = P::new(Options::new().workers(2).on_error(on_error));
        let pool = subject.pool();
        let jobs = (0..10).map(|index| match index {
            7 => Act::new(7).does(Deed::Fail),
            _ => place.waiting(index),
        });
        let failed = pool.block_on(pool.map_unordered(jobs).try_all());
        let message = "job 7 fails".to_owned();
        let error = JobError::Failed { message };
        assert_eq!(failed, Err(FirstFailure { index: 7, error }));
        // It would end those that are not cancelled, and there is time for that.
        fs::write(&place.gate, "").unwrap();
        let nap = Act::new(99).does(Deed::Nap(Duration::from_millis(20)));
        assert_eq!(pool.block_on(pool.submit(nap)), Ok(99));
        assert_eq!(place.log.ends(), 0);
    }
}

fn outputs_are_in_input_order_when_none_fails<P: Tokio>() {
    let subject = P::new(Options::new().workers(2));
    let pool = subject.pool();
    let nap = |index| Deed::Nap(Duration::from_micros(index * 37 % 500));
    let jobs = (0..200).map(|index| Act::new(index).does(nap(index)));
    let outputs = pool.block_on(pool.map_unordered(jobs).try_all());
    assert_eq!(outputs, Ok((0..200).collect()));
}

fn all_outcomes_are_collected_whatever_fails<P: Tokio>() {
    let subject = P::new(Options::new().workers(2));
    let pool = subject.pool();
    let jobs = (0..10).map(|index| match index {
        3 => Act::new(3).does(Deed::Fail),
        _ => Act::new(index),
    });
    let outcomes: Vec<_> = pool.block_on(pool.map(jobs).collect());
    let ended: Vec<_> = outcomes
        .iter()
        .filter_map(|one| one.as_ref().ok())
        .collect();
    assert_eq!((outcomes.len(), ended.len()), (10, 9));
    assert!(outcomes[3].is_err());
}

fn a_dropped_stream_cancels_what_runs<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2).window(4)));
    let pool = subject.pool();
    let mut map = pool.map((0..10).map(|index| place.waiting(index)));
    pool.block_on(async {
        assert!(map.next().now_or_never().is_none());
        until_started(place.log.clone(), 4).await;
        drop(map);
        fs::write(&place.gate, "").unwrap();
    });
    // One after those: on one thread, they would have ended before it.
    let nap = Act::new(99).does(Deed::Nap(Duration::from_millis(10)));
    assert_eq!(pool.block_on(pool.submit(nap)), Ok(99));
    assert_eq!(place.log.ends(), 0);
}

fn shutdown_within_waits_for_what_ends_in_time<P: Tokio>() {
    let subject = P::new(Options::new().workers(2));
    let pool = subject.pool();
    // Long enough that they have not ended before it is waited for.
    let nap = |index| Act::new(index).does(Deed::Nap(Duration::from_millis(50)));
    let handles: Vec<_> = (0..4).map(|index| pool.submit(nap(index))).collect();
    assert_eq!(subject.shutdown_within(LONG), 0);
    for (index, handle) in (0..).zip(handles) {
        assert_eq!(handle.now_or_never(), Some(Ok(index)));
    }
}

fn shutdown_within_cancels_the_others<P: Tokio>() {
    let place = Place::new();
    let subject = P::new(Options::new().workers(2));
    let pool = subject.pool();
    let quick = pool.submit(Act::new(7));
    let handles: Vec<_> = (0..4).map(|n| pool.submit(place.waiting(n))).collect();
    place.wait_for_starts(4);
    until("the quick one has ended", || quick.is_ended());
    assert_eq!(subject.shutdown_within(Duration::from_millis(20)), 4);
    assert_eq!(quick.now_or_never(), Some(Ok(7)));
    for handle in handles {
        assert_eq!(handle.now_or_never(), Some(CANCELLED));
    }
}
