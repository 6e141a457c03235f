//! What a round does, drawn from its seed: all that can be decided beforehand.

use std::num::NonZeroUsize;
use std::time::Duration;

use fastrand::Rng;
use workload::{OnError, Options};

use super::deeds::{Mood, specs};
use super::job::{Deed, Spec};
use super::tormentor::Pace;

/// What a round does.
#[derive(Debug)]
pub(super) struct Plan {
    /// What it was drawn from.
    pub(super) seed: u64,
    /// How the pool works.
    pub(super) options: Options,
    /// Who uses the pool, all at once, each from a thread of its own.
    pub(super) clients: Vec<Client>,
    /// Who uses it last, and is still waiting when the pool ends.
    pub(super) last: Client,
    /// How the pool ends.
    pub(super) end: PoolEnd,
    /// For how long the last client has it to itself before that.
    pub(super) respite: Duration,
    /// How fast signals are thrown.
    pub(super) pace: Pace,
    /// Whether all workers are stopped for good before the last client comes.
    pub(super) freezes: bool,
}

/// Somebody who uses the pool.
#[derive(Debug)]
pub(super) struct Client {
    /// The jobs.
    pub(super) specs: Vec<Spec>,
    /// What it does with them.
    pub(super) how: How,
}

/// What a client does with its jobs.
#[derive(Debug)]
pub(super) enum How {
    /// `map`.
    Map(MapEnd),
    /// `map_unordered`.
    Unordered(MapEnd),
    /// `submit`, with so many handles held at most, and treated so.
    Submit { held: usize, treats: Vec<Treat> },
}

/// How a map ends: by itself, or after so many outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MapEnd {
    Whole,
    Drained(usize),
    Cancelled(usize),
    Dropped(usize),
}

/// What becomes of a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treat {
    /// `wait`.
    Wait,
    /// `wait_timeout` until the job has ended.
    WaitALittle,
    /// `is_ended` until it has.
    Look,
    /// Cancelled at once.
    Cancel,
    /// Cancelled a little later.
    CancelAfter(Duration),
    /// Dropped.
    Forget,
    /// Cancelled and dropped.
    CancelAndForget,
}

/// How a pool ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PoolEnd {
    Shutdown,
    Dropped,
}

impl Plan {
    /// The plan that follows from a seed; with so many workers, if that is asked for.
    pub(super) fn new(seed: u64, workers: Option<NonZeroUsize>) -> Self {
        let rng = &mut Rng::with_seed(seed);
        let options = options(workers, rng);
        let clients = 0..rng.u64(1..=3);
        let client = |number| Client::new(number, &options, rng);
        let clients = clients.map(client).collect();
        let end = match rng.bool() {
            true => PoolEnd::Shutdown,
            false => PoolEnd::Dropped,
        };
        Self {
            seed,
            clients,
            last: Client::last(&options, end, rng),
            end,
            respite: Duration::from_micros(rng.u64(..200).pow(2)),
            pace: Pace::draw(rng),
            // Only a time limit ends what is stopped.
            freezes: rng.u32(..5) == 0 && options.timeout.is_some(),
            options,
        }
    }

    /// How many jobs and runs of jobs may be cancelled so that what runs is killed.
    pub(super) fn cancels(&self) -> u64 {
        let everybody = self.clients.iter().chain([&self.last]);
        let cancels = everybody.map(|client| client.cancels(self.options.on_error));
        cancels.sum()
    }
}

fn options(workers: Option<NonZeroUsize>, rng: &mut Rng) -> Options {
    // Drawn in any case, so that the rest of the plan is the same for any number of workers.
    let drawn = rng.usize(1..=4);
    let mut options = Options::new().workers(workers.map_or(drawn, NonZeroUsize::get));
    if rng.bool() {
        options = options.window(rng.usize(1..200));
    }
    match rng.u32(..4) {
        0 => options = options.chunk(1),
        1 => options = options.chunk(rng.usize(2..100)),
        _ => {}
    }
    if rng.u32(..5) < 3 {
        options = options.timeout(Duration::from_millis(rng.u64(200..=500)));
    }
    if rng.bool() {
        options = options.retries(rng.u32(1..=3));
    }
    if rng.u32(..4) == 0 {
        options = options.max_jobs_per_worker(1 << rng.u32(..8));
    }
    if rng.u32(..3) == 0 {
        options = options.max_memory(512 << 20);
    }
    if rng.u32(..10) == 0 {
        options = options.on_error(OnError::Stop);
    }
    options.spans(rng.u32(..4) == 0)
}

impl Client {
    fn new(number: u64, options: &Options, rng: &mut Rng) -> Self {
        let (mood, is_submit) = (Mood::draw(rng), rng.u32(..5) < 2);
        let specs = specs(mood, number, options, is_submit, rng);
        let how = match rng.u32(..3) {
            _ if is_submit => How::Submit {
                held: rng.usize(1..200),
                treats: specs
                    .iter()
                    .map(|spec| Treat::draw(*spec, options, rng))
                    .collect(),
            },
            0 => How::Unordered(MapEnd::draw(specs.len(), rng)),
            _ => How::Map(MapEnd::draw(specs.len(), rng)),
        };
        Self { specs, how }
    }

    fn last(options: &Options, end: PoolEnd, rng: &mut Rng) -> Self {
        let (mood, is_dropped) = (Mood::draw(rng), end == PoolEnd::Dropped);
        let mut specs = specs(mood, 1 << 16, options, is_dropped, rng);
        if is_dropped && rng.bool() {
            // One that surely runs when the pool is dropped.
            specs
                .iter_mut()
                .take(1)
                .for_each(|spec| spec.deed = Deed::Hang);
        }
        let how = How::Submit {
            held: usize::MAX,
            treats: specs.iter().map(|_| Treat::Wait).collect(),
        };
        Self { specs, how }
    }

    fn cancels(&self, policy: OnError) -> u64 {
        match &self.how {
            How::Submit { treats, .. } => {
                treats.iter().filter(|treat| treat.cancels()).count() as u64
            }
            How::Map(end) | How::Unordered(end) => {
                let cancelled = matches!(end, MapEnd::Cancelled(_));
                u64::from(cancelled) + u64::from(policy == OnError::Stop)
            }
        }
    }

    /// Its name in messages.
    pub(super) fn name(&self, number: usize) -> String {
        let how = match &self.how {
            How::Map(end) => format!("map, {end:?}"),
            How::Unordered(end) => format!("map_unordered, {end:?}"),
            How::Submit { .. } => "submit".to_owned(),
        };
        format!("client {number} ({how}, {} jobs)", self.specs.len())
    }
}

impl MapEnd {
    fn draw(jobs: usize, rng: &mut Rng) -> Self {
        let after = rng.usize(..jobs);
        match rng.u32(..8) {
            0 => Self::Drained(after),
            1 => Self::Cancelled(after),
            2 => Self::Dropped(after),
            _ => Self::Whole,
        }
    }
}

impl Treat {
    fn draw(spec: Spec, options: &Options, rng: &mut Rng) -> Self {
        let soon = Duration::from_micros(rng.u64(..100).pow(2));
        if spec.deed.is_endless() && options.timeout.is_none() {
            return Self::CancelAfter(soon); // Nothing else ends it.
        }
        match rng.u32(..16) {
            0 => Self::Cancel,
            1 => Self::CancelAfter(soon),
            2 => Self::Forget,
            3 => Self::CancelAndForget,
            4..7 => Self::WaitALittle,
            7..9 => Self::Look,
            _ => Self::Wait,
        }
    }

    /// Whether the job is cancelled, sooner or later.
    pub(super) fn cancels(self) -> bool {
        matches!(
            self,
            Self::Cancel | Self::CancelAfter(_) | Self::CancelAndForget
        )
    }
}
