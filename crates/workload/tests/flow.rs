//! The state machine under every order of events that proptest can think of: any input, any
//! options, chunks that end in any order and in any parts, outcomes taken whenever.

use std::ops::Range;
use std::time::Duration;

use proptest::prelude::*;
use workload::mechanism::{Done, Flow, Order, Pull};
use workload::{JobError, OnError, Options, Outcome};

/// A job: its place, and whether it fails.
type Job = (usize, bool);

/// What happens next.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// Whatever may start is started.
    Start,
    /// Some of the jobs of a chunk end: which chunk, where they begin and end, and how long they
    /// took; each taken modulo what there is.
    End(usize, usize, usize, u32),
    /// An outcome is taken, if there is one.
    Take,
}

#[derive(Debug, Clone)]
struct Case {
    input: Vec<Pull<bool>>,
    /// Whether the input knows how much is left of it.
    exact: bool,
    workers: usize,
    window: Option<usize>,
    chunk: Option<usize>,
    order: Order,
    on_error: OnError,
    events: Vec<Event>,
}

fn event() -> impl Strategy<Value = Event> {
    let end = (
        any::<usize>(),
        any::<usize>(),
        any::<usize>(),
        0..1_000_000_u32,
    );
    prop_oneof![
        2 => Just(Event::Start),
        4 => end.prop_map(|(chunk, from, to, nanos)| Event::End(chunk, from, to, nanos)),
        4 => Just(Event::Take),
    ]
}

fn case(on_error: OnError) -> impl Strategy<Value = Case> {
    let fails = prop::bool::weighted(0.02);
    let item = prop_oneof![9 => fails.prop_map(Pull::Job), 2 => Just(Pull::NotYet(Duration::ZERO))];
    let input = prop::collection::vec(item, 0..400);
    let order = prop_oneof![Just(Order::Input), Just(Order::Arrival)];
    let options = (
        1..6_usize,
        prop::option::of(1..40_usize),
        prop::option::of(1..20_usize),
    );
    let events = prop::collection::vec(event(), 0..600);
    (input, any::<bool>(), options, order, events).prop_map(
        move |(input, exact, (workers, window, chunk), order, events)| Case {
            input,
            exact,
            workers,
            window,
            chunk,
            order,
            on_error,
            events,
        },
    )
}

fn outcome((index, fails): Job) -> Outcome<usize> {
    match fails {
        true => Err(JobError::Failed {
            message: index.to_string(),
        }),
        false => Ok(index),
    }
}

type Input = Box<dyn Iterator<Item = Pull<Job>>>;

/// A flow, and what we know of it ourselves.
struct Run {
    flow: Flow<Input, usize>,
    case: Case,
    jobs: Vec<Job>,
    in_flight: Vec<Range<usize>>,
    taken: Vec<usize>,
    started: usize,
    most_in_flight: usize,
    most_in_window: usize,
    failed: bool,
}

impl Run {
    fn new(case: Case) -> Self {
        let mut place = 0;
        let items = case.input.iter().map(|item| match item {
            Pull::NotYet(time) => Pull::NotYet(*time),
            Pull::Job(fails) => {
                place += 1;
                Pull::Job((place - 1, *fails))
            }
        });
        let items: Vec<_> = items.collect();
        let jobs = items.iter().filter_map(|item| match item {
            Pull::Job(job) => Some(*job),
            Pull::NotYet(_) => None,
        });
        let jobs = jobs.collect();
        let input: Input = match case.exact {
            true => Box::new(items.into_iter()),
            false => Box::new(items.into_iter().filter(|_| true)),
        };
        let mut options = Options::new().workers(case.workers).on_error(case.on_error);
        if let Some(window) = case.window {
            options = options.window(window);
        }
        if let Some(chunk) = case.chunk {
            options = options.chunk(chunk);
        }
        Self {
            flow: Flow::new(input, &options, case.order),
            case,
            jobs,
            in_flight: Vec::new(),
            taken: Vec::new(),
            started: 0,
            most_in_flight: 0,
            most_in_window: 0,
            failed: false,
        }
    }

    fn start(&mut self) -> Result<(), TestCaseError> {
        while let Some(chunk) = self.flow.next_chunk() {
            prop_assert!(!chunk.jobs.is_empty());
            prop_assert!(!self.is_stopped(), "nothing new starts");
            prop_assert_eq!(chunk.first, self.started, "neighbours, each once");
            let end = self.started + chunk.jobs.len();
            prop_assert_eq!(&chunk.jobs[..], &self.jobs[self.started..end]);
            if let Some(size) = self.case.chunk {
                prop_assert!(chunk.jobs.len() <= size);
            }
            self.started = end;
            self.in_flight.push(chunk.first..end);
            let in_flight = self.in_flight.iter().map(ExactSizeIterator::len).sum();
            self.most_in_flight = self.most_in_flight.max(in_flight);
            self.most_in_window = self.most_in_window.max(self.started - self.taken.len());
        }
        if let Some(window) = self.case.window {
            prop_assert!(self.most_in_window <= window, "the window holds no more");
        }
        Ok(())
    }

    /// Ends the jobs of a part of a chunk, wherever in it that is.
    fn end(&mut self, chunk: usize, from: usize, to: usize, nanos: u32) {
        if self.in_flight.is_empty() {
            return;
        }
        let chunk = self.in_flight.swap_remove(chunk % self.in_flight.len());
        let from = chunk.start + from % chunk.len();
        let to = from + 1 + to % (chunk.end - from);
        let jobs = &self.jobs[from..to];
        self.failed |= jobs.iter().any(|(_, fails)| *fails);
        self.flow.done(Done {
            first: from,
            outcomes: jobs.iter().copied().map(outcome).collect(),
            busy: Duration::from_nanos(nanos.into()),
            bytes: 0,
            worker: 0,
            spans: Vec::new(),
            held: Vec::new(),
        });
        let rest = [chunk.start..from, to..chunk.end];
        self.in_flight
            .extend(rest.into_iter().filter(|rest| !rest.is_empty()));
    }

    fn take(&mut self) -> Result<bool, TestCaseError> {
        self.check_hint()?;
        let Some((index, given)) = self.flow.next_outcome() else {
            return Ok(false);
        };
        prop_assert_eq!(given, outcome(self.jobs[index]));
        if self.case.order == Order::Input {
            prop_assert_eq!(index, self.taken.len(), "in input order");
        }
        self.taken.push(index);
        Ok(true)
    }

    fn is_stopped(&self) -> bool {
        self.failed && self.case.on_error == OnError::Stop
    }

    fn check_hint(&self) -> Result<(), TestCaseError> {
        let left = match self.is_stopped() {
            true => self.started,
            false => self.jobs.len(),
        };
        let left = left - self.taken.len();
        let (least, most) = self.flow.size_hint();
        prop_assert!(least <= left, "{least} <= {left}");
        prop_assert!(most.is_none_or(|most| left <= most), "{left} <= {most:?}");
        Ok(())
    }

    /// Lets happen what was thought of, and then whatever it takes to come to an end.
    fn play(mut self) -> Result<Self, TestCaseError> {
        for event in self.case.events.clone() {
            match event {
                Event::Start => self.start()?,
                Event::End(chunk, from, to, nanos) => self.end(chunk, from, to, nanos),
                Event::Take => drop(self.take()?),
            }
        }
        // Each round starts, ends or takes something, or gets past an input that had nothing yet.
        for _ in 0..=3 * self.case.input.len() {
            self.start()?;
            if !self.take()? && !self.in_flight.is_empty() {
                self.end(self.taken.len(), 0, usize::MAX - 1, 1);
            }
        }
        prop_assert!(self.flow.is_finished(), "it gets stuck");
        Ok(self)
    }
}

proptest! {
    /// Every job is started once, in input order, and every outcome given out once, in the asked
    /// order; the window is kept; and the counts are what was seen from outside.
    #[test]
    fn every_job_is_answered_once(case in case(OnError::Continue)) {
        let run = Run::new(case).play()?;
        let (jobs, counts) = (run.jobs.len(), run.flow.counts());
        prop_assert_eq!(run.started, jobs);
        let mut taken = run.taken;
        taken.sort_unstable();
        prop_assert!(taken.into_iter().eq(0..jobs));
        let failed = run.jobs.iter().filter(|(_, fails)| *fails).count();
        prop_assert_eq!((counts.jobs, counts.succeeded), (jobs, jobs - failed));
        prop_assert_eq!(counts.failures(), failed);
        prop_assert_eq!(counts.most_in_flight, run.most_in_flight);
        prop_assert_eq!(counts.most_in_window, run.most_in_window);
        prop_assert_eq!(run.flow.in_flight(), 0);
    }

    /// After a failure nothing new starts, and yet everything that was started is given out.
    #[test]
    fn a_failure_stops_what_has_not_started(case in case(OnError::Stop)) {
        let run = Run::new(case).play()?;
        let mut taken = run.taken;
        taken.sort_unstable();
        prop_assert!(taken.into_iter().eq(0..run.started));
        prop_assert_eq!(run.started == run.jobs.len() || run.failed, true);
        prop_assert_eq!(run.flow.stop().is_cancelling(), run.failed);
    }
}
