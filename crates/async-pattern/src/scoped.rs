//! Futures that may borrow: they run right here, polled by whoever polls the stream.

use std::collections::BTreeSet;
use std::future::Future;
use std::marker::PhantomData;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::runtime;
use workload::mechanism::{Chunk, Done, Jobs, Order};
use workload::span::{Looked, Timer};
use workload::{JobError, Options, Outcome, Rules, Stop, invoke_future};

use crate::AsyncPool;
use crate::driver::{Driver, Place};
use crate::job::{Ended, in_time};
use crate::map::{Indexed, Ordered};
use crate::report::Report;
use crate::spans::{ended, in_span};

impl AsyncPool {
    /// Runs futures and gives their outcomes in order. They may borrow, since they run where this stream is
    /// polled and nowhere else, and end with it: no task is spawned. That is the price as well: all of
    /// them wait together, but only one computes at a time.
    ///
    /// A future is started once: [`Options::retries`] has no effect here.
    ///
    /// ```
    /// # use async_pattern::{AsyncPool, Options};
    /// # use futures_util::TryStreamExt;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pool = AsyncPool::new(Options::new().window(2))?;
    /// let words = vec!["to".to_owned(), "borrow".to_owned()];
    /// let lengths = words.iter().map(|word| async { Ok(word.len()) });
    /// let lengths: Vec<usize> = pool.block_on(pool.map_scoped(lengths).try_collect())?;
    /// assert_eq!((lengths, words.len()), (vec![2, 6], 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn map_scoped<I, F, T>(
        &self,
        futures: I,
    ) -> Ordered<Jobs<I::IntoIter>, impl Place<Job = F, Output = T> + use<I, F, T>>
    where
        I: IntoIterator<Item = F>,
        F: Future<Output = anyhow::Result<T>>,
    {
        Ordered(self.drive_here(Jobs(futures.into_iter()), Order::Input))
    }

    /// Runs futures like [`map_scoped`](Self::map_scoped) and gives their outcomes as they come, each with its
    /// future's place in the input.
    pub fn map_scoped_unordered<I, F, T>(
        &self,
        futures: I,
    ) -> Indexed<Jobs<I::IntoIter>, impl Place<Job = F, Output = T> + use<I, F, T>>
    where
        I: IntoIterator<Item = F>,
        F: Future<Output = anyhow::Result<T>>,
    {
        Indexed(self.drive_here(Jobs(futures.into_iter()), Order::Arrival))
    }

    fn drive_here<I, F, T>(
        &self,
        futures: Jobs<I>,
        order: Order,
    ) -> Driver<Jobs<I>, impl Place<Job = F, Output = T> + use<I, F, T>>
    where
        I: Iterator<Item = F>,
        F: Future<Output = anyhow::Result<T>>,
    {
        let options = self.windowed().chunk(1); // Nothing is saved by chunks where nothing travels.
        Driver::new(futures, &options, order, self.runtime.clone(), |stop| {
            Here::new(&options, stop, self.runtime.clone())
        })
    }
}

/// Futures that wait for whoever polls them. `run` makes a run of each, which tells how it ended.
struct Here<F, Run, Running> {
    run: Run,
    running: FuturesUnordered<Running>,
    /// The places in the input of those that run, to be told when they are cancelled.
    indices: BTreeSet<usize>,
    cancelled: Vec<usize>,
    /// For the timers of the futures.
    runtime: runtime::Handle,
    futures: PhantomData<fn(F)>,
}

impl<F: Future<Output = anyhow::Result<T>>, T> Here<F, (), F> {
    /// A place for futures, until `stop` says that no more are to start.
    #[expect(clippy::new_ret_no_self, reason = "what it makes has no name")]
    fn new(
        options: &Options,
        stop: &Stop,
        runtime: runtime::Handle,
    ) -> impl Place<Job = F, Output = T> + use<F, T> {
        let (rules, stop) = (Rules::from(options), stop.clone());
        Here {
            run: move |future, index| {
                in_span::<F, _>(Some(index), run(future, index, rules, stop.clone()))
            },
            running: FuturesUnordered::new(),
            indices: BTreeSet::new(),
            cancelled: Vec::new(),
            runtime,
            futures: PhantomData,
        }
    }
}

/// Runs one future and tells how it ended.
async fn run<T>(
    future: impl Future<Output = anyhow::Result<T>>,
    index: usize,
    rules: Rules,
    stop: Stop,
) -> Report<T> {
    let since = Instant::now();
    let mut timer = Timer::between_awaits(rules.spans, Looked::default());
    let outcome = if stop.is_draining() {
        Err(JobError::Cancelled)
    } else {
        let invoked = invoke_future(future, rules.gil, &mut timer);
        limited(invoked, rules.timeout).await
    };
    ended(&outcome);
    Report::One {
        index,
        ended: Ended::new(outcome, &timer, index),
        busy: since.elapsed(),
    }
}

async fn limited<T>(
    outcome: impl Future<Output = Outcome<T>>,
    limit: Option<Duration>,
) -> Outcome<T> {
    match limit {
        None => outcome.await,
        Some(after) => {
            let in_time = in_time(outcome, after).await;
            in_time.unwrap_or(Err(JobError::TimedOut { after }))
        }
    }
}

impl<F, Run, Running, T> Place for Here<F, Run, Running>
where
    Run: Fn(F, usize) -> Running,
    Running: Future<Output = Report<T>>,
{
    type Job = F;
    type Output = T;

    fn start(&mut self, chunk: Chunk<F>, _: Option<Duration>, _: &mut Context<'_>) {
        for (index, future) in (chunk.first..).zip(chunk.jobs) {
            self.indices.insert(index);
            self.running.push((self.run)(future, index));
        }
    }

    fn try_done(&mut self, context: &mut Context<'_>) -> Option<Done<T>> {
        match self.poll_done(context) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }

    fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Done<T>> {
        let report = if let Some(index) = self.cancelled.pop() {
            let (ended, busy) = (Ended::cancelled(), Duration::ZERO);
            Report::One { index, ended, busy }
        } else {
            let _inside = self.runtime.enter();
            match self.running.poll_next_unpin(context) {
                Poll::Ready(Some(report)) => report,
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        };
        let done = Done::from(report);
        self.indices.remove(&done.first);
        Poll::Ready(done)
    }

    fn cancel(&mut self) {
        self.running.clear();
        self.cancelled = self.indices.iter().copied().collect();
    }
}
