//! `ci`: everything that must hold before a change goes in, in the order in which it fails fastest.

mod examples;
mod readme;

use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;

use crate::measure::Interrupted;
use crate::print::{self, duration, say};
use crate::{cargo, compare, soak, survive, trust};

/// For how long the process pool is soaked.
const SOAK: Duration = Duration::from_secs(5);

/// Run what CI runs: all steps in order, until one fails
///
/// With names, only those steps: `cargo xtask ci clippy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The steps to run; all if none is named
    #[arg(value_enum)]
    steps: Vec<Step>,
}

/// What CI checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The code is formatted
    Fmt,
    /// Clippy has nothing to say
    Clippy,
    /// The tests pass
    Test,
    /// The documentation builds without warnings
    Doc,
    /// Every example runs and prints something
    Examples,
    /// The README's commands work
    Readme,
    /// A quick tour of the catalog gives the same output on all patterns
    Compare,
    /// A comparison of a program with itself names no winner
    Trust,
    /// A job that misbehaves takes with it what the documentation promises
    Survive,
    /// Hostile jobs, kills and cancels break no promise of the process pool for some seconds
    Soak,
}

/// Runs the steps; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let steps = match args.steps.as_slice() {
        [] => Step::value_variants(),
        named => named,
    };
    let mut done: Vec<(Step, Duration)> = Vec::new();
    for &step in steps {
        say(&format!("==> {}: {}", step.name(), step.what()))?;
        let began = Instant::now();
        if let Err(error) = step.run() {
            if error.is::<Interrupted>() {
                return Err(error);
            }
            // What it printed comes before what is said of it.
            std::io::stdout().flush()?;
            let name = step.name();
            eprintln!("error: {name}: {error:#}\nOnly this step: cargo xtask ci {name}");
            return Ok(1);
        }
        done.push((step, began.elapsed()));
        say(&format!(
            "==> {}: ok in {}",
            step.name(),
            duration(began.elapsed())
        ))?;
    }
    let summary = done
        .iter()
        .map(|(step, took)| format!("{} {}", step.name(), duration(*took)));
    say(&format!(
        "==> all ok: {}",
        summary.collect::<Vec<_>>().join(", ")
    ))?;
    Ok(0)
}

impl Step {
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn what(self) -> String {
        let value = self.to_possible_value();
        let help = value.as_ref().and_then(|value| value.get_help());
        help.map_or_else(String::new, ToString::to_string)
    }

    fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Fmt => cargo(&["fmt", "--all", "--", "--check"], &[]),
            Self::Clippy => cargo(
                &[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--all-features",
                    "--",
                    "-D",
                    "warnings",
                ],
                &[],
            ),
            Self::Test => {
                cargo(&["test"], &[])?;
                // What is only built with a feature. With all at once, what is measured would have it too;
                // and without the command line, there is little to build.
                let tracing = ["--no-default-features", "--features", "tracing"];
                cargo(
                    &[&["test", "-p", "async-pattern"], &tracing[..]].concat(),
                    &[],
                )
            }
            Self::Doc => cargo(
                &["doc", "--workspace", "--no-deps"],
                &[("RUSTDOCFLAGS", "-D warnings")],
            ),
            Self::Examples => examples::run(),
            Self::Readme => readme::run(),
            Self::Compare => compare(),
            Self::Trust => trust(),
            Self::Survive => survive(),
            Self::Soak => soak(),
        }
    }
}

fn cargo(args: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut cargo = cargo::command();
    cargo.current_dir(cargo::root()).args(args);
    cargo.envs(environment.iter().copied());
    let line = format!("cargo {}", args.join(" "));
    succeed(&mut cargo, &line)
}

fn compare() -> anyhow::Result<()> {
    let args = compare::Args {
        quick: true,
        ..compare::Args::default()
    };
    match compare::run(&args)? {
        0 => Ok(()),
        code => bail!("`cargo xtask compare --quick` ended with exit code {code}"),
    }
}

fn trust() -> anyhow::Result<()> {
    match trust::twins_in_short()? {
        0 => Ok(()),
        code => bail!("`cargo xtask trust twins` ended with exit code {code}"),
    }
}

fn survive() -> anyhow::Result<()> {
    match survive::run(&survive::Args::default())? {
        0 => Ok(()),
        code => bail!("`cargo xtask survive` ended with exit code {code}"),
    }
}

/// With a fresh seed, which is printed: so every run tries something else, and what fails can be
/// tried again.
fn soak() -> anyhow::Result<()> {
    let args = soak::Args {
        time: SOAK,
        seed: None,
        workers: None,
    };
    match soak::run(&args)? {
        0 => Ok(()),
        code => bail!("`cargo xtask soak` ended with exit code {code}"),
    }
}

fn succeed(command: &mut Command, line: &str) -> anyhow::Result<()> {
    let status = command.status();
    let status = status.with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {}", print::status(status));
    }
    Ok(())
}
