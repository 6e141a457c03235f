//! Outcomes that wait for their turn.

use std::collections::BTreeMap;
use std::vec::IntoIter;

use super::Order;
use crate::Outcome;

/// Outcomes as they arrived, in runs of neighbours, given out in the asked order. A whole run is
/// filed at once, so that putting a million short jobs in order costs little more than a million
/// moves.
pub(super) struct Parts<O> {
    order: Order,
    /// The run that is being given out, and the index of its next outcome.
    current: IntoIter<Outcome<O>>,
    next: usize,
    /// The others, with the index of their first outcome; by that index, or by arrival.
    waiting: BTreeMap<usize, (usize, IntoIter<Outcome<O>>)>,
    arrivals: usize,
}

impl<O> Parts<O> {
    pub(super) fn new(order: Order) -> Self {
        Self {
            order,
            current: Vec::new().into_iter(),
            next: 0,
            waiting: BTreeMap::new(),
            arrivals: 0,
        }
    }

    /// Files the outcomes of the jobs from `first` on.
    pub(super) fn put(&mut self, first: usize, outcomes: Vec<Outcome<O>>) {
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

    /// The next outcome of the current run.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(usize, Outcome<O>)> {
        let outcome = self.current.next()?;
        let index = self.next;
        self.next += 1;
        Some((index, outcome))
    }

    /// Makes the next run that may be given out the current one, when the current one is empty.
    pub(super) fn advance(&mut self) -> bool {
        let run = match self.order {
            Order::Input => self.waiting.remove(&self.next),
            Order::Arrival => self.waiting.pop_first().map(|(_, run)| run),
        };
        if let Some((first, outcomes)) = run {
            self.next = first;
            self.current = outcomes;
            return true;
        }
        false
    }
}
