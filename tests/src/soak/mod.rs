//! The soak: rounds of healthy and hostile jobs on process pools, with signals thrown at the workers
//! and cancels at the jobs, until the time is up. `cargo xtask soak` runs it.
//!
//! What a round does is drawn from a seed, so it can be done again. When a signal comes and which
//! job it hits is up to the system, so a repeated round is much the same but never equal.

mod args;
mod begun;
mod client;
mod console;
mod deeds;
mod job;
mod judge;
mod ledger;
mod memory;
mod plan;
mod reckon;
mod round;
mod tally;
mod tormentor;
mod victim;
mod watch;

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use processpool_pattern::{Options, ProcessPool};
use rustix::process::{Resource, Rlimit, setrlimit};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::system::Holdings;

pub use args::Args;
pub use job::register;

use begun::Begun;
use console::Console;
use memory::Memory;
use plan::Plan;
use tally::Tally;
use victim::Victim;
use watch::Steps;

/// Of so many broken promises of a round one hears: many have the same cause.
const MOST_LINES: usize = 20;
/// How long what a pool held may take to be gone. The system takes a thread off its list a moment
/// after it has ended.
const AFTERGLOW: Duration = Duration::from_secs(10);

/// Jobs abort by the hundred.
const NO_CORE_FILES: Rlimit = Rlimit {
    current: Some(0),
    maximum: Some(0),
};

const BROKEN: u8 = 1;
const INTERRUPTED: u8 = 130;

/// Soaks, says how it went, and gives the exit code.
#[must_use]
pub fn main(args: &Args) -> ExitCode {
    match soak(args) {
        Ok(code) => code.into(),
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn soak(args: &Args) -> anyhow::Result<u8> {
    let seed = args.seed.unwrap_or_else(|| fastrand::u32(..).into());
    println!("seed {seed} (repeat with --seed {seed})");
    let interrupted = listen().context("cannot listen for Ctrl-C")?;
    setrlimit(Resource::Core, NO_CORE_FILES).context("cannot do without core files")?;
    let console = Console::new(&args.dir)?;
    let steps = Arc::new(Steps::default());
    watch::watch(&steps, args.patience, |told| hung(&told))?;
    let begun = Begun::new(&args.dir);
    // What the first pool of a process makes once and for all is not left behind by the others.
    drop(ProcessPool::new(Options::new().workers(2))?);
    let before = Holdings::now();

    let (mut tally, mut memory) = (Tally::default(), Memory::default());
    let began = Instant::now();
    for seed in seed.. {
        let plan = Plan::new(seed, args.workers);
        steps.doing("seed", seed.to_string());
        steps.doing("options", format!("{:?}", plan.options));
        let mut round = round::run(&plan, &begun, &steps)?;
        if let Err(left) = before.back_within(AFTERGLOW) {
            round.broken.push(format!("left behind by a pool: {left}"));
        }
        memory.look();
        tally.add(&plan, &round);
        if !round.broken.is_empty() {
            drop(console);
            broken(&plan, args.workers, &round.broken);
            return Ok(BROKEN);
        }
        console.forget()?;
        console.progress(&format!("{:.0?}: {}", began.elapsed(), tally.brief()));
        if began.elapsed() >= args.time || interrupted.load(Ordering::Relaxed) {
            break;
        }
    }
    drop(console);
    println!("{tally}");
    println!("memory   {} at most", memory::peak());
    match memory.judge() {
        Ok(memory) => println!("         {memory}"),
        Err(grown) => {
            println!("broken: {grown}");
            return Ok(BROKEN);
        }
    }
    let took = began.elapsed().as_secs_f64();
    println!("all promises held for {took:.1} s");
    let code = if interrupted.load(Ordering::Relaxed) {
        INTERRUPTED
    } else {
        0
    };
    Ok(code)
}

/// Says which promises a round has broken.
fn broken(plan: &Plan, workers: Option<NonZeroUsize>, lines: &[String]) {
    for line in lines.iter().take(MOST_LINES) {
        println!("broken: {line}");
    }
    if let Some(more) = lines.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        println!("... and {more} more");
    }
    println!("the pool: {:?}", plan.options);
    let workers = match workers {
        Some(workers) => format!(" --workers {workers}"),
        None => String::new(),
    };
    let seed = plan.seed;
    println!("That round comes first with: cargo xtask soak --seed {seed}{workers}");
}

/// Nothing goes on any more: says what is known, and leaves no worker behind.
fn hung(told: &str) {
    println!("\nbroken: nothing has happened for a long time\n{told}");
    for worker in victim::children().into_iter().filter_map(Victim::take) {
        worker.kill();
    }
    std::process::exit(BROKEN.into());
}

/// Notes a Ctrl-C; a second one ends the process.
fn listen() -> std::io::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, interrupted.clone())?;
        flag::register(signal, interrupted.clone())?;
    }
    Ok(interrupted)
}
