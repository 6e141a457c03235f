//! The job log: a line for each job, in input order, written as the outcomes come.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use crate::Span;
use crate::outfile::OutFile;

/// The job log of a run. What is known stands in a file without a name until the run has ended.
pub(super) struct JobLog {
    file: OutFile,
    spool: BufWriter<File>,
    /// When the run began, in nanoseconds of [`now`](crate::span::now).
    origin: u64,
    /// Why it could not be written on, if so.
    trouble: Option<io::Error>,
}

impl JobLog {
    /// The log of a run that began at `origin`.
    pub(super) fn new(file: OutFile, origin: u64) -> anyhow::Result<Self> {
        let spool = BufWriter::new(file.spool()?);
        let mut log = Self {
            file,
            spool,
            origin,
            trouble: None,
        };
        log.write(|out, _| writeln!(out, "job,worker,start,end,computing,outcome"));
        Ok(log)
    }

    /// Writes the line of the next job: when it ran, if that is known, and how it ended.
    pub(super) fn job(&mut self, index: usize, span: Option<&Span>, outcome: &str) {
        self.write(|out, origin| match span {
            Some(span) => writeln!(
                out,
                "{index},{},{},{},{},{outcome}",
                span.worker,
                Seconds(span.start.saturating_sub(origin)),
                Seconds(span.end.saturating_sub(origin)),
                Seconds(span.computing),
            ),
            None => writeln!(out, "{index},,,,,{outcome}"),
        });
    }

    /// The run goes on without its log if that cannot be written, and says so at its end.
    fn write(&mut self, line: impl FnOnce(&mut BufWriter<File>, u64) -> io::Result<()>) {
        if self.trouble.is_none() {
            self.trouble = line(&mut self.spool, self.origin).err();
        }
    }

    /// Puts the log in its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { file, spool, .. } = self;
        file.write(|out| {
            if let Some(trouble) = self.trouble {
                return Err(trouble);
            }
            let mut spool = spool.into_inner()?;
            spool.rewind()?;
            io::copy(&mut spool, out).map(drop)
        })
    }
}

/// Nanoseconds, printed as seconds.
struct Seconds(u64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SECOND: u64 = 1_000_000_000;
        write!(f, "{}.{:09}", self.0 / SECOND, self.0 % SECOND)
    }
}
