//! The blocking side, on an executor that answers in any order and in any parts.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::Duration;

use proptest::prelude::*;
use workload::mechanism::{Batch, Chunk, Executor, Indexed, Map, Order, Ordered, Pull, Reply};
use workload::{Job, JobError, Options, Outcome, Sink, Span, Stop};

/// A job that gives its index, or fails.
#[derive(Debug, Clone, Copy)]
struct Number(usize, bool);

impl Job for Number {
    type Output = usize;

    fn run(&self) -> anyhow::Result<usize> {
        anyhow::ensure!(!self.1, "{}", self.0);
        Ok(self.0)
    }
}

fn outcome(number: &Number) -> Outcome<usize> {
    number.run().map_err(|error| JobError::Failed {
        message: error.to_string(),
    })
}

/// Runs nothing until somebody has to wait; then it answers for a part of some chunk, or lets the
/// rest of it fall.
struct Whimsical {
    chunks: RefCell<Vec<(Vec<Number>, Reply<usize>)>>,
    whims: RefCell<std::iter::Cycle<std::vec::IntoIter<Whim>>>,
}

/// Which chunk, how many of its jobs, and whether its rest falls.
type Whim = (usize, usize, bool);

impl Executor<Number> for &Whimsical {
    fn start(&self, chunk: Chunk<Number>, reply: Reply<usize>) {
        assert_eq!(
            (chunk.first, chunk.jobs.len()),
            (reply.next_index(), reply.remaining())
        );
        self.chunks.borrow_mut().push((chunk.jobs, reply));
    }

    fn help(&self) -> Option<bool> {
        let mut chunks = self.chunks.borrow_mut();
        if chunks.is_empty() {
            return Some(false);
        }
        let (which, many, falls) = self.whims.borrow_mut().next()?;
        let which = which % chunks.len();
        let (mut jobs, mut reply) = chunks.swap_remove(which);
        let rest = jobs.split_off(1 + many % jobs.len());
        let outcomes: Batch<_> = jobs.iter().map(outcome).collect();
        reply.send(outcomes, Duration::from_micros(1), Vec::new());
        if !rest.is_empty() && !falls {
            chunks.push((rest, reply));
        }
        Some(true)
    }
}

fn whims(may_fall: bool) -> impl Strategy<Value = Whimsical> {
    let falls = prop::bool::weighted(if may_fall { 0.1 } else { 0.0 });
    let whim = (any::<usize>(), any::<usize>(), falls);
    prop::collection::vec(whim, 1..100).prop_map(|whims| Whimsical {
        chunks: RefCell::default(),
        whims: RefCell::new(whims.into_iter().cycle()),
    })
}

impl std::fmt::Debug for Whimsical {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Whimsical")
    }
}

fn jobs() -> impl Strategy<Value = Vec<Number>> {
    let fails = prop::collection::vec(prop::bool::weighted(0.1), 0..300);
    fails.prop_map(|fails| {
        (0..)
            .zip(fails)
            .map(|(index, fails)| Number(index, fails))
            .collect()
    })
}

fn options() -> impl Strategy<Value = Options> {
    (1..5_usize, 1..50_usize, prop::option::of(1..20_usize)).prop_map(|(workers, window, chunk)| {
        let options = Options::new().workers(workers).window(window);
        chunk.map_or(options.clone(), |chunk| options.chunk(chunk))
    })
}

/// What a sink was handed.
#[derive(Debug, Default)]
struct Collected(Vec<(usize, Outcome<usize>)>);

impl Sink<usize> for Collected {
    fn begin(&mut self, stop: &Stop) {
        assert!(!stop.is_draining());
    }

    fn outcome(&mut self, index: usize, outcome: Outcome<usize>) -> ControlFlow<()> {
        self.0.push((index, outcome));
        ControlFlow::Continue(())
    }

    fn spans(&mut self, _: Vec<Span>) {}

    fn idle(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

proptest! {
    #[test]
    fn ordered_gives_the_outcomes_of_a_plain_loop(
        jobs in jobs(), options in options(), executor in whims(false),
    ) {
        let expected: Vec<_> = jobs.iter().map(outcome).collect();
        let input = jobs.into_iter().map(Pull::Job);
        let map = Map::new(input, &options, Order::Input, &executor);
        prop_assert_eq!(Ordered(map).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn indexed_gives_each_of_them_once(
        jobs in jobs(), options in options(), executor in whims(false),
    ) {
        let expected: Vec<_> = jobs.iter().map(outcome).enumerate().collect();
        let input = jobs.into_iter().map(Pull::Job);
        let map = Map::new(input, &options, Order::Arrival, &executor);
        let mut outcomes: Vec<_> = Indexed(map).collect();
        outcomes.sort_by_key(|(index, _)| *index);
        prop_assert_eq!(outcomes, expected);
    }

    #[test]
    fn a_sink_is_handed_them_in_order(
        jobs in jobs(), options in options(), executor in whims(false),
    ) {
        let expected: Vec<_> = jobs.iter().map(outcome).enumerate().collect();
        let input = jobs.into_iter().map(Pull::Job);
        let mut map = Map::new(input, &options, Order::Input, &executor);
        let mut sink = Collected::default();
        prop_assert!(map.run_into(&mut sink).is_continue());
        prop_assert_eq!(sink.0, expected);
    }

    /// A reply that is dropped has an answer all the same: no job is lost, and nobody waits for ever.
    #[test]
    fn what_falls_is_answered_for_as_cancelled(
        jobs in jobs(), options in options(), executor in whims(true),
    ) {
        let expected: Vec<_> = jobs.iter().map(outcome).collect();
        let input = jobs.into_iter().map(Pull::Job);
        let map = Map::new(input, &options, Order::Input, &executor);
        let outcomes: Vec<_> = Ordered(map).collect();
        prop_assert_eq!(outcomes.len(), expected.len());
        for (outcome, expected) in outcomes.into_iter().zip(expected) {
            prop_assert!(outcome == expected || outcome == Err(JobError::Cancelled));
        }
    }

    /// Nothing new starts once a map is stopped, and it comes to its end.
    #[test]
    fn a_stopped_map_ends(
        jobs in jobs(), options in options(), executor in whims(false), after in 0..100_usize,
    ) {
        let expected: Vec<_> = jobs.iter().map(outcome).collect();
        let input = jobs.into_iter().map(Pull::Job);
        let mut map = Ordered(Map::new(input, &options, Order::Input, &executor));
        let mut outcomes: Vec<_> = map.by_ref().take(after).collect();
        let started = map.0.counts().jobs;
        map.0.stop().drain();
        outcomes.extend(map.by_ref());
        prop_assert_eq!(map.0.counts().jobs, started);
        prop_assert_eq!(&outcomes[..], &expected[..started]);
    }
}
