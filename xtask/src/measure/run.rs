//! One run of one program, measured from outside.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::deadline::Deadline;
use super::memory::{Memory, Sampler};
use super::system::Used;
use super::{End, Interrupts, Measured, Program, Report, Run, Stdin, cache, system};

/// In the arguments, it stands for a folder that each run has for itself, and that is gone with the run.
pub(crate) const OWN_FOLDER: &str = "{own folder}";

/// What all runs of a comparison have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bench<'a> {
    /// The workload, its arguments and options, handed on as they came.
    pub(crate) args: &'a [OsString],
    /// What each run reads on its standard input.
    pub(crate) stdin: &'a Stdin,
    /// A run that takes longer is killed.
    pub(crate) give_up_after: Option<Duration>,
    /// The files that each run is to find on disk and not in memory, if so.
    pub(crate) cold: Option<&'a [PathBuf]>,
    /// Where a Ctrl-C arrives.
    pub(crate) interrupts: &'a Interrupts,
}

/// How closely a run is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look<'a> {
    /// By the clock only, so that looking costs the run nothing.
    Clock,
    /// Its memory is sampled.
    Memory,
    /// The same, and it keeps a log of its jobs there. Both cost it time.
    Inside(&'a Path),
}

impl Bench<'_> {
    /// Runs the program once. Whatever it comes to is a measurement; an error is that it could not
    /// be started or watched, or that we were interrupted.
    pub(crate) fn run(&self, program: &Program, look: Look<'_>) -> anyhow::Result<Run> {
        self.interrupts.check()?;
        if let Some(cold) = self.cold {
            cache::evict(cold);
        }
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let report_file = folder.path().join("report.json");
        // Files rather than pipes: outputs can be huge, nobody has to keep up with reading, and
        // an orphan that holds one open delays nothing.
        let stdout = tempfile::tempfile().context("cannot make a temporary file")?;
        let stderr = tempfile::tempfile().context("cannot make a temporary file")?;
        let mut command = program.command();
        command.arg("--report").arg(&report_file).arg("--quiet");
        if let Look::Inside(joblog) = look {
            command.arg("--joblog").arg(joblog);
        }
        let own_folder = folder.path().join("own");
        let args = program.args(self.args).map(|arg| match arg.to_str() {
            Some(OWN_FOLDER) => own_folder.as_os_str(),
            _ => arg,
        });
        command
            .args(args)
            .stdin(self.stdin.again()?)
            .stdout(stdout.try_clone()?)
            .stderr(stderr.try_clone()?);
        let watched = self.watch(command, look != Look::Clock).with_context(|| {
            let file = program.file().display();
            format!("cannot run `{}` ({file})", program.name)
        })?;
        self.interrupts.check()?;
        let report = Report::read(&report_file)?;
        let said = report.as_ref();
        let measured = Measured {
            wall: watched.wall,
            // The system does not count workers that nobody waited for.
            cpu: watched.used.cpu.max(said.map_or(Duration::ZERO, |report| {
                Duration::try_from_secs_f64(report.cpu).unwrap_or_default()
            })),
            memory: watched.memory.map(|memory| Memory {
                // Samples miss what lived for less than a moment.
                peak: memory.peak.max(said.map_or(0, |report| report.peak_memory)),
                ..memory
            }),
            read: watched.used.read,
            switches: watched.used.switches,
            end: watched.end,
            report,
        };
        Ok(Run {
            measured,
            stdout,
            stderr,
        })
    }

    fn watch(&self, mut command: Command, sample: bool) -> std::io::Result<Watched> {
        system::lead_a_group(&mut command);
        let before = system::used_by_children();
        let began = Instant::now();
        let mut child = command.spawn()?;
        let group = child.id();
        let forwarding = self.interrupts.forward_to(group);
        let memory = sample.then(|| Sampler::start(group));
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
            memory: memory.map(Sampler::finish),
            end: missed.map_or_else(|| End::from(status), End::GaveUp),
        })
    }
}

/// What is seen of a program from outside.
struct Watched {
    wall: Duration,
    used: Used,
    memory: Option<Memory>,
    end: End,
}
