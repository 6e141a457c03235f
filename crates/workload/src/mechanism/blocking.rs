//! The blocking side of a pattern: driven by whoever takes the outcomes, on that thread.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::chunker::TARGET;
use super::{Chunk, Counts, Done, Flow, Order, Paced, Pull, Reply};
use crate::{Job, Options, Outcome, Sink, Span, Stop, gil};

/// How long a worker that has nothing to help with sleeps before it looks again.
const TICK: Duration = Duration::from_millis(1);

/// The longest that a thread waits for an input without another look: the run may have been stopped.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_millis(10);

/// How long whoever takes the outcomes sleeps while the workers have plenty to do: what outcomes may be
/// late by. To be woken for each chunk takes a core away from a worker each time: at 100 us a chunk,
/// that costs a twelfth of the throughput on two cores.
const NAP: Duration = Duration::from_micros(200);

/// Where chunks run: all that a blocking pattern has to say.
pub trait Executor<J: Job> {
    /// Starts a chunk. Must not wait for it: the outcomes go to `reply`, from any thread.
    fn start(&self, chunk: Chunk<J>, reply: Reply<J::Output>);

    /// How much work a chunk should hold: so much that what a chunk costs here does not count.
    fn target(&self) -> Duration {
        TARGET
    }

    /// Called by whoever has to wait. A thread that is itself a worker of this executor must not
    /// just sleep, or a job that uses its own pool could wait for ever: it runs something else and
    /// says `Some(true)`, or says `Some(false)` when there is nothing else to run. Any other thread
    /// may sleep: `None`.
    fn help(&self) -> Option<bool> {
        None
    }
}

/// Outcomes of many jobs, as [`Ordered`](super::Ordered) or [`Indexed`](super::Indexed) give them out. Jobs are pulled, started
/// and put in order on the thread that takes the outcomes; dropped early, nothing new starts and
/// jobs that run end unheard.
pub struct Map<I, J, E>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    flow: Flow<Paced<I>, J::Output>,
    executor: E,
    sender: Sender<Done<J::Output>>,
    receiver: Receiver<Done<J::Output>>,
}

impl<I, J, E> Map<I, J, E>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
    E: Executor<J>,
{
    /// Runs `jobs` on `executor`.
    pub fn new(jobs: I, options: &Options, order: Order, executor: E) -> Self {
        let (sender, receiver) = channel();
        let mut flow = Flow::new(Paced::new(jobs, options), options, order);
        flow.chunker.aim_at(executor.target());
        Self {
            flow,
            executor,
            sender,
            receiver,
        }
    }

    /// The next outcome, and its job's place in the input.
    #[inline]
    pub fn next_indexed(&mut self) -> Option<(usize, Outcome<J::Output>)> {
        match self.flow.next_in_run() {
            Some(next) => Some(next),
            None => self.next_run(),
        }
    }

    /// Hands all outcomes to `sink`, and tells it before each wait.
    pub fn run_into(&mut self, sink: &mut impl Sink<J::Output>) -> ControlFlow<()> {
        sink.begin(self.flow.stop());
        loop {
            self.collect();
            self.start();
            sink.spans(self.take_spans());
            if let Some((first, outcomes)) = self.flow.next_batch() {
                for (index, outcome) in (first..).zip(outcomes) {
                    sink.outcome(index, outcome)?;
                }
            } else if self.flow.is_finished() {
                return ControlFlow::Continue(());
            } else {
                sink.idle()?;
                self.wait();
            }
        }
    }

    /// Stops this run, from anywhere.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.flow.stop().clone()
    }

    /// Least and most outcomes that are still to come.
    #[must_use]
    pub fn size_hint(&self) -> (usize, Option<usize>) {
        self.flow.size_hint()
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.flow.counts()
    }

    /// Takes the spans recorded since they were last taken.
    pub fn take_spans(&mut self) -> Vec<Span> {
        self.flow.take_spans()
    }

    /// Hands all outcomes to `take`, a batch at a time: quicker than one by one.
    #[inline]
    pub(super) fn fold<B>(
        &mut self,
        initial: B,
        mut take: impl FnMut(B, usize, Outcome<J::Output>) -> B,
    ) -> B {
        let mut sum = initial;
        loop {
            if let Some((mut index, outcomes)) = self.flow.next_batch() {
                sum = outcomes.fold(sum, |sum, outcome| {
                    index += 1;
                    take(sum, index - 1, outcome)
                });
            }
            match self.next_run() {
                Some((index, outcome)) => sum = take(sum, index, outcome),
                None => return sum,
            }
        }
    }

    #[inline(never)]
    fn next_run(&mut self) -> Option<(usize, Outcome<J::Output>)> {
        loop {
            self.collect();
            self.start();
            if let Some(next) = self.flow.next_outcome() {
                return Some(next);
            }
            if self.flow.is_finished() {
                return None;
            }
            self.wait();
        }
    }

    /// Takes in what has ended.
    fn collect(&mut self) {
        while let Ok(done) = self.receiver.try_recv() {
            self.flow.done(done);
        }
    }

    /// Starts what may start.
    fn start(&mut self) {
        while let Some(chunk) = self.flow.next_chunk() {
            let stop = self.flow.stop().clone();
            let reply = Reply::new(chunk.first, chunk.jobs.len(), stop, self.sender.clone());
            self.executor.start(chunk, reply);
        }
    }

    /// Waits until something has ended, or the input should be asked again.
    fn wait(&mut self) {
        let again = self.flow.ask_again().map(|time| time.min(LONGEST_WAIT));
        let longest = match self.executor.help() {
            Some(true) => return,
            None if self.flow.may_nap(NAP) => return gil::while_waiting(|| thread::sleep(NAP)),
            Some(false) => Some(TICK),
            None => again,
        };
        let done = gil::while_waiting(|| match longest {
            None => self.receiver.recv().ok(),
            Some(longest) => self.receiver.recv_timeout(longest).ok(),
        });
        if let Some(done) = done {
            self.flow.done(done);
        }
    }
}

impl<I, J, E> Drop for Map<I, J, E>
where
    J: Job,
    I: Iterator<Item = Pull<J>>,
{
    fn drop(&mut self) {
        self.flow.stop().drain();
    }
}
