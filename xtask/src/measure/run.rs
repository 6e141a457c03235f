//! One run of one binary, measured from outside.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::deadline::Deadline;
use super::memory::Sampler;
use super::system::Used;
use super::{End, Interrupts, Measured, Report, Run, Stdin, system};
use crate::pattern::Pattern;

/// What all runs of a comparison have in common.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    /// The workload, its arguments and options, handed on as they came.
    pub(crate) args: &'a [OsString],
    /// What each run reads on its standard input.
    pub(crate) stdin: &'a Stdin,
    /// A run that takes longer is killed.
    pub(crate) give_up_after: Option<Duration>,
    /// Where a Ctrl-C arrives.
    pub(crate) interrupts: &'a Interrupts,
}

impl Bench<'_> {
    /// Runs the binary once. Whatever it comes to is a measurement; an error is that it could not
    /// be started or watched, or that we were interrupted.
    pub(crate) fn run(&self, pattern: Pattern, binary: &Path) -> anyhow::Result<Run> {
        self.interrupts.check()?;
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let report_file = folder.path().join("report.json");
        // Files rather than pipes: outputs can be huge, nobody has to keep up with reading, and
        // an orphan that holds one open delays nothing.
        let stdout = tempfile::tempfile().context("cannot make a temporary file")?;
        let stderr = tempfile::tempfile().context("cannot make a temporary file")?;
        let mut command = Command::new(binary);
        command
            .arg("--report")
            .arg(&report_file)
            .arg("--quiet")
            .args(self.args)
            .stdin(self.stdin.again()?)
            .stdout(stdout.try_clone()?)
            .stderr(stderr.try_clone()?);
        let watched = self.watch(command).with_context(|| {
            let file = binary.display();
            format!("cannot run `{}` ({file})", pattern.binary())
        })?;
        self.interrupts.check()?;
        let report = Report::read(&report_file)?;
        let said = report.as_ref();
        let measured = Measured {
            pattern,
            wall: watched.wall,
            // The system does not count workers that nobody waited for; samples miss what lived
            // for less than a moment. The program's own word fills both gaps.
            cpu: watched.used.cpu.max(said.map_or(Duration::ZERO, |report| {
                Duration::try_from_secs_f64(report.cpu).unwrap_or_default()
            })),
            peak_memory: watched
                .peak_memory
                .max(said.map_or(0, |report| report.peak_memory)),
            read: watched.used.read,
            end: watched.end,
            report,
        };
        Ok(Run {
            measured,
            stdout,
            stderr,
        })
    }

    fn watch(&self, mut command: Command) -> std::io::Result<Watched> {
        system::lead_a_group(&mut command);
        let before = system::used_by_children();
        let began = Instant::now();
        let mut child = command.spawn()?;
        let group = child.id();
        let forwarding = self.interrupts.forward_to(group);
        let memory = Sampler::start(group);
        let deadline = self
            .give_up_after
            .map(|limit| Deadline::start(group, limit));
        let status = child.wait()?;
        let wall = began.elapsed();
        let missed = deadline.and_then(Deadline::missed);
        drop(forwarding);
        // A program that crashed may have left workers behind.
        system::kill_group(group);
        Ok(Watched {
            wall,
            used: system::used_by_children().since(before),
            peak_memory: memory.peak(),
            end: missed.map_or_else(|| End::from(status), End::GaveUp),
        })
    }
}

/// What is seen of a program from outside.
struct Watched {
    wall: Duration,
    used: Used,
    peak_memory: u64,
    end: End,
}
