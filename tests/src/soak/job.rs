//! The jobs of the soak: healthy ones whose answers can be checked, and hostile ones of all kinds.

use std::time::Duration;

use anyhow::{bail, ensure};
use fastrand::Rng;
use nix::sys::signal::{Signal, raise};
use processpool_pattern::Registry;
use serde::{Deserialize, Serialize};
use workload::{Job, Portable};

use super::Begun;
use crate::jobs::{Stuck, overflow};

/// What a job is told to do. Its answer follows from this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spec {
    /// Its number, which no other job of the round has.
    pub(super) id: u64,
    /// What it does.
    pub(super) deed: Deed,
    /// Whether it notes that it has begun.
    pub(super) is_noted: bool,
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Deed {
    // Healthy.
    Nothing,
    Nap(Duration),
    Compute {
        rounds: u32,
    },
    Echo {
        there: usize,
        back: usize,
    },
    Print {
        lines: u16,
        to_stderr: bool,
    },
    // Hostile, and over by itself.
    Fail,
    Panic,
    Abort,
    PrintAndAbort,
    Exit(i32),
    /// Ends its process by this signal.
    Signal(i32),
    Overflow,
    /// Wants more memory than its process may have.
    Hoard,
    /// It, or its answer, cannot travel.
    Unsendable(Where),
    // Hostile, and ended by nobody but the pool.
    Hang,
    Spin,
    /// Stops its process, and again whenever that is continued.
    Freeze,
}

/// Where something that cannot travel is stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Where {
    JobHere,
    JobThere,
    AnswerThere,
    AnswerHere,
}

/// More than any worker of the soak may have.
const TOO_MUCH: usize = 1 << 40;

/// Names the jobs to a worker, which may take its time to get ready.
pub fn register(jobs: &mut Registry) {
    jobs.add::<Task>().on_start(dawdle);
}

/// One worker in eight is slow to start.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a registry takes functions that may fail"
)]
fn dawdle() -> anyhow::Result<()> {
    let mut rng = Rng::with_seed(std::process::id().into());
    if rng.u32(..8) == 0 {
        std::thread::sleep(Duration::from_millis(rng.u64(..100)));
    }
    Ok(())
}

impl Deed {
    /// Whether the job gives an answer.
    pub(super) fn is_healthy(self) -> bool {
        use Deed::{Compute, Echo, Nap, Nothing, Print};
        matches!(
            self,
            Nothing | Nap(_) | Compute { .. } | Echo { .. } | Print { .. }
        )
    }

    /// Whether it never ends by itself.
    pub(super) fn is_endless(self) -> bool {
        matches!(self, Self::Hang | Self::Spin | Self::Freeze)
    }
}

impl Spec {
    /// The job's number: the solution of a puzzle that no worker solves by accident.
    fn number(self) -> u64 {
        let mut rng = Rng::with_seed(self.id);
        match self.deed {
            Deed::Compute { rounds } => (0..rounds).fold(0, |sum: u64, _| {
                sum.rotate_left(1) ^ std::hint::black_box(rng.u64(..))
            }),
            _ => rng.u64(..),
        }
    }

    /// What it says before it takes its process down.
    pub(super) fn last_words(self) -> String {
        format!("the last words of job {:x}", self.id)
    }

    /// The message of its error or panic.
    pub(super) fn message(self) -> String {
        format!("job {:x} ends badly", self.id)
    }
}

/// A job on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    spec: Spec,
    #[serde(with = "serde_bytes")]
    payload: Vec<u8>,
    stuck: Stuck,
    /// Where it notes that it has begun, if it does.
    begun: Option<Begun>,
}

/// What a healthy job gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    /// The job's.
    id: u64,
    number: u64,
    #[serde(with = "serde_bytes")]
    payload: Vec<u8>,
    stuck: Stuck,
}

/// Bytes that follow from a number.
fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    Rng::with_seed(seed).fill(&mut bytes);
    bytes
}

impl Task {
    /// The job that a spec describes.
    pub(super) fn new(spec: Spec, begun: &Begun) -> Self {
        let there = match spec.deed {
            Deed::Echo { there, .. } => there,
            _ => 0,
        };
        Self {
            spec,
            payload: bytes(spec.id, there),
            stuck: match spec.deed {
                Deed::Unsendable(Where::JobHere) => Stuck::Here,
                Deed::Unsendable(Where::JobThere) => Stuck::There,
                _ => Stuck::Nowhere,
            },
            begun: spec.is_noted.then(|| begun.clone()),
        }
    }

    fn act(&self) -> anyhow::Result<()> {
        let spec = self.spec;
        match spec.deed {
            Deed::Nothing | Deed::Compute { .. } | Deed::Echo { .. } | Deed::Unsendable(_) => {}
            Deed::Nap(time) => std::thread::sleep(time),
            Deed::Print { lines, to_stderr } => (0..lines).for_each(|line| match to_stderr {
                true => eprintln!("job {:x} has much to say: {line}", spec.id),
                false => println!("job {:x} has much to say: {line}", spec.id),
            }),
            Deed::Fail => bail!(spec.message()),
            Deed::Panic => panic!("{}", spec.message()),
            Deed::Abort => std::process::abort(),
            Deed::PrintAndAbort => {
                println!("{}", spec.last_words());
                std::process::abort();
            }
            Deed::Exit(code) => std::process::exit(code),
            Deed::Signal(number) => loop {
                raise(Signal::try_from(number)?)?;
            },
            Deed::Overflow => drop(overflow(0)),
            Deed::Hoard => drop(std::hint::black_box(vec![1_u8; TOO_MUCH])),
            Deed::Hang => loop {
                std::thread::park();
            },
            Deed::Spin => loop {
                std::hint::spin_loop();
            },
            Deed::Freeze => loop {
                raise(Signal::SIGSTOP)?;
            },
        }
        Ok(())
    }
}

impl Job for Task {
    type Output = Answer;

    fn run(&self) -> anyhow::Result<Answer> {
        if let Some(begun) = &self.begun {
            begun.note(self.spec.id)?;
        }
        let spec = self.spec;
        let sound = self.payload == bytes(spec.id, self.payload.len());
        ensure!(sound, "the payload has changed on its way");
        self.act()?;
        Ok(Answer::to(spec))
    }
}

impl Portable for Task {
    const NAME: &'static str = "soak";
}

impl Answer {
    /// Whose it says that it is.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// The right answer.
    pub(super) fn to(spec: Spec) -> Self {
        let back = match spec.deed {
            Deed::Echo { back, .. } => back,
            _ => 0,
        };
        Self {
            id: spec.id,
            number: spec.number(),
            payload: bytes(!spec.id, back),
            stuck: match spec.deed {
                Deed::Unsendable(Where::AnswerHere) => Stuck::Here,
                Deed::Unsendable(Where::AnswerThere) => Stuck::There,
                _ => Stuck::Nowhere,
            },
        }
    }
}
