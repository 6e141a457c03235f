//! What was seen of one program.

use serde::Serialize;

use super::Inside;
use crate::measure::Switches;
use crate::pattern::Pattern;

/// What was seen of one program.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Entry {
    /// The program's name: `threadpool-pattern`, `python threads`.
    pub(crate) name: String,
    /// Its pattern: `sequential`, `thread pool`, `process pool`, `async`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) pattern: Pattern,
    /// Whether a verdict may name it; those in another language are only shown beside.
    pub(crate) stands: bool,
    /// How its output compares.
    pub(crate) output: Output,
    /// What there is to say of it: how it was lost, how it differs.
    pub(crate) note: Option<String>,
    /// The timed runs, in the order in which they ran.
    pub(crate) runs: Vec<Timed>,
    /// From starting the program until it was gone.
    pub(crate) wall: Option<Spread>,
    /// How many times faster than the reference.
    pub(crate) times_loop: Option<Spread>,
    /// Its wall time in times that of the fastest program, round by round.
    pub(crate) against_fastest: Option<Ratios>,
    /// User and system time of the whole process tree: the median of the runs, as the next five.
    pub(crate) cpu: Option<f64>,
    /// Cores that were busy on average.
    pub(crate) cores: Option<f64>,
    /// Until the pool was ready.
    pub(crate) startup: Option<f64>,
    /// From then until the last job was done and printed.
    pub(crate) running: Option<f64>,
    /// From telling the pool to stop until it was gone.
    pub(crate) shutdown: Option<f64>,
    /// Jobs, by wall time.
    pub(crate) jobs_per_second: Option<f64>,
    /// How often it gave up a core because it had to wait, and how often a core was taken from it,
    /// over the whole process tree.
    pub(crate) switches: Option<Switches>,
    /// What was seen inside, in a run of its own that is not timed.
    pub(crate) inside: Option<Inside>,
}

impl Entry {
    /// Whether it gave what the reference gave, in every run.
    pub(crate) fn is_sound(&self) -> bool {
        matches!(self.output, Output::Reference | Output::Same)
    }

    /// Whether it counts: it gave what the reference gave, and was timed.
    pub(crate) fn is_timed(&self) -> bool {
        self.is_sound() && self.wall.is_some()
    }

    /// Whether it ran often enough to say how sure its median is.
    pub(crate) fn has_bounds(&self) -> bool {
        self.wall.is_some_and(|wall| wall.low.is_some())
    }

    /// The median wall time; endless if it was not timed.
    pub(crate) fn median_wall(&self) -> f64 {
        self.wall.map_or(f64::INFINITY, |wall| wall.median)
    }
}

/// How an output compares with the reference's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Output {
    /// It is the one that the others are held against.
    Reference,
    /// The same bytes, and the same jobs failed in the same way.
    Same,
    /// Other bytes.
    Differs,
    /// The same bytes, but other jobs failed, or in another way.
    FailsOtherwise,
    /// A failed job ended the run early, as it was told to.
    Stopped,
    /// The program died, and the whole run with it.
    Lost,
}

impl Output {
    /// Whether what came is not what should have come.
    pub(crate) fn is_bad(self) -> bool {
        matches!(self, Self::Differs | Self::FailsOtherwise | Self::Lost)
    }

    /// What it is called in the document.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Same => "same",
            Self::Differs => "differs",
            Self::FailsOtherwise => "fails-otherwise",
            Self::Stopped => "stopped",
            Self::Lost => "lost",
        }
    }
}

/// One timed run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Timed {
    /// The round, from 1. The reference also runs before the first, in round 0, and after the last.
    pub(crate) round: usize,
    /// Its place among all timed runs, from 0.
    pub(crate) place: usize,
    /// From starting the program until it was gone.
    pub(crate) wall: f64,
    /// User and system time of the whole process tree.
    pub(crate) cpu: f64,
    /// Until the pool was ready.
    pub(crate) startup: Option<f64>,
    /// From telling the pool to stop until it was gone.
    pub(crate) shutdown: Option<f64>,
    /// Bytes that came from a disk.
    pub(crate) read: u64,
}

/// A median, and the bounds between which the true one lies in 95 of 100 cases, if there were
/// runs enough to say.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Spread {
    /// The middle.
    pub(crate) median: f64,
    /// The lower bound.
    pub(crate) low: Option<f64>,
    /// The upper bound.
    pub(crate) high: Option<f64>,
}

/// The wall times of one program in times those of another, round by round.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Ratios {
    /// The name of the other.
    pub(crate) of: String,
    /// The ratio in each round.
    pub(crate) by_round: Vec<f64>,
    /// Their median and its bounds.
    pub(crate) spread: Spread,
    /// In how many of them it took longer.
    pub(crate) longer_in: usize,
    /// Whether both ran in the same rounds. If not, the median of the one that ran less stands for
    /// it.
    pub(crate) paired: bool,
}
