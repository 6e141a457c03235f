//! What ends a stream early: signals, which are futures.

use std::future::Future;
use std::time::Duration;

use workload::{JobError, Stop};

/// Cancels at the signal.
pub(crate) async fn cancel_on(signal: impl Future, stop: Stop) {
    signal.await;
    stop.cancel();
}

/// Drains at the signal, and cancels what still runs when the grace is over.
pub(crate) async fn drain_on(signal: impl Future, grace: Duration, stop: Stop) {
    signal.await;
    stop.drain();
    tokio::time::sleep(grace).await;
    stop.cancel();
}

/// Cancels when the time is up, which counts from the first poll of this.
pub(crate) async fn within(limit: Duration, stop: Stop) {
    tokio::time::sleep(limit).await;
    stop.cancel();
}

/// The job that failed first, and how: the error of [`Indexed::try_all`](crate::Indexed::try_all).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstFailure {
    /// The job's place in the input, from 0.
    pub index: usize,
    /// Why it has no output.
    pub error: JobError,
}

impl std::fmt::Display for FirstFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "job {} {}", self.index, self.error)
    }
}

impl std::error::Error for FirstFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
