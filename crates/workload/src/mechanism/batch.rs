//! How neighbours ended, packed: nearly all have an output, so that what outputs take is what a batch
//! takes.

use std::vec::IntoIter;

use crate::{JobError, Outcome};

/// Outcomes of jobs that are neighbours in the input. The outputs lie side by side and failures apart:
/// a million numbers on their way from one core to another take 8 MB, and as a `Vec` of [`Outcome`]s
/// they would take four times as much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<O> {
    outputs: Vec<O>,
    /// With their places in the batch, in order.
    failures: Vec<(usize, JobError)>,
}

impl<O> Batch<O> {
    /// An empty one, with room for the outcomes of so many jobs.
    #[must_use]
    pub fn with_capacity(jobs: usize) -> Self {
        Self {
            outputs: Vec::with_capacity(jobs),
            failures: Vec::new(),
        }
    }

    /// Makes room for the outcomes of so many more jobs.
    pub fn reserve(&mut self, jobs: usize) {
        self.outputs.reserve(jobs);
    }

    /// Adds how the next job ended.
    #[inline]
    pub fn push(&mut self, outcome: Outcome<O>) {
        match outcome {
            Ok(output) => self.outputs.push(output),
            Err(error) => self.push_failure(error),
        }
    }

    #[cold]
    fn push_failure(&mut self, error: JobError) {
        self.failures.push((self.len(), error));
    }

    /// How many jobs ended.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.outputs.len() + self.failures.len()
    }

    /// Whether none did.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why some have no output.
    pub fn failures(&self) -> impl ExactSizeIterator<Item = &JobError> {
        self.failures.iter().map(|(_, error)| error)
    }
}

impl<O> Default for Batch<O> {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl<O> FromIterator<Outcome<O>> for Batch<O> {
    fn from_iter<I: IntoIterator<Item = Outcome<O>>>(outcomes: I) -> Self {
        let mut batch = Self::default();
        outcomes.into_iter().for_each(|outcome| batch.push(outcome));
        batch
    }
}

impl<O> From<Vec<Outcome<O>>> for Batch<O> {
    fn from(outcomes: Vec<Outcome<O>>) -> Self {
        outcomes.into_iter().collect()
    }
}

impl<O> IntoIterator for Batch<O> {
    type Item = Outcome<O>;
    type IntoIter = Outcomes<O>;

    fn into_iter(self) -> Outcomes<O> {
        let mut outcomes = Outcomes {
            outputs: self.outputs.into_iter(),
            failures: self.failures.into_iter(),
            next: 0,
            failure: None,
            fails_at: usize::MAX,
        };
        outcomes.find_failure();
        outcomes
    }
}

/// The outcomes of a [`Batch`], one by one.
#[derive(Debug)]
pub struct Outcomes<O> {
    outputs: IntoIter<O>,
    failures: IntoIter<(usize, JobError)>,
    next: usize,
    failure: Option<JobError>,
    /// The place of that failure: beyond all if there is none.
    fails_at: usize,
}

impl<O> Outcomes<O> {
    fn find_failure(&mut self) {
        let (place, failure) = self.failures.next().unzip();
        self.fails_at = place.unwrap_or(usize::MAX);
        self.failure = failure;
    }

    /// How many have been taken.
    #[inline]
    pub(super) fn taken(&self) -> usize {
        self.next
    }

    /// How many are left.
    pub(super) fn left(&self) -> usize {
        let failures = self.failures.len() + usize::from(self.failure.is_some());
        self.outputs.len() + failures
    }

    #[cold]
    fn next_failure(&mut self) -> Option<Outcome<O>> {
        let failure = self.failure.take();
        self.next += 1;
        self.find_failure();
        failure.map(Err)
    }
}

impl<O> Iterator for Outcomes<O> {
    type Item = Outcome<O>;

    #[inline]
    fn next(&mut self) -> Option<Outcome<O>> {
        if self.next == self.fails_at {
            return self.next_failure();
        }
        let output = self.outputs.next()?;
        self.next += 1;
        Some(Ok(output))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left(), Some(self.left()))
    }

    /// Where nothing failed, this is a plain loop over the outputs.
    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, initial: B, mut add: F) -> B {
        let mut sum = initial;
        while self.left() > self.outputs.len() {
            match self.next() {
                Some(outcome) => sum = add(sum, outcome),
                None => return sum,
            }
        }
        self.outputs.map(Ok).fold(sum, add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_come_back_as_they_went_in() {
        // Every pattern of five outcomes, the first and the last among them.
        for pattern in 0..1 << 5 {
            let outcome = |place: u32| match pattern >> place & 1 {
                0 => Ok(place),
                _ if place < 3 => Err(JobError::Cancelled),
                _ => {
                    let message = place.to_string();
                    Err(JobError::Failed { message })
                }
            };
            let batch: Batch<u32> = (0..5).map(outcome).collect();
            assert_eq!(batch.len(), 5);
            let failures: Vec<_> = batch.failures().cloned().map(Err).collect();
            let expected: Vec<_> = (0..5).map(outcome).collect();
            let failed = expected.iter().filter(|outcome| outcome.is_err());
            assert!(failures.iter().eq(failed), "{pattern:05b}");
            let mut outcomes = batch.into_iter();
            assert!(outcomes.by_ref().eq(expected), "{pattern:05b}");
            assert_eq!(outcomes.next(), None);
        }
    }
}
