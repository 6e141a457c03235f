//! `hostile`: jobs of which every so many misbehave. It shows who survives what.

use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::bail;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{number, print_number};
use crate::{Job, Portable, gil, values};

/// A job that gives back its index, unless it is to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hostile {
    /// The index.
    pub index: u32,
    /// How to misbehave.
    pub kind: Option<Kind>,
}

/// A way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
pub enum Kind {
    /// Returns an error.
    Error,
    /// Panics.
    Panic,
    /// Aborts the process.
    Abort,
    /// Exits the process with code 7.
    Exit,
    /// Overflows the stack.
    Overflow,
    /// Waits for ever, at an await if it can. Give it a `--timeout`.
    Hang,
    /// Computes for ever, and never awaits. Give it a `--timeout`.
    Spin,
    /// Allocates until it gets no more; at 1 GiB it ends as the system's out-of-memory killer
    /// would end it.
    Oom,
    /// Kills its own process with SIGKILL.
    Kill,
}

impl Job for Hostile {
    type Output = u32;

    fn run(&self) -> anyhow::Result<u32> {
        match self.kind {
            None => return Ok(self.index),
            Some(Kind::Error) => bail!("job {} fails on purpose", self.index),
            Some(Kind::Panic) => panic!("job {} panics on purpose", self.index),
            Some(Kind::Abort) => std::process::abort(),
            Some(Kind::Exit) => std::process::exit(7),
            Some(Kind::Overflow) => drop(overflow(0)),
            Some(Kind::Hang) => loop {
                gil::while_waiting(|| std::thread::sleep(Duration::from_secs(1)));
            },
            Some(Kind::Spin) => loop {
                std::hint::spin_loop();
            },
            Some(Kind::Oom) => allocate(),
            Some(Kind::Kill) => kill(),
        }
        bail!("job {} survived what nobody survives", self.index)
    }

    async fn run_async(&self) -> anyhow::Result<u32> {
        match self.kind {
            Some(Kind::Hang) => std::future::pending().await,
            _ => self.run(),
        }
    }
}

impl Portable for Hostile {
    const NAME: &'static str = "hostile";
}

/// Recurses until the stack is used up. The array and the use of the result keep the compiler from
/// making a loop of it.
#[expect(unconditional_recursion, reason = "that is the point")]
fn overflow(depth: u64) -> [u64; 64] {
    let mut frame = std::hint::black_box([depth; 64]);
    frame[0] = overflow(depth + 1)[63] + frame[1];
    frame
}

fn allocate() {
    const STEP: usize = 16 << 20;
    const MOST: usize = 1 << 30;
    let mut hoard = Vec::new();
    for _ in 0..MOST / STEP {
        hoard.push(std::hint::black_box(vec![1_u8; STEP]));
    }
    kill();
}

#[cfg(unix)]
fn kill() {
    let myself = nix::unistd::Pid::this();
    // It cannot fail: a process may always kill itself.
    let _ = nix::sys::signal::kill(myself, nix::sys::signal::SIGKILL);
    // The signal is on its way to this very thread.
    std::thread::sleep(Duration::from_secs(1));
}

#[cfg(not(unix))]
fn kill() {
    std::process::abort();
}

/// Jobs of which every K-th misbehaves, the kinds in turn: who survives what.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// How many jobs
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = values::count, allow_negative_numbers = true)]
    count: u32,
    /// Every how many jobs one misbehaves
    #[arg(long, value_name = "K", default_value = "10", value_parser = values::at_least_one, allow_negative_numbers = true)]
    every: NonZeroUsize,
    /// How they misbehave, in turn
    #[arg(
        long,
        value_name = "KIND,...",
        value_delimiter = ',',
        default_value = "error,panic"
    )]
    kinds: Vec<Kind>,
}

pub(super) struct Workload;

impl super::Workload for Workload {
    const NAME: &'static str = Hostile::NAME;
    type Job = Hostile;
    type Args = Args;

    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Hostile>> {
        Ok((0..args.count).map(|index| job(args, index)))
    }

    fn parse(args: &Args, line: &[u8]) -> anyhow::Result<Hostile> {
        number(line, "a whole number").map(|index| job(args, index))
    }

    fn print(output: &u32, line: &mut Vec<u8>) {
        print_number(*output, line);
    }
}

/// The last of every `args.every` jobs misbehaves.
fn job(args: &Args, index: u32) -> Hostile {
    let (turn, place) = (index as usize / args.every, index as usize % args.every);
    let misbehaves = place == args.every.get() - 1;
    let mut kinds = args.kinds.iter().copied().cycle();
    let kind = kinds.nth(turn % args.kinds.len().max(1));
    Hostile {
        index,
        kind: kind.filter(|_| misbehaves),
    }
}
