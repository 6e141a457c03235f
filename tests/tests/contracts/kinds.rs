//! Jobs that say that they compute: on async they hold no thread of the runtime, and no more of them run
//! at once than there are workers.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use async_pattern::{Job, Kind};
use futures_util::StreamExt;
use futures_util::future::join;
use libtest_mimic::Trial;
use tempfile::TempDir;
use tests::jobs::{Act, Deed};
use tests::system::until;
use tests::{Asynchronous, Log, OneThread, Tokio, trials};
use workload::{JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_any_runtime::<Asynchronous>();
    trials.extend(on_any_runtime::<OneThread>());
    trials
}

fn on_any_runtime<P: Tokio>() -> Vec<Trial> {
    trials![P:
        they_hold_up_no_job_that_waits,
        they_hold_up_nobody_else_on_the_runtime,
        as_many_as_there_are_workers_compute_at_once,
        both_kinds_in_a_chunk_keep_their_order,
        a_panic_and_an_error_are_outcomes,
        one_over_its_limit_is_told_of_when_it_ends,
        what_has_not_started_can_be_cancelled,
        a_submitted_one_is_run_and_shutdown_waits_for_it,
        a_dropped_stream_starts_no_more,
    ]
}

/// A job of either kind.
struct Either(Act, Kind);

impl Job for Either {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        self.0.run()
    }

    async fn run_async(&self) -> anyhow::Result<u64> {
        assert_eq!(self.1, Kind::Waits, "it is called for the other kind");
        self.0.run_async().await
    }

    fn kind(&self) -> Kind {
        self.1
    }
}

fn computing(act: Act) -> Either {
    Either(act, Kind::Computes)
}

fn waiting(act: Act) -> Either {
    Either(act, Kind::Waits)
}

/// A place for a log and for a gate, at which a job that computes holds its thread.
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

    fn holding(&self, index: u64) -> Either {
        let act = Act::new(index).does(Deed::Block(self.gate.clone()));
        computing(act.logs(&self.log))
    }

    fn open_gate(&self) {
        fs::write(&self.gate, "").unwrap();
    }
}

/// The jobs that hold threads go on only after one that waits, behind them in the input, has ended. On
/// threads of the runtime there would be none left for it.
fn they_hold_up_no_job_that_waits<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2)));
    let pool = subject.pool();
    let last = |index| waiting(Act::new(index).does(Deed::Nap(Duration::from_millis(1))));
    let jobs = (0..4).map(|index| place.holding(index)).chain([last(4)]);
    let mut map = pool.map_unordered(jobs);
    assert_eq!(pool.block_on(map.next()), Some((4, Ok(4))));
    place.open_gate();
    let mut others: Vec<_> = pool.block_on(map.collect());
    others.sort_unstable_by_key(|(index, _)| *index);
    assert_eq!(others, [(0, Ok(0)), (1, Ok(1)), (2, Ok(2)), (3, Ok(3))]);
}

/// The gate is opened by the very task that waits for the jobs.
fn they_hold_up_nobody_else_on_the_runtime<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(2)));
    let pool = subject.pool();
    let map = pool.map((0..4).map(|index| place.holding(index)));
    let open = async {
        while place.log.starts().len() < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        place.open_gate();
    };
    let (outcomes, ()) = pool.block_on(join(map.collect::<Vec<_>>(), open));
    assert_eq!(outcomes, [Ok(0), Ok(1), Ok(2), Ok(3)]);
}

/// Those of a map and those that were submitted, together.
fn as_many_as_there_are_workers_compute_at_once<P: Tokio>() {
    let place = Place::new();
    let subject = P::new(Options::new().workers(3).chunk(1));
    let pool = subject.pool();
    let submit = |index| pool.submit(place.holding(index));
    let handles: Vec<_> = (100..110).map(submit).collect();
    let map = pool.map((0..20).map(|index| place.holding(index)));
    let outcomes = std::thread::scope(|scope| {
        scope.spawn(|| {
            until("three compute", || place.log.starts().len() >= 3);
            place.open_gate();
        });
        pool.block_on(map.collect::<Vec<_>>())
    });
    assert_eq!(outcomes, (0..20).map(Ok).collect::<Vec<_>>());
    for (index, handle) in (100..).zip(handles) {
        assert_eq!(pool.block_on(handle), Ok(index));
    }
    assert_eq!((place.log.ends(), place.log.most_at_once()), (30, 3));
}

fn both_kinds_in_a_chunk_keep_their_order<P: Tokio>() {
    for chunk in [None, Some(10)] {
        let options = Options::new().workers(2);
        let subject = P::new(match chunk {
            Some(chunk) => options.chunk(chunk),
            None => options,
        });
        let jobs = (0..1000).map(|index| match index % 7 {
            0 | 3 | 4 => computing(Act::new(index)),
            _ => waiting(Act::new(index)),
        });
        let outcomes: Vec<_> = subject.pool().block_on(subject.pool().map(jobs).collect());
        assert_eq!(outcomes, (0..1000).map(Ok).collect::<Vec<_>>());
    }
}

fn a_panic_and_an_error_are_outcomes<P: Tokio>() {
    let subject = P::new(Options::new().workers(2));
    let pool = subject.pool();
    let deeds = [Deed::Nothing, Deed::Panic, Deed::Fail];
    let jobs = (0..)
        .zip(deeds)
        .map(|(index, deed)| Act::new(index).does(deed));
    let outcomes: Vec<_> = pool.block_on(pool.map(jobs.clone().map(computing)).collect());
    let message = "job 1 panics".to_owned();
    let panicked = Err(JobError::Panicked { message });
    let message = "job 2 fails".to_owned();
    let expected = [Ok(0), panicked, Err(JobError::Failed { message })];
    assert_eq!(outcomes, expected);
    for (job, expected) in jobs.zip(expected) {
        assert_eq!(pool.block_on(pool.submit(computing(job))), expected);
    }
}

fn one_over_its_limit_is_told_of_when_it_ends<P: Tokio>() {
    let after = Duration::from_millis(5);
    let (place, subject) = (Place::new(), P::new(Options::new().timeout(after)));
    let pool = subject.pool();
    let job = || {
        let hold = Deed::Hold(Duration::from_millis(10));
        computing(Act::new(0).does(hold).logs(&place.log))
    };
    let outcomes: Vec<_> = pool.block_on(pool.map([job()]).collect());
    assert_eq!(outcomes, [Err(JobError::TimedOut { after })]);
    let submitted = pool.block_on(pool.submit(job()));
    assert_eq!(submitted, Err(JobError::TimedOut { after }));
    assert_eq!(place.log.ends(), 2, "neither was interrupted");
}

fn what_has_not_started_can_be_cancelled<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(1).chunk(1)));
    let pool = subject.pool();
    let map = pool.map((0..5).map(|index| place.holding(index)));
    let stop = map.stop();
    let outcomes = std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = place.log.wait_for_start(0);
            stop.cancel();
            place.open_gate();
        });
        pool.block_on(map.collect::<Vec<_>>())
    });
    // What has started runs to its end.
    let cancelled = Err(JobError::Cancelled);
    let [first, others @ ..] = outcomes.as_slice() else {
        panic!("there is no outcome");
    };
    assert_eq!(*first, Ok(0));
    assert!(
        others.iter().all(|outcome| *outcome == cancelled),
        "{others:?}"
    );
    assert_eq!((place.log.starts().len(), place.log.ends()), (1, 1));
}

fn a_submitted_one_is_run_and_shutdown_waits_for_it<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(1)));
    let first = subject.pool().submit(place.holding(0));
    let second = subject.pool().submit(place.holding(1));
    let third = subject.pool().submit(place.holding(2));
    let _ = place.log.wait_for_start(0);
    second.cancel();
    until("the second one is cancelled", || second.is_ended());
    place.open_gate();
    subject.shutdown();
    let mut starts: Vec<_> = place.log.starts().into_keys().collect();
    starts.sort_unstable();
    assert_eq!((starts, place.log.ends()), (vec![0, 2], 2));
    let other = P::new(Options::new());
    let outcomes = [first, second, third].map(|handle| other.pool().block_on(handle));
    assert_eq!(outcomes, [Ok(0), Err(JobError::Cancelled), Ok(2)]);
}

fn a_dropped_stream_starts_no_more<P: Tokio>() {
    let (place, subject) = (Place::new(), P::new(Options::new().workers(1).chunk(3)));
    let pool = subject.pool();
    let mut map = pool.map((0..9).map(|index| place.holding(index)));
    let first = pool.block_on(async { tokio::time::timeout(Duration::ZERO, map.next()).await });
    assert!(first.is_err(), "nothing can have ended");
    let _ = place.log.wait_for_start(0);
    drop(map);
    place.open_gate();
    // It has its turn when the first has ended.
    assert_eq!(pool.block_on(pool.submit(computing(Act::new(7)))), Ok(7));
    assert_eq!((place.log.starts().len(), place.log.ends()), (1, 1));
}
