//! A job that does what it is told, and writes down that it did.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::bail;
use serde::{Deserialize, Serialize};
use workload::{Job, Portable, gil};

use super::fork;
use crate::Log;
use crate::system::PATIENCE;

/// A job that gives back its index after it has done what it was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// The index.
    pub index: u64,
    /// What to do.
    pub deed: Deed,
    /// Where to write down that it starts and that it ends.
    pub log: Option<Log>,
}

/// What a job can be told to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Deed {
    /// Nothing more.
    Nothing,
    /// Wait so long.
    Nap(Duration),
    /// Hold the thread for so long, also where a job could wait without that.
    Hold(Duration),
    /// Wait until there is something at this path.
    Await(PathBuf),
    /// The same, but hold the thread.
    Block(PathBuf),
    /// Return an error.
    Fail,
    /// Return an error once there is something at this path.
    FailAfter(PathBuf),
    /// Panic.
    Panic,
    /// Abort the process.
    Abort,
    /// Exit with this code.
    Exit(i32),
    /// End the process by SIGKILL.
    Kill,
    /// The same, but only the first time that this job runs; so it needs a log.
    KillOnce,
    /// Overflow the stack.
    Overflow,
    /// Compute for ever.
    Spin,
    /// Print this to stdout.
    Print(String),
    /// Print this to stdout, and abort the process.
    PrintAndAbort(String),
    /// Start a process that lives on and has this one's stdout, and write its number there.
    Leave(PathBuf),
    /// The same, but in a process group of its own.
    LeaveAlone(PathBuf),
    /// Fork, so that there is a copy of this process that lives on with all that is open in it, and
    /// abort the process.
    ForkAndAbort,
}

impl Act {
    /// A job that only gives back its index.
    #[must_use]
    pub fn new(index: u64) -> Self {
        Self {
            index,
            deed: Deed::Nothing,
            log: None,
        }
    }

    /// The same job, which does this.
    #[must_use]
    pub fn does(self, deed: Deed) -> Self {
        Self { deed, ..self }
    }

    /// The same job, which writes down there what it does.
    #[must_use]
    pub fn logs(self, log: &Log) -> Self {
        let log = Some(log.clone());
        Self { log, ..self }
    }

    fn start(&self) {
        if let Some(log) = &self.log {
            log.start(self.index);
        }
    }

    fn end(&self) -> u64 {
        if let Some(log) = &self.log {
            log.end(self.index);
        }
        self.index
    }

    fn runs_for_the_first_time(&self) -> bool {
        let log = self.log.as_ref().unwrap();
        log.starts()[&self.index] == 1
    }

    /// What can be done without waiting.
    fn act(&self) -> anyhow::Result<()> {
        match &self.deed {
            Deed::Fail | Deed::FailAfter(_) => bail!("job {} fails", self.index),
            Deed::Panic => panic!("job {} panics", self.index),
            Deed::Abort => std::process::abort(),
            Deed::Exit(code) => std::process::exit(*code),
            Deed::Kill => kill(),
            Deed::KillOnce if self.runs_for_the_first_time() => kill(),
            Deed::Overflow => drop(overflow(0)),
            Deed::Spin => loop {
                std::hint::spin_loop();
            },
            Deed::Print(text) => println!("{text}"),
            Deed::PrintAndAbort(text) => {
                println!("{text}");
                std::process::abort();
            }
            Deed::Leave(note) => leave(note, Command::new("sleep").arg("300"))?,
            Deed::LeaveAlone(note) => {
                leave(note, Command::new("sleep").arg("300").process_group(0))?;
            }
            Deed::ForkAndAbort => {
                fork::fork();
                std::process::abort();
            }
            Deed::Hold(time) => std::thread::sleep(*time),
            Deed::Block(path) => wait_for(path)?,
            Deed::Nothing | Deed::Nap(_) | Deed::Await(_) | Deed::KillOnce => {}
        }
        Ok(())
    }
}

impl Job for Act {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        self.start();
        gil::while_waiting(|| match &self.deed {
            Deed::Nap(time) => {
                std::thread::sleep(*time);
                Ok(())
            }
            Deed::Await(path) | Deed::FailAfter(path) => wait_for(path),
            _ => Ok(()),
        })?;
        self.act()?;
        Ok(self.end())
    }

    async fn run_async(&self) -> anyhow::Result<u64> {
        self.start();
        match &self.deed {
            Deed::Nap(time) => tokio::time::sleep(*time).await,
            Deed::Await(path) | Deed::FailAfter(path) => {
                while !path.exists() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            _ => {}
        }
        self.act()?;
        Ok(self.end())
    }
}

impl Portable for Act {
    const NAME: &'static str = "act";
}

/// Waits for a path, but not for ever: no thread and no process is to outlive a test that fails.
fn wait_for(path: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + 2 * PATIENCE;
    while !path.exists() {
        anyhow::ensure!(Instant::now() < deadline, "nobody made {}", path.display());
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Starts a process that nobody waits for.
fn leave(note: &Path, command: &mut Command) -> anyhow::Result<()> {
    let left = command.spawn()?;
    Ok(fs::write(note, left.id().to_string())?)
}

pub(super) fn kill() {
    let myself = nix::unistd::Pid::this();
    nix::sys::signal::kill(myself, nix::sys::signal::SIGKILL).unwrap();
    loop {
        std::thread::park(); // The signal is on its way.
    }
}

/// Overflows the stack.
#[expect(unconditional_recursion, reason = "that is the point")]
pub(crate) fn overflow(depth: u64) -> [u64; 64] {
    let mut frame = std::hint::black_box([depth; 64]);
    frame[0] = overflow(depth + 1)[63] + frame[1];
    frame
}
