//! Drawing what jobs do.

use std::time::Duration;

use fastrand::Rng;
use workload::Options;

use super::job::{Deed, Spec, Where};

/// What kind of jobs a client has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// Healthy jobs of all kinds.
    Calm,
    /// One in twelve is hostile.
    Mixed,
    /// Two in five are hostile.
    Wild,
    /// Thousands of jobs so short that they travel in large chunks, and hardly a hostile one.
    Flood,
    /// A few jobs with much to carry.
    Heavy,
    /// Short jobs, some of which give back more than travels the usual way.
    Uneven,
}

const MOODS: [Mood; 11] = [
    Mood::Calm,
    Mood::Mixed,
    Mood::Mixed,
    Mood::Mixed,
    Mood::Wild,
    Mood::Wild,
    Mood::Flood,
    Mood::Flood,
    Mood::Heavy,
    Mood::Uneven,
    Mood::Uneven,
];

impl Mood {
    pub(super) fn draw(rng: &mut Rng) -> Self {
        MOODS[rng.usize(..MOODS.len())]
    }

    fn jobs(self, rng: &mut Rng) -> u64 {
        match self {
            Self::Calm => rng.u64(1..300),
            Self::Mixed => rng.u64(1..150),
            Self::Wild => rng.u64(1..50),
            Self::Flood => rng.u64(500..8000),
            Self::Heavy => rng.u64(1..20),
            Self::Uneven => rng.u64(100..1000),
        }
    }

    fn is_hostile(self, rng: &mut Rng) -> bool {
        match self {
            Self::Calm => false,
            Self::Mixed | Self::Heavy => rng.u32(..12) == 0,
            Self::Wild => rng.u32(..5) < 2,
            Self::Flood | Self::Uneven => rng.u32(..1000) == 0,
        }
    }

    fn healthy(self, rng: &mut Rng) -> Deed {
        match self {
            Self::Flood => Deed::Nothing,
            Self::Heavy => Deed::Echo {
                there: large(rng),
                back: large(rng),
            },
            Self::Uneven => Deed::Echo {
                there: rng.usize(..20),
                back: match rng.u32(..6) {
                    0 => rng.usize(100_000..140_000),
                    1 => rng.usize(10_000..60_000),
                    _ => rng.usize(..20),
                },
            },
            Self::Calm | Self::Mixed | Self::Wild => match rng.u32(..20) {
                0..8 => Deed::Nothing,
                8..12 => Deed::Nap(Duration::from_micros(rng.u64(..5000))),
                12..16 => Deed::Compute {
                    rounds: 1 << rng.u32(4..20),
                },
                16..18 => Deed::Echo {
                    there: rng.usize(..3000),
                    back: rng.usize(..3000),
                },
                _ => Deed::Print {
                    lines: rng.u16(..30),
                    to_stderr: rng.bool(),
                },
            },
        }
    }
}

/// Sizes from nothing to several MiB, and many around those at which the way to travel changes.
fn large(rng: &mut Rng) -> usize {
    const CHANGES: [usize; 4] = [64 << 10, 128 << 10, 212_448, 1 << 20];
    match rng.u32(..8) {
        0 => rng.usize(..2),
        1 | 2 => rng.usize(..4 << 20),
        3 | 4 => rng.usize(..200_000),
        _ => CHANGES[rng.usize(..CHANGES.len())] + rng.usize(..128) - 64,
    }
}

/// A client's jobs. None is endless unless the `options` have a time limit, or `are_ended`: somebody
/// cancels all that are.
pub(super) fn specs(
    mood: Mood,
    client: u64,
    options: &Options,
    are_ended: bool,
    rng: &mut Rng,
) -> Vec<Spec> {
    // These take long: the time limit, for each attempt, or some milliseconds.
    let attempts = options.retries + 1;
    let may_hang = are_ended || options.timeout.is_some();
    let mut endless = if may_hang {
        3_u32.div_ceil(attempts)
    } else {
        0
    };
    let mut overflows = 1;
    let mut deed = |rng: &mut Rng| {
        if !mood.is_hostile(rng) {
            return mood.healthy(rng);
        }
        match hostile(rng) {
            Deed::Hang | Deed::Spin | Deed::Freeze if endless == 0 => Deed::Panic,
            Deed::Overflow if overflows == 0 => Deed::Abort,
            Deed::Hoard if options.max_memory.is_none() => Deed::Fail,
            deed => {
                endless -= u32::from(deed.is_endless());
                overflows -= u32::from(deed == Deed::Overflow);
                deed
            }
        }
    };
    // Replacing a worker takes longer than thousands of the shortest jobs.
    let most = options.max_jobs_per_worker;
    let most = most.map_or(u64::MAX, |jobs| 50 * jobs.get() as u64);
    let ids = (0..mood.jobs(rng).min(most)).map(|job| client << 32 | job);
    // Noting takes longer than the shortest jobs.
    let one_in = match mood {
        Mood::Flood | Mood::Uneven => 64,
        _ => 1,
    };
    let spec = |id: u64| Spec {
        id,
        deed: deed(rng),
        is_noted: id.is_multiple_of(one_in),
    };
    ids.map(spec).collect()
}

fn hostile(rng: &mut Rng) -> Deed {
    const SIGNALS: [i32; 3] = [9, 15, 10];
    const WHERE: [Where; 4] = [
        Where::JobHere,
        Where::JobThere,
        Where::AnswerThere,
        Where::AnswerHere,
    ];
    match rng.u32(..16) {
        0 | 1 => Deed::Fail,
        2 => Deed::Panic,
        3 | 4 => Deed::Abort,
        5 => Deed::PrintAndAbort,
        6 | 7 => Deed::Exit(rng.i32(0..4)),
        8 | 9 => Deed::Signal(SIGNALS[rng.usize(..SIGNALS.len())]),
        10 => Deed::Overflow,
        11 => Deed::Hoard,
        12 => Deed::Unsendable(WHERE[rng.usize(..WHERE.len())]),
        13 => Deed::Hang,
        14 => Deed::Spin,
        _ => Deed::Freeze,
    }
}
