//! The one place where a job is called, whatever the pattern: its panic is caught, its error
//! becomes a value, and the interpreter lock is held where it is asked for.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use crate::mechanism::Batch;
use crate::span::Timer;
use crate::{Job, JobError, Outcome, Rules, Stop, gil};

thread_local! {
    static IN_JOB: Cell<bool> = const { Cell::new(false) };
}

/// Runs a job on the calling thread. A panic in it becomes [`JobError::Panicked`].
///
/// # Errors
///
/// The reason why the job has no output.
pub fn invoke<J: Job>(job: &J, gil: bool, timer: &mut Timer) -> Outcome<J::Output> {
    caught(gil, timer, || job.run()).and_then(|result| result.map_err(failed))
}

/// Runs a job on the calling thread, within [`catch`]: whoever called that makes an outcome of a panic.
///
/// # Errors
///
/// The reason why the job has no output.
#[inline]
pub fn invoke_caught<J: Job>(job: &J) -> Outcome<J::Output> {
    job.run().map_err(failed)
}

/// Runs jobs on the calling thread, one after the other, each as [`invoke`] would, and adds their
/// outcomes. What catches a panic is set up once for all of them: for a job of some nanoseconds, it
/// would take longer than the job. Once `stop` says so, the others are cancelled.
pub fn invoke_each<J: Job>(jobs: &[J], stop: &Stop, outcomes: &mut Batch<J::Output>) {
    let before = outcomes.len();
    while outcomes.len() - before < jobs.len() {
        let run = || {
            for job in &jobs[outcomes.len() - before..] {
                outcomes.push(match stop.is_draining() {
                    true => Err(JobError::Cancelled),
                    false => invoke_caught(job),
                });
            }
        };
        if let Err(message) = catch(run) {
            // It is the next one's, whose outcome is the one that is missing.
            outcomes.push(Err(JobError::Panicked { message }));
        }
    }
}

/// Runs a job on the calling thread, where nothing can interrupt it: if it takes longer than its
/// time limit, it has timed out, but that is known only when it ends.
///
/// # Errors
///
/// The reason why the job has no output.
pub fn invoke_in_time<J: Job>(job: &J, rules: &Rules, timer: &mut Timer) -> Outcome<J::Output> {
    let Some(after) = rules.timeout else {
        return invoke(job, rules.gil, timer);
    };
    for _ in 0..=rules.retries {
        let started = Instant::now();
        let outcome = invoke(job, rules.gil, timer);
        if started.elapsed() <= after {
            return outcome;
        }
    }
    Err(JobError::TimedOut { after })
}

/// Runs a job as a future. A panic in it becomes [`JobError::Panicked`].
///
/// # Errors
///
/// The reason why the job has no output.
#[expect(
    clippy::manual_async_fn,
    reason = "an async fn would keep its arguments twice, and a million jobs may wait in this"
)]
pub fn invoke_async<J: Job>(
    job: &J,
    gil: bool,
    timer: &mut Timer,
) -> impl Future<Output = Outcome<J::Output>> + Send {
    async move {
        // `run_async` itself may panic before it has given a future. The job's time begins with its
        // first poll: in between the lock is free, and others may compute.
        let future = caught(gil, &mut Timer::new(false), || job.run_async())?;
        let guarded = Guarded {
            future: std::pin::pin!(future),
            gil,
            timer,
        };
        guarded.await.and_then(|result| result.map_err(failed))
    }
}

/// Runs what is a future already, as [`invoke_async`] runs a job.
///
/// # Errors
///
/// The reason why it has no output.
pub async fn invoke_future<T>(
    future: impl Future<Output = anyhow::Result<T>>,
    gil: bool,
    timer: &mut Timer,
) -> Outcome<T> {
    let guarded = Guarded {
        future: std::pin::pin!(future),
        gil,
        timer,
    };
    guarded.await.and_then(|result| result.map_err(failed))
}

/// Whether the calling thread is inside a job now: a panic hook uses it to stay silent about
/// panics that become outcomes.
#[must_use]
pub fn is_in_job() -> bool {
    IN_JOB.get()
}

/// A future each of whose polls is guarded like a blocking job.
struct Guarded<'a, F> {
    future: Pin<&'a mut F>,
    gil: bool,
    timer: &'a mut Timer,
}

impl<F: Future> Future for Guarded<'_, F> {
    type Output = Result<F::Output, JobError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { future, gil, timer } = &mut *self;
        match caught(*gil, timer, || future.as_mut().poll(context)) {
            Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
            Ok(Poll::Pending) => {
                timer.wait();
                Poll::Pending
            }
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

fn caught<T>(gil: bool, timer: &mut Timer, call: impl FnOnce() -> T) -> Result<T, JobError> {
    let call = || gil::while_computing(gil, || timer.time(call));
    catch(call).map_err(|message| JobError::Panicked { message })
}

/// Calls what is dropped after a panic, so that nobody sees its broken state. The panic counts as one
/// in a job, and is for the caller to tell.
///
/// # Errors
///
/// What the panic says.
pub fn catch<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    let outer = IN_JOB.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    IN_JOB.set(outer);
    result.map_err(|payload| panic_message(&*payload))
}

#[cold]
fn failed(error: anyhow::Error) -> JobError {
    let message = format!("{error:#}");
    JobError::Failed { message }
}

/// What a caught panic says, if it says it in words.
#[must_use]
pub fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(message) = payload.downcast_ref::<&str>() {
        (*message).to_owned()
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.clone()
    } else {
        "a value that is not text".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_carries_its_chain_and_a_panic_its_message() {
        let error = || -> anyhow::Result<()> { Err(anyhow::anyhow!("low").context("high")) };
        let message = "high: low".to_owned();
        assert_eq!(
            invoke(&error, false, &mut Timer::new(false)),
            Err(JobError::Failed { message })
        );

        let panic = || -> anyhow::Result<()> { panic!("number {}", 7) };
        let message = "number 7".to_owned();
        assert_eq!(
            invoke(&panic, false, &mut Timer::new(false)),
            Err(JobError::Panicked { message })
        );
        assert!(!is_in_job());
    }
}
