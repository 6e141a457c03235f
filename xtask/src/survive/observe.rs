//! One run with one culprit, watched from outside. Nothing here judges.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;

use super::kind::Kind;
use super::listen::{Line, Listening};
use super::{orphans, trial};
use crate::decide;
use crate::measure::{Deadline, End, Interrupts, Report, system};

/// What was seen of one run.
#[derive(Debug)]
pub(super) struct Observation {
    /// How the program ended.
    pub(super) end: End,
    /// What it says of its run, if it came so far.
    pub(super) report: Option<Report>,
    /// What it printed on stdout, and when.
    pub(super) lines: Vec<Line>,
    /// The last line that it wrote on stderr.
    pub(super) last_words: Option<String>,
    /// Processes that outlived it, if the system tells; they are gone by now.
    pub(super) processes: Option<usize>,
    /// Files that it left in its folders.
    pub(super) files: Vec<String>,
}

/// Runs the binary with a culprit of this kind. A run that takes longer than `patience` is killed.
pub(super) fn observe(
    binary: &Path,
    kind: Kind,
    patience: Duration,
    interrupts: &Interrupts,
) -> anyhow::Result<Observation> {
    interrupts.check()?;
    let folder = || tempfile::tempdir().context("cannot make a temporary folder");
    // Whatever is there afterwards, the run has left there.
    let (home, for_report) = (folder()?, folder()?);
    let report_file = for_report.path().join("report.json");
    let mut stderr = tempfile::tempfile().context("cannot make a temporary file")?;
    let mut command = Command::new(binary);
    command
        .arg("--quiet")
        .arg("--report")
        .arg(&report_file)
        .args(trial::arguments(kind))
        .env("TMPDIR", home.path())
        .current_dir(home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr.try_clone()?);
    system::lead_a_group(&mut command);
    let cannot = || format!("cannot run {}", binary.display());
    let mut child = command.spawn().with_context(cannot)?;
    let forwarding = interrupts.forward_to(child.id());
    let deadline = Deadline::start(child.id(), patience);
    let stdout = child.stdout.take().with_context(cannot)?;
    let listening = Listening::start(stdout);
    let status = child.wait().with_context(cannot)?;
    let missed = deadline.missed();
    drop(forwarding);
    // Before its group is killed: what dies by that was left behind.
    let processes = orphans::end(home.path());
    system::kill_group(child.id());
    interrupts.check()?;

    let mut files = names_in(home.path())?;
    files.extend(names_in(for_report.path())?);
    files.retain(|name| name != "report.json");
    Ok(Observation {
        end: missed.map_or_else(|| End::from(status), End::GaveUp),
        report: Report::read(&report_file)?,
        lines: listening.lines(),
        last_words: decide::last_line(&mut stderr)?,
        processes,
        files,
    })
}

fn names_in(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
