//! What jobs come from.

use std::time::Duration;

/// What an input says when it is asked for its next job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pull<J> {
    /// Here it is.
    Job(J),
    /// There is none yet, but there may be one when it is asked again after so long: a pipe whose
    /// writer is slow, or a [`Rate`](crate::Rate). So outcomes that are known need not wait for
    /// input that is not.
    NotYet(Duration),
}

/// An input whose next job is always there: any iterator over jobs.
#[derive(Debug, Clone)]
pub struct Jobs<I>(pub I);

impl<I: Iterator> Iterator for Jobs<I> {
    type Item = Pull<I::Item>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(Pull::Job)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
