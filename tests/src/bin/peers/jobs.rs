//! The jobs that all sides run: ours through a pool, a peer's in whatever way it has.

use std::hint::black_box;
use std::time::Instant;

use bytes::Bytes;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use processpool_pattern::{Job, Portable};
use serde::{Deserialize, Serialize};

use crate::Amount;
use crate::previews::Preview;

/// A number to be squared.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Square(pub(crate) u64);

/// So many rounds of a generator of random numbers, which no compiler can shorten.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Spin(pub(crate) u64);

/// Bytes that come back as they are. To clone them copies nothing, just as Python's objects are not
/// copied where they are only named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Echo(pub(crate) Bytes);

/// Kills its worker, or does nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Fate {
    Die,
    Live,
}

/// What a worker process can be sent.
pub(crate) fn register(jobs: &mut processpool_pattern::Registry) {
    jobs.add::<Square>()
        .add::<Spin>()
        .add::<Echo>()
        .add::<Fate>()
        .add::<Preview>();
}

/// A compiler that saw through this would leave nothing to measure.
pub(crate) fn square(n: u64) -> u64 {
    black_box(n).wrapping_mul(n)
}

/// One loop takes about a nanosecond: see [`calibrate`].
pub(crate) fn spin(loops: u64) -> u64 {
    let mut state = loops | 1;
    for _ in 0..loops {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    black_box(state)
}

/// What so many loops take, at best: whatever else runs can only make it longer.
pub(crate) fn calibrate(loops: u64) -> Amount {
    let time = |_| {
        let began = Instant::now();
        spin(loops);
        began.elapsed().as_secs_f64()
    };
    Amount::Seconds((0..9).map(time).fold(f64::INFINITY, f64::min))
}

impl Job for Square {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        Ok(square(self.0))
    }
}

impl Portable for Square {
    const NAME: &'static str = "square";
}

impl Job for Spin {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        Ok(spin(self.0))
    }
}

impl Portable for Spin {
    const NAME: &'static str = "spin";
}

impl Job for Echo {
    type Output = Bytes;

    fn run(&self) -> anyhow::Result<Bytes> {
        Ok(self.0.clone())
    }
}

impl Portable for Echo {
    const NAME: &'static str = "echo";
}

impl Job for Fate {
    type Output = ();

    fn run(&self) -> anyhow::Result<()> {
        match self {
            Self::Die => Ok(kill(Pid::this(), Signal::SIGKILL)?),
            Self::Live => Ok(()),
        }
    }
}

impl Portable for Fate {
    const NAME: &'static str = "fate";
}
