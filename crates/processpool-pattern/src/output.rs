//! What jobs print: kept out of the results, and told apart by job.
//!
//! A worker's stdout and stderr are one file in memory that has no name. The worker looks at the
//! file's length after a job and marks on the board how far that job's output goes; its pool copies
//! it, job by job, to its own stderr. So nothing is lost when a worker dies, nothing is taken for
//! another job's, and nobody waits for a reader. In a chunk of over 64 jobs, which is one of very
//! short jobs, it looks only now and then, and the pool names the few jobs that it may have been.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::process::Stdio;

/// So much of what a job printed last is told of its crash.
const LAST_WORDS: usize = 1024;
/// So much is kept for that: a backtrace, which is left out, may follow it.
const KEPT: usize = 16 * 1024;
/// The line with which Rust begins a backtrace.
const BACKTRACE: &str = "stack backtrace:";
/// So much is copied at once.
const BLOCK: usize = 64 * 1024;

/// The pool's side of a worker's output.
#[derive(Debug)]
pub(crate) struct Output {
    file: Option<File>,
    /// How far it has been copied.
    copied: u64,
    /// The end of what the present job has printed.
    last_words: Vec<u8>,
    /// Where it is copied to.
    to: fn(&[u8]),
}

impl Output {
    /// A file for a new worker, and what to give it as stdout and stderr.
    ///
    /// Where there are no files without a name, a worker's output goes to stderr as it is.
    pub(crate) fn new() -> io::Result<(Self, Stdio, Stdio)> {
        let file = unnamed_file()?;
        let clone = || match &file {
            Some(file) => file.try_clone().map(Stdio::from),
            None => Ok(io::stderr().into()),
        };
        let (stdout, stderr) = (clone()?, clone()?);
        let output = Self {
            file,
            copied: 0,
            last_words: Vec::new(),
            // A stderr that is closed is no reason to fail.
            to: |lines| drop(io::stderr().write_all(lines)),
        };
        Ok((output, stdout, stderr))
    }

    /// Copies what was printed up to `mark`, where the output of `whose` job ends.
    pub(crate) fn finish(&mut self, mark: u64, whose: &str) {
        self.copy(mark, whose, true);
        self.last_words.clear();
    }

    /// Copies the whole lines up to `end` that a job has printed that still runs.
    pub(crate) fn peek(&mut self, end: u64, whose: &str) {
        self.copy(end, whose, false);
    }

    /// Copies the rest, which a dead worker's last job has printed, and gives the end of it.
    pub(crate) fn rest(&mut self, whose: &str) -> String {
        let end = self.len();
        self.copy(end, whose, true);
        let words = std::mem::take(&mut self.last_words);
        told(&String::from_utf8_lossy(&words))
    }

    /// How much was printed.
    pub(crate) fn len(&self) -> u64 {
        let metadata = self.file.as_ref().map(File::metadata);
        metadata.and_then(Result::ok).map_or(0, |file| file.len())
    }

    fn copy(&mut self, end: u64, whose: &str, to_the_end: bool) {
        while self.copied < end {
            let most = usize::try_from(end - self.copied).unwrap_or(usize::MAX);
            let block = self.read(most.min(BLOCK));
            let whole = match block.iter().rposition(|&byte| byte == b'\n') {
                // What is left of a line that is longer than a block is a line, too.
                _ if to_the_end && block.len() == most => block.len(),
                None if block.len() < BLOCK => return,
                None => block.len(),
                Some(newline) => newline + 1,
            };
            if whole == 0 {
                return;
            }
            let block = &block[..whole];
            (self.to)(&labelled(block, whose));
            self.copied += whole as u64;
            self.forget();
            self.last_words.extend_from_slice(block);
            let surplus = self.last_words.len().saturating_sub(KEPT);
            self.last_words.drain(..surplus);
        }
    }

    #[cfg(unix)]
    fn read(&self, bytes: usize) -> Vec<u8> {
        use std::os::unix::fs::FileExt;
        let mut block = vec![0; bytes];
        let read = self
            .file
            .as_ref()
            .map(|file| file.read_at(&mut block, self.copied));
        block.truncate(read.and_then(Result::ok).unwrap_or(0));
        block
    }

    #[cfg(not(unix))]
    fn read(&self, _: usize) -> Vec<u8> {
        Vec::new()
    }

    /// Gives back the memory of what has been copied.
    fn forget(&self) {
        #[cfg(target_os = "linux")]
        if let (Some(file), Ok(copied)) = (&self.file, i64::try_from(self.copied)) {
            use nix::fcntl::{FallocateFlags, fallocate};
            let hole = FallocateFlags::FALLOC_FL_PUNCH_HOLE | FallocateFlags::FALLOC_FL_KEEP_SIZE;
            // Whole pages only are given back; if none are, they are given back later.
            let _ = fallocate(file, hole, 0, copied);
        }
    }
}

/// The end of what was printed, without the backtrace that may follow what happened.
fn told(printed: &str) -> String {
    let what = printed.split(BACKTRACE).next().unwrap_or(printed).trim();
    let end = &what.as_bytes()[what.len().saturating_sub(LAST_WORDS)..];
    String::from_utf8_lossy(end).into_owned()
}

/// Lines, each after whose it is.
fn labelled(lines: &[u8], whose: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(lines.len() + 64);
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        text.extend_from_slice(whose.as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(line);
    }
    if text.last() != Some(&b'\n') {
        text.push(b'\n');
    }
    text
}

#[cfg(target_os = "linux")]
fn unnamed_file() -> io::Result<Option<File>> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    use nix::sys::memfd::{MFdFlags, memfd_create};
    let file = memfd_create("worker output", MFdFlags::MFD_CLOEXEC)?;
    // Also what a process writes that a job has started goes to the end.
    fcntl(&file, FcntlArg::F_SETFL(OFlag::O_APPEND))?;
    Ok(Some(file.into()))
}

#[cfg(not(target_os = "linux"))]
fn unnamed_file() -> io::Result<Option<File>> {
    Ok(None)
}

/// The worker's side: tells how far the output goes, when it has grown.
#[derive(Debug)]
pub(crate) struct Marker {
    stdout: Option<File>,
    marked: u64,
}

impl Marker {
    /// A marker of this process's own output.
    pub(crate) fn new() -> Self {
        Self {
            stdout: stdout(),
            marked: 0,
        }
    }

    /// How far the output goes now, or 0 if nothing has come since the last time.
    pub(crate) fn mark(&mut self) -> u64 {
        // A file that is only ever appended to is written at its end wherever it is sought; and to
        // seek costs a third of asking for all that is known of a file.
        let end = self.stdout.as_mut().map(|file| file.seek(SeekFrom::End(0)));
        let end = end.and_then(Result::ok).unwrap_or(0);
        if end == self.marked {
            return 0;
        }
        self.marked = end;
        end
    }
}

#[cfg(target_os = "linux")]
fn stdout() -> Option<File> {
    use std::os::fd::AsFd;
    let stdout = io::stdout().as_fd().try_clone_to_owned();
    stdout.ok().map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn stdout() -> Option<File> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// An output with this text in it.
    #[expect(clippy::unwrap_used, reason = "a test's helper")]
    fn output(text: &[u8]) -> Output {
        let (mut output, _, _) = Output::new().unwrap();
        output.to = |_| {};
        let mut file = output.file.as_ref().unwrap();
        file.write_all(text).unwrap();
        output
    }

    #[test]
    fn each_line_says_whose_it_is() {
        assert_eq!(labelled(b"a\nb", "job 7"), b"job 7: a\njob 7: b\n");
    }

    #[test]
    fn a_job_that_runs_is_copied_by_whole_lines() {
        let mut output = output(b"one\ntwo\nthr");
        output.peek(11, "job 1");
        assert_eq!(output.copied, 8);
        output.finish(11, "job 1");
        assert_eq!(output.copied, 11);
    }

    #[test]
    fn last_words_are_those_of_the_last_job() {
        let mut output = output(b"job one\njob two\nbye");
        output.finish(8, "job 1");
        output.peek(19, "job 2");
        assert_eq!(output.rest("job 2"), "job two\nbye");
        assert_eq!(output.rest("job 2"), "");
    }

    #[test]
    fn a_backtrace_does_not_hide_what_happened() {
        let frames = "   7: core::ops::function::FnOnce::call_once\n".repeat(200);
        let text = format!("out of luck\nstack backtrace:\n{frames}note: run with more\n");
        assert_eq!(output(text.as_bytes()).rest("job 1"), "out of luck");
    }

    #[test]
    fn much_output_is_given_back_and_little_kept() {
        let line = [b'x'; 1000];
        let mut output = output(&line.repeat(1000));
        let words = output.rest("job 1");
        assert_eq!(words.len(), LAST_WORDS);
        assert_eq!(output.copied, 1_000_000);
        use std::os::unix::fs::MetadataExt;
        let blocks = output.file.unwrap().metadata().unwrap().blocks();
        assert!(blocks * 512 < 100_000, "{blocks} blocks are still there");
    }
}
