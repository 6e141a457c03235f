//! What is recorded of each job: when it ran, told by its worker, is brought together with how it
//! ended, told in input order.

use std::collections::BTreeMap;

use super::args::Common;
use super::joblog::JobLog;
use super::report::JobTimes;
use super::times::Times;
use super::trace::{DRAWN, Trace};
use crate::outfile::OutFile;
use crate::{JobError, Span};

/// What is recorded of each job, and where it goes.
pub(super) struct Records {
    /// Jobs that have run and whose outcomes are still to come. No more than the window holds.
    pending: BTreeMap<usize, Span>,
    times: Times,
    joblog: Option<JobLog>,
    trace: Option<(OutFile, Trace)>,
}

impl Records {
    /// What the command line asks for, if that is anything, of a run that began at `origin`.
    pub(super) fn new(common: &Common, origin: u64) -> anyhow::Result<Option<Self>> {
        let trace = OutFile::create("--trace", common.trace.as_deref())?;
        let joblog = OutFile::create("--joblog", common.joblog.as_deref())?;
        let joblog = joblog.map(|file| JobLog::new(file, origin)).transpose()?;
        if !common.options().spans {
            return Ok(None);
        }
        Ok(Some(Self {
            pending: BTreeMap::new(),
            times: Times::new()?,
            joblog,
            trace: trace.map(|file| (file, Trace::new(origin, DRAWN))),
        }))
    }

    /// Takes in when jobs ran.
    pub(super) fn ran(&mut self, spans: Vec<Span>) {
        let spans = spans.into_iter();
        self.pending.extend(spans.map(|span| (span.index, span)));
    }

    /// Takes in how the next job ended. When it ran is not known if it never did, or if nobody was
    /// left to tell.
    pub(super) fn ended(&mut self, index: usize, error: Option<&JobError>) {
        let span = self.pending.remove(&index);
        let outcome = error.map_or("ok", JobError::kind);
        if let Some(joblog) = &mut self.joblog {
            joblog.job(index, span.as_ref(), outcome);
        }
        let Some(span) = span else { return };
        self.times.add(&span);
        if let Some((_, trace)) = &mut self.trace {
            trace.add(span, outcome);
        }
    }

    /// What the report says of how long jobs took.
    pub(super) fn times(&self) -> JobTimes {
        self.times.report()
    }

    /// What the user should know of what will be written.
    pub(super) fn note(&self) -> Option<String> {
        self.trace.as_ref().and_then(|(_, trace)| trace.note())
    }

    /// Writes what was asked for.
    pub(super) fn write(self, pattern: &str, workload: &str) -> anyhow::Result<()> {
        if let Some((file, trace)) = self.trace {
            file.write(|out| trace.write(pattern, workload, out))?;
        }
        self.joblog.map_or(Ok(()), JobLog::finish)
    }
}
