//! What a job is, asked of a binary.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{Bench, Deadline, system};

/// An answer that takes longer is not waited for: it is a help, and no part of the comparison.
const LIMIT: Duration = Duration::from_secs(20);

/// Characters of the answer that are of use.
const ENOUGH: usize = 400;

/// What the job at this place in the input is, as the binary shows it with `--show-job`. Nothing if
/// it does not say.
pub(crate) fn what_is_job(bench: &Bench<'_>, binary: &Path, job: u64) -> Option<String> {
    let answer = ask(bench, binary, job).ok()??;
    let line = answer.lines().next()?;
    let mut shown: String = line.chars().take(ENOUGH).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    Some(shown)
}

/// What it prints, if it ends as it should.
fn ask(bench: &Bench<'_>, binary: &Path, job: u64) -> std::io::Result<Option<String>> {
    let mut answer: File = tempfile::tempfile()?;
    let mut command = Command::new(binary);
    command
        .args(["--show-job", &job.to_string()])
        .args(bench.args)
        .stdin(bench.stdin.again().map_err(std::io::Error::other)?)
        .stdout(answer.try_clone()?)
        .stderr(std::process::Stdio::null());
    system::lead_a_group(&mut command);
    let mut child = command.spawn()?;
    let forwarding = bench.interrupts.forward_to(child.id());
    let deadline = Deadline::start(child.id(), LIMIT);
    let status = child.wait()?;
    drop(forwarding);
    let is_late = deadline.missed().is_some();
    if is_late || !status.success() {
        return Ok(None);
    }
    let mut text = Vec::new();
    answer.rewind()?;
    // Of any character, four bytes are the most.
    answer.take(4 * ENOUGH as u64 + 4).read_to_end(&mut text)?;
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}
