//! What ends a stream early: signals, which are futures. And how a pool ends that has jobs left.

use std::future::Future;
use std::time::Duration;

use workload::{JobError, Stop};

use crate::AsyncPool;

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

impl AsyncPool {
    /// Waits until every submitted job has ended. To be awaited on a runtime other than the pool's own, which
    /// ends with the pool.
    pub async fn shutdown(self) {
        let mut submitted = std::mem::take(&mut *self.submitted());
        while submitted.join_next().await.is_some() {}
    }

    /// Waits until every submitted job has ended, but no longer than `grace`; then cancels the others, which
    /// end where they next wait. Tells how many it cancelled.
    pub async fn shutdown_within(self, grace: Duration) -> usize {
        let mut submitted = std::mem::take(&mut *self.submitted());
        let all = async { while submitted.join_next().await.is_some() {} };
        let in_time = {
            let _inside = self.runtime.enter();
            tokio::time::timeout(grace, all)
        };
        if in_time.await.is_ok() {
            return 0;
        }
        submitted.abort_all();
        let mut cancelled = 0;
        while let Some(ended) = submitted.join_next().await {
            cancelled += usize::from(ended.is_err_and(|error| error.is_cancelled()));
        }
        cancelled
    }
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
