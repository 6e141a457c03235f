//! The input is pulled lazily, and never further than the window allows.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::system::until;
use tests::{
    Asynchronous, Log, OneThread, Pool, Processes, Reference, Subject, Threads, noise, trials,
};
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = everywhere::<Reference>();
    trials.extend(everywhere::<Threads>());
    trials.extend(everywhere::<Processes>());
    trials.extend(everywhere::<Asynchronous>());
    trials.extend(everywhere::<OneThread>());
    trials.extend(on_pools::<Threads>());
    trials.extend(on_pools::<Processes>());
    trials.extend(on_pools::<Asynchronous>());
    trials.extend(on_pools::<OneThread>());
    trials
}

fn everywhere<S: Subject>() -> Vec<Trial> {
    trials![S:
        an_endless_input_gives_ten,
        an_endless_input_gives_ten_with_the_default_window,
        what_is_pulled_and_not_taken_fits_the_window,
        what_is_under_way_fits_the_window,
    ]
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P:
        a_slow_first_job_lets_the_window_fill_and_no_further,
        unordered_fits_the_window_too,
    ]
}

/// Takes ten outcomes of an endless input and tells how many jobs were pulled for that.
fn pulled_for_ten<S: Subject>(options: Options) -> usize {
    let pulled = Cell::new(0);
    let jobs = (0..)
        .map(Act::new)
        .inspect(|_| pulled.set(pulled.get() + 1));
    let mut taken = Vec::new();
    S::new(options).each(jobs, |_, outcome| {
        taken.push(outcome);
        match taken.len() {
            10 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    assert_eq!(taken, (0..10).map(Ok).collect::<Vec<_>>());
    pulled.get()
}

fn an_endless_input_gives_ten<S: Subject>() {
    let pulled = pulled_for_ten::<S>(Options::new().workers(2).window(32));
    assert!((10..=10 + 32).contains(&pulled), "{pulled}");
}

fn an_endless_input_gives_ten_with_the_default_window<S: Subject>() {
    let pulled = pulled_for_ten::<S>(Options::new().workers(2));
    let window = match S::NAME {
        "reference" => 0,
        "async" | "async-on-one-thread" => 1024,
        _ => 65_536,
    };
    assert!((10..=10 + window).contains(&pulled), "{pulled}");
}

/// Naps of random length, which note that they start and end.
fn naps(seed: u64, log: Option<&Log>) -> impl Iterator<Item = Act> {
    let times = noise(seed).map(|noise| Duration::from_micros(noise % 500));
    (0..).zip(times).map(move |(index, time)| {
        let nap = Act::new(index).does(Deed::Nap(time));
        match log {
            Some(log) => nap.logs(log),
            None => nap,
        }
    })
}

fn what_is_pulled_and_not_taken_fits_the_window<S: Subject>() {
    for (window, chunk) in [
        (1, None),
        (3, None),
        (16, None),
        (16, Some(5)),
        (64, Some(1)),
    ] {
        let options = Options::new().workers(2).window(window);
        let subject = S::new(match chunk {
            Some(chunk) => options.chunk(chunk),
            None => options,
        });
        let (pulled, taken) = (Cell::new(0_usize), Cell::new(0));
        let jobs = naps(1, None).take(200).inspect(|_| {
            pulled.set(pulled.get() + 1);
            let held = pulled.get() - taken.get();
            assert!(held <= window, "{held} jobs in a window of {window}");
        });
        let counts = subject.each(jobs, |index, outcome| {
            assert_eq!(outcome, Ok(index as u64));
            taken.set(taken.get() + 1);
            ControlFlow::Continue(())
        });
        assert_eq!((pulled.get(), taken.get()), (200, 200));
        assert!(counts.most_in_window <= window, "{counts:?}");
        assert!(counts.most_in_flight <= window, "{counts:?}");
    }
}

fn what_is_under_way_fits_the_window<S: Subject>() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(directory.path());
    let subject = S::new(Options::new().workers(4).window(3));
    subject.each(naps(2, Some(&log)).take(200), |_, outcome| {
        outcome.unwrap();
        ControlFlow::Continue(())
    });
    assert_eq!(log.ends(), 200);
    assert!(log.most_at_once() <= 3, "{}", log.most_at_once());
}

/// The first job ends only when all the others that the window has room for have ended.
fn a_slow_first_job_lets_the_window_fill_and_no_further<P: Pool>() {
    const WINDOW: u64 = 16;
    let directory = tempfile::tempdir().unwrap();
    let (log, gate) = (Log::new(directory.path()), directory.path().join("gate"));
    let pool = P::new(Options::new().workers(2).window(16).chunk(1));
    let jobs = (0..).map(|index| match index {
        0 => Act::new(0).does(Deed::Await(gate.clone())).logs(&log),
        _ => Act::new(index).logs(&log),
    });
    std::thread::scope(|scope| {
        scope.spawn(|| {
            until("the window is full", || log.ends() as u64 == WINDOW - 1);
            std::fs::write(&gate, "").unwrap();
        });
        let mut first = None;
        let counts = pool.each(jobs, |_, outcome| {
            first = Some(outcome);
            ControlFlow::Break(())
        });
        assert_eq!(first, Some(Ok(0)));
        assert_eq!((counts.jobs, counts.most_in_window), (16, 16), "{counts:?}");
    });
}

fn unordered_fits_the_window_too<P: Pool>() {
    let pool = P::new(Options::new().workers(2).window(8));
    let (pulled, taken) = (Cell::new(0_usize), Cell::new(0));
    let jobs = naps(3, None).take(200).inspect(|_| {
        pulled.set(pulled.get() + 1);
        let held = pulled.get() - taken.get();
        assert!(held <= 8, "{held} jobs in a window of 8");
    });
    pool.each_unordered(jobs, |index, outcome| {
        assert_eq!(outcome, Ok(index as u64));
        taken.set(taken.get() + 1);
        ControlFlow::Continue(())
    });
    assert_eq!((pulled.get(), taken.get()), (200, 200));
}
