//! The blocking side of a pattern as iterators over outcomes.

use super::{Counts, Executor, Map, Pull};
use crate::{Job, Outcome, Span, Stop};

/// Outcomes in input order: what `map` returns.
pub struct Ordered<I, J, E>(pub Map<I, J, E>)
where
    J: Job,
    I: Iterator<Item = Pull<J>>;

impl<I, J, E> Ordered<I, J, E>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
    E: Executor<J>,
{
    /// Stops this run, from anywhere.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.0.stop()
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.0.counts()
    }

    /// Takes the spans recorded since they were last taken, if the options ask for spans.
    pub fn take_spans(&mut self) -> Vec<Span> {
        self.0.take_spans()
    }
}

impl<I, J, E> Iterator for Ordered<I, J, E>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
    E: Executor<J>,
{
    type Item = Outcome<J::Output>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_indexed().map(|(_, outcome)| outcome)
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, initial: B, mut add: F) -> B {
        self.0.fold(initial, |sum, _, outcome| add(sum, outcome))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// Outcomes as they come, each with its job's place in the input: what `map_unordered` returns.
pub struct Indexed<I, J, E>(pub Map<I, J, E>)
where
    J: Job,
    I: Iterator<Item = Pull<J>>;

impl<I, J, E> Indexed<I, J, E>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
    E: Executor<J>,
{
    /// Stops this run, from anywhere.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.0.stop()
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.0.counts()
    }

    /// Takes the spans recorded since they were last taken, if the options ask for spans.
    pub fn take_spans(&mut self) -> Vec<Span> {
        self.0.take_spans()
    }
}

impl<I, J, E> Iterator for Indexed<I, J, E>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
    E: Executor<J>,
{
    type Item = (usize, Outcome<J::Output>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_indexed()
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, initial: B, mut add: F) -> B {
        self.0
            .fold(initial, |sum, index, outcome| add(sum, (index, outcome)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
