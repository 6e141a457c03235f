//! Outcomes that wait for their turn.

use std::collections::BTreeMap;

use super::{Batch, Order, Outcomes};
use crate::Outcome;

/// Outcomes as they arrived, in batches of neighbours, given out in the asked order. A whole batch is
/// filed at once, so that putting a million short jobs in order costs little more than a million
/// moves.
pub(super) struct Parts<O> {
    order: Order,
    /// The batch that is being given out, the index of its first outcome, and how many were given
    /// out before it.
    current: Outcomes<O>,
    first: usize,
    before: usize,
    /// The others, with the index of their first outcome; by that index, or by arrival.
    waiting: BTreeMap<usize, (usize, Outcomes<O>)>,
    arrivals: usize,
}

impl<O> Parts<O> {
    pub(super) fn new(order: Order) -> Self {
        Self {
            order,
            current: Batch::default().into_iter(),
            first: 0,
            before: 0,
            waiting: BTreeMap::new(),
            arrivals: 0,
        }
    }

    /// Files the outcomes of the jobs from `first` on.
    pub(super) fn put(&mut self, first: usize, outcomes: Batch<O>) {
        if outcomes.is_empty() {
            return;
        }
        let key = match self.order {
            Order::Input => first,
            Order::Arrival => self.arrivals,
        };
        self.arrivals += 1;
        let earlier = self.waiting.insert(key, (first, outcomes.into_iter()));
        debug_assert!(earlier.is_none(), "job {first} ended twice");
    }

    /// The next outcome of the current batch.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(usize, Outcome<O>)> {
        let index = self.first + self.current.taken();
        Some((index, self.current.next()?))
    }

    /// What is left of the current batch, all at once, and the index of its first outcome.
    pub(super) fn take(&mut self) -> (usize, Outcomes<O>) {
        let index = self.first + self.current.taken();
        let rest = std::mem::replace(&mut self.current, Batch::default().into_iter());
        self.before += rest.taken() + rest.left();
        self.first = index + rest.left();
        (index, rest)
    }

    /// How many have been given out.
    #[inline]
    pub(super) fn given_out(&self) -> usize {
        self.before + self.current.taken()
    }

    /// Makes the next batch that may be given out the current one, when the current one is empty.
    pub(super) fn advance(&mut self) -> bool {
        let run = match self.order {
            Order::Input => self.waiting.remove(&(self.first + self.current.taken())),
            Order::Arrival => self.waiting.pop_first().map(|(_, run)| run),
        };
        if let Some((first, outcomes)) = run {
            self.before += self.current.taken();
            self.first = first;
            self.current = outcomes;
            return true;
        }
        false
    }
}
