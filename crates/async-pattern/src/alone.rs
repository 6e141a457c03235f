//! What runs in a task that has one job: the usual case of a job that waits. A million of them may wait
//! at once, so it is kept small: it is one `async` block, as each one inside another would keep again
//! what it is given.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use workload::span::{Looked, Timer, now};
use workload::{Job, JobError, invoke_async};

use crate::job::{Ended, run_one};
use crate::report::{Report, Shared};
use crate::spans::ended;

/// Runs one job and tells how it ended.
pub(crate) fn run_alone<J: Job>(
    job: J,
    index: usize,
    shared: Arc<Shared<J::Output>>,
) -> impl Future<Output = ()> + Send {
    // Before the task is first polled: it may be aborted before that, and must tell all the same.
    let duty = Duty { index, shared };
    async move {
        let since = now();
        let mut timer = Timer::between_awaits(duty.shared.rules.spans, Looked::default());
        let outcome = if duty.shared.stop.is_draining() {
            Err(JobError::Cancelled)
        } else if duty.shared.rules.timeout.is_none() {
            invoke_async(&job, duty.shared.rules.gil, &mut timer).await
        } else {
            // In a box, which does not make room for a second timer in all those without a limit.
            Box::pin(run_one(&job, &duty.shared.rules, &mut timer)).await
        };
        ended(&outcome);
        let busy = Duration::from_nanos(now().saturating_sub(since));
        let ended = Ended::new(outcome, &timer, duty.index);
        duty.fulfil(ended, busy);
    }
}

/// The duty to tell how a job ended. Dropped early, because the task was aborted, it says that the job
/// was cancelled.
struct Duty<O> {
    index: usize,
    shared: Arc<Shared<O>>,
}

/// In place of the index of a job that has been told of.
const NONE: usize = usize::MAX;

impl<O> Duty<O> {
    /// The time is that since the job began: also what it spent waiting counts, so that jobs that wait
    /// get tasks of their own.
    fn fulfil(mut self, ended: Ended<O>, busy: Duration) {
        self.tell(ended, busy);
    }

    fn tell(&mut self, ended: Ended<O>, busy: Duration) {
        let index = std::mem::replace(&mut self.index, NONE);
        if index != NONE {
            self.shared.tell(Report::One { index, ended, busy });
        }
    }
}

impl<O> Drop for Duty<O> {
    fn drop(&mut self) {
        self.tell(Ended::cancelled(), Duration::ZERO);
    }
}
