//! One run of one side: a program that measures itself and prints what it found.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;

use super::document::Unit;
use super::row::{Program, Programs, Side};
use crate::cargo;
use crate::decide::last_line;
use crate::measure::{Deadline, Interrupts, system};
use crate::print;

/// A side that has not ended by then never will.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a job took, on average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cost {
    pub(super) unit: Unit,
    pub(super) per_job: f64,
    /// How long the whole program ran.
    pub(super) wall: Duration,
}

/// What a program prints: `{"seconds":0.04,"jobs":4000000}`, or `{"skipped":"why","jobs":1}`.
#[derive(Debug, Deserialize)]
struct Answer {
    seconds: Option<f64>,
    bytes: Option<f64>,
    skipped: Option<String>,
    jobs: f64,
}

/// The machine does not allow what was to be measured. As an error, because nothing was measured; but
/// nothing failed either.
#[derive(Debug)]
pub(super) struct NotHere(pub(super) String);

impl std::fmt::Display for NotHere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotHere {}

/// What runs the sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Runner<'a> {
    pub(super) programs: Programs<'a>,
    pub(super) interrupts: &'a Interrupts,
}

impl Runner<'_> {
    /// Runs one side once. An error is that it failed; whether we were interrupted is for the caller
    /// to ask.
    pub(super) fn run(&self, side: &Side, loops_a_micro: f64) -> anyhow::Result<Cost> {
        let mut command = self.command(side)?;
        let args = side.args(loops_a_micro);
        command.args(&args);
        let what = || format!("{} {}", command_name(side), args.join(" "));
        self.ask(command).with_context(what)
    }

    fn command(&self, side: &Side) -> anyhow::Result<Command> {
        match side.program {
            Program::Rust => Ok(Command::new(self.programs.rust)),
            Program::Python => {
                let python = self.programs.python.context("there is no Python")?;
                let mut command = Command::new(python);
                command.arg(cargo::root().join("xtask/python/peers.py"));
                command.arg("--echo").arg(self.programs.rust);
                Ok(command)
            }
        }
    }

    fn ask(&self, mut command: Command) -> anyhow::Result<Cost> {
        // Files, so that nobody has to read along, and an orphan that holds one open delays nothing.
        let mut stdout = tempfile::tempfile()?;
        let mut stderr = tempfile::tempfile()?;
        command
            .stdin(Stdio::null())
            .stdout(stdout.try_clone()?)
            .stderr(stderr.try_clone()?);
        system::lead_a_group(&mut command);
        let began = Instant::now();
        let mut child = command.spawn().context("cannot start it")?;
        let group = child.id();
        let forwarding = self.interrupts.forward_to(group);
        let deadline = Deadline::start(group, PATIENCE);
        let status = child.wait()?;
        let wall = began.elapsed();
        let missed = deadline.missed();
        drop(forwarding);
        // One that crashed may have left workers behind.
        system::kill_group(group);
        if let Some(limit) = missed {
            bail!("it did not end in {}", print::duration(limit));
        }
        if !status.success() {
            let words = last_line(&mut stderr)?.unwrap_or_default();
            bail!("it ended with {}: {words}", print::status(status));
        }
        cost(&mut stdout, wall)
    }
}

fn command_name(side: &Side) -> &'static str {
    match side.program {
        Program::Rust => "peers",
        Program::Python => "peers.py",
    }
}

fn cost(stdout: &mut File, wall: Duration) -> anyhow::Result<Cost> {
    let mut text = String::new();
    stdout.rewind()?;
    stdout.read_to_string(&mut text)?;
    let answer: Answer = serde_json::from_str(&text)
        .with_context(|| format!("it printed {text:?}, which is no answer"))?;
    if let Some(why) = answer.skipped {
        return Err(NotHere(why).into());
    }
    let (unit, amount) = match (answer.seconds, answer.bytes) {
        (Some(seconds), None) => (Unit::Seconds, seconds),
        (None, Some(bytes)) => (Unit::Bytes, bytes),
        _ => {
            return Err(anyhow!(
                "it printed {text:?}, which is neither time nor memory"
            ));
        }
    };
    let per_job = amount / answer.jobs;
    if !(per_job.is_finite() && per_job > 0.0) {
        bail!("it printed {text:?}, which cannot be");
    }
    Ok(Cost {
        unit,
        per_job,
        wall,
    })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What a shell that runs this script is taken to have measured.
    fn answer(script: &str) -> anyhow::Result<Cost> {
        let runner = Runner {
            programs: Programs {
                rust: Path::new("sh"),
                python: None,
            },
            interrupts: &Interrupts::default(),
        };
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        runner.ask(command)
    }

    #[test]
    fn what_a_side_prints_is_shared_out_among_its_jobs() {
        let time = answer(r#"echo '{"seconds":2.0,"jobs":1000}'"#).unwrap();
        assert_eq!((time.unit, time.per_job), (Unit::Seconds, 0.002));
        let memory = answer(r#"echo '{"bytes":4096,"jobs":8}'"#).unwrap();
        assert_eq!((memory.unit, memory.per_job), (Unit::Bytes, 512.0));
    }

    #[test]
    fn a_side_may_say_why_it_measures_nothing() {
        let error = answer(r#"echo '{"skipped":"too few files","jobs":1}'"#).unwrap_err();
        assert_eq!(error.downcast::<NotHere>().unwrap().0, "too few files");
    }

    #[test]
    fn a_side_that_fails_is_an_error_with_its_last_words() {
        let words = |script: &str| format!("{:#}", answer(script).unwrap_err());
        let last = words("echo first >&2; echo no more descriptors >&2; exit 3");
        assert_eq!(last, "it ended with exit code 3: no more descriptors");
        let killed = words("kill -9 $$");
        assert!(killed.contains("SIGKILL"), "{killed}");
        for nonsense in [
            "echo hello",
            r#"echo '{"jobs":1}'"#,
            r#"echo '{"seconds":1,"bytes":1,"jobs":1}'"#,
            r#"echo '{"seconds":0,"jobs":1}'"#,
            r#"echo '{"seconds":1,"jobs":0}'"#,
        ] {
            assert!(words(nonsense).starts_with("it printed "), "{nonsense}");
        }
    }

    #[test]
    fn a_side_in_python_needs_one() {
        let runner = Runner {
            programs: Programs {
                rust: Path::new("sh"),
                python: None,
            },
            interrupts: &Interrupts::default(),
        };
        let side = Side::python("Python", "gather", 1);
        let error = runner.run(&side, 1.0).unwrap_err();
        assert!(format!("{error:#}").contains("there is no Python"));
    }
}
