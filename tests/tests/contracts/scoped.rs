//! Futures that borrow, polled where their stream is: in order, within the window, and gone with it.

use std::cell::Cell;
use std::future::{Future, pending, ready};
use std::rc::Rc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, TryStreamExt};
use libtest_mimic::Trial;
use tests::{Asynchronous, OneThread, Tokio, noise, trials};
use tokio::sync::oneshot;
use tokio::time::sleep;
use workload::{JobError, OnError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_any_runtime::<Asynchronous>();
    trials.extend(on_any_runtime::<OneThread>());
    trials
}

fn on_any_runtime<P: Tokio>() -> Vec<Trial> {
    trials![P:
        futures_borrow_and_their_outputs_are_in_order,
        futures_need_not_be_send,
        no_more_wait_at_once_than_the_window_allows,
        a_panic_and_an_error_are_outcomes,
        each_has_its_time_limit,
        the_first_failure_drops_the_others,
        a_signal_drops_what_waits,
        a_dropped_stream_drops_what_waits,
    ]
}

fn futures_borrow_and_their_outputs_are_in_order<P: Tokio>() {
    let subject = P::new(Options::new());
    let pool = subject.pool();
    let words: Vec<String> = (0..2000).map(|n| format!("word {n}")).collect();
    let nap = |n: u64| Duration::from_micros(n % 300);
    let futures = words.iter().zip(noise(5)).map(|(word, noise)| async move {
        sleep(nap(noise)).await;
        Ok(word.as_str())
    });
    let outputs: Vec<_> = pool
        .block_on(pool.map_scoped(futures).try_collect())
        .unwrap();
    assert_eq!(outputs, words);
    let futures = words.iter().map(|word| ready(Ok(word.len())));
    let lengths = pool.block_on(pool.map_scoped_unordered(futures).try_all());
    assert_eq!(
        lengths.unwrap(),
        words.iter().map(String::len).collect::<Vec<_>>()
    );
}

fn futures_need_not_be_send<P: Tokio>() {
    let subject = P::new(Options::new());
    let sum = Rc::new(Cell::new(0));
    let futures = (0..100).map(|n| {
        let sum = sum.clone();
        async move {
            sleep(Duration::from_micros(n)).await;
            sum.set(sum.get() + n);
            Ok(())
        }
    });
    let map = subject.pool().map_scoped(futures);
    assert_eq!(subject.pool().block_on(map.count()), 100);
    assert_eq!(sum.get(), 4950);
}

fn no_more_wait_at_once_than_the_window_allows<P: Tokio>() {
    let subject = P::new(Options::new().window(7));
    let (under_way, most) = (Cell::new(0), Cell::new(0));
    let futures = noise(6).take(300).map(|noise| {
        let (under_way, most) = (&under_way, &most);
        async move {
            under_way.set(under_way.get() + 1);
            most.set(most.get().max(under_way.get()));
            sleep(Duration::from_micros(noise % 300)).await;
            under_way.set(under_way.get() - 1);
            Ok(())
        }
    });
    let map = subject.pool().map_scoped(futures);
    assert_eq!(subject.pool().block_on(map.count()), 300);
    assert_eq!((under_way.get(), most.get()), (0, 7));
}

fn a_panic_and_an_error_are_outcomes<P: Tokio>() {
    let subject = P::new(Options::new());
    let pool = subject.pool();
    let futures = (0..4).map(|n| async move {
        sleep(Duration::from_micros(10)).await;
        match n {
            1 => anyhow::bail!("no {n}"),
            2 => panic!("oh {n}"),
            _ => Ok(n),
        }
    });
    let outcomes: Vec<_> = pool.block_on(pool.map_scoped(futures).collect());
    let (failed, panicked) = ("no 1".to_owned(), "oh 2".to_owned());
    let expected = [
        Ok(0),
        Err(JobError::Failed { message: failed }),
        Err(JobError::Panicked { message: panicked }),
        Ok(3),
    ];
    assert_eq!(outcomes, expected);
}

fn each_has_its_time_limit<P: Tokio>() {
    let after = Duration::from_millis(20);
    let subject = P::new(Options::new().timeout(after));
    let pool = subject.pool();
    let futures = (0..3).map(|_| pending::<anyhow::Result<()>>());
    let outcomes: Vec<_> = pool.block_on(pool.map_scoped(futures).collect());
    assert_eq!(
        outcomes,
        [const {
            Err(JobError::TimedOut {
                after: Duration::from_millis(20),
            })
        }; 3]
    );
}

/// Counts those that are alive.
struct Alive<'a>(&'a Cell<usize>);

impl<'a> Alive<'a> {
    fn new(alive: &'a Cell<usize>) -> Self {
        alive.set(alive.get() + 1);
        Self(alive)
    }
}

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Waits for ever, or fails if it is the one.
async fn fails(index: usize, which: usize, alive: &Cell<usize>) -> anyhow::Result<()> {
    let _alive = Alive::new(alive);
    anyhow::ensure!(index != which, "as it was told");
    pending().await
}

fn the_first_failure_drops_the_others<P: Tokio>() {
    let subject = P::new(Options::new().on_error(OnError::Stop));
    let (pool, alive) = (subject.pool(), Cell::new(0));
    let map = pool.map_scoped((0..10).map(|index| fails(index, 7, &alive)));
    let outcomes: Vec<_> = pool.block_on(map.collect());
    assert_eq!(alive.get(), 0);
    let kinds = outcomes.iter().map(|one| one.as_ref().unwrap_err().kind());
    let expected = (0..10).map(|index| if index == 7 { "failed" } else { "cancelled" });
    assert_eq!(kinds.collect::<Vec<_>>(), expected.collect::<Vec<_>>());

    let map = pool.map_scoped_unordered((0..10).map(|index| fails(index, 7, &alive)));
    assert_eq!(pool.block_on(map.try_all()).unwrap_err().index, 7);
    assert_eq!(alive.get(), 0);
}

fn a_signal_drops_what_waits<P: Tokio>() {
    let subject = P::new(Options::new().window(4));
    let (pool, alive) = (subject.pool(), Cell::new(0));
    let (cancel, cancelled) = oneshot::channel::<()>();
    let mut map = pool.map_scoped((0..9).map(|index| fails(index, 99, &alive)));
    assert!(poll_once(map.next()), "nothing ends");
    assert_eq!(alive.get(), 4);
    let map = map.cancel_on(cancelled);
    cancel.send(()).unwrap();
    let outcomes: Vec<_> = pool.block_on(map.collect());
    assert_eq!(outcomes, [const { Err(JobError::Cancelled) }; 4]);
    assert_eq!(alive.get(), 0);
}

fn a_dropped_stream_drops_what_waits<P: Tokio>() {
    let subject = P::new(Options::new().window(4));
    let alive = Cell::new(0);
    let mut map = subject
        .pool()
        .map_scoped((0..9).map(|index| fails(index, 99, &alive)));
    assert!(poll_once(map.next()), "nothing ends");
    assert_eq!(alive.get(), 4);
    drop(map);
    assert_eq!(alive.get(), 0);
}

/// Polls it, and tells whether it waits.
fn poll_once(future: impl Future) -> bool {
    future.now_or_never().is_none()
}
