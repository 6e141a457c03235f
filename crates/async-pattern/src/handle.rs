//! One job's outcome, to be awaited.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use workload::{JobError, Outcome};

/// A submitted job: a future of its outcome. Dropping it lets the job run on, unheard.
#[derive(Debug)]
#[must_use = "without its handle, nobody learns how the job ended"]
pub struct Handle<O> {
    outcome: oneshot::Receiver<Outcome<O>>,
    task: Option<AbortHandle>,
}

/// The other side of a [`Handle`]. Dropped with its task, it says that the job was cancelled.
pub(crate) struct Promise<O>(oneshot::Sender<Outcome<O>>);

impl<O> Handle<O> {
    pub(crate) fn new() -> (Self, Promise<O>) {
        let (sender, outcome) = oneshot::channel();
        let task = None;
        (Self { outcome, task }, Promise(sender))
    }

    pub(crate) fn of_task(self, task: AbortHandle) -> Self {
        let task = Some(task);
        Self { task, ..self }
    }

    /// Waits until the job has ended, but no longer than `limit`.
    ///
    /// # Errors
    ///
    /// The handle itself when the time is up, to wait again or to cancel.
    pub async fn wait_timeout(mut self, limit: Duration) -> Result<Outcome<O>, Self> {
        match tokio::time::timeout(limit, &mut self).await {
            Ok(outcome) => Ok(outcome),
            Err(_) => Err(self),
        }
    }

    /// Whether the job has ended, so that awaiting it would not wait.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.task.as_ref().is_none_or(AbortHandle::is_finished)
    }

    /// Cancels the job: where it next waits, it ends. The handle still gives an outcome.
    pub fn cancel(&self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl<O> Promise<O> {
    /// Says how the job ended.
    pub(crate) fn keep(self, outcome: Outcome<O>) {
        // Nobody listens any more when the handle was dropped.
        let _ = self.0.send(outcome);
    }
}

impl<O> Future for Handle<O> {
    type Output = Outcome<O>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome<O>> {
        let received = Pin::new(&mut self.outcome).poll(context);
        // The other side was dropped without a word: the task was aborted, or its runtime ended.
        received.map(|received| received.unwrap_or(Err(JobError::Cancelled)))
    }
}
