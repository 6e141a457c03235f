//! What happens to outcomes: lines on stdout, failures on stderr, progress on a terminal.

use std::io::{self, IsTerminal, Write};
use std::marker::PhantomData;
use std::ops::ControlFlow;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::falsify::Falsifier;
use super::interrupt::Interrupt;
use super::one_line;
use super::records::Records;
use super::report::{self, Failure};
use crate::catalog::{Gatherer, Input, Workload};
use crate::{Job, JobError, Outcome, Sink, Span, Stop};

/// Printed lines are handed to the system when there are this many bytes of them, or when nothing
/// more is known for now.
const BLOCK: usize = 64 * 1024;

/// Prints outcomes and remembers what the report needs.
pub(super) struct Printer<W: Workload> {
    out: io::StdoutLock<'static>,
    buffer: Vec<u8>,
    /// Neither is there as a rule, and then costs a job nothing.
    falsifier: Option<Falsifier>,
    bar: Option<ProgressBar>,
    interrupt: Interrupt,
    unseen: u64,
    /// The failures, up to a number.
    pub(super) failures: Vec<Failure>,
    /// What is recorded of each job, if anything is.
    pub(super) records: Option<Records>,
    /// What is made of all outputs, if anything is.
    pub(super) gatherer: Option<Gatherer<W::Job>>,
    /// Why nothing more can be printed, if so.
    pub(super) trouble: Option<io::Error>,
    workload: PhantomData<W>,
}

impl<W: Workload> Printer<W> {
    pub(super) fn new(
        falsifier: Option<Falsifier>,
        interrupt: Interrupt,
        records: Option<Records>,
        gatherer: Option<Gatherer<W::Job>>,
        quiet: bool,
    ) -> Self {
        // A bar among the lines would be no help.
        let hidden = quiet || io::stdout().is_terminal() || !io::stderr().is_terminal();
        Self {
            out: io::stdout().lock(),
            buffer: Vec::with_capacity(2 * BLOCK),
            falsifier,
            bar: (!hidden).then(progress_bar),
            interrupt,
            unseen: 0,
            failures: Vec::new(),
            records,
            gatherer,
            trouble: None,
            workload: PhantomData,
        }
    }

    /// Hands over what is still held back.
    pub(super) fn finish(&mut self) {
        let _ = self.flush();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn flush(&mut self) -> ControlFlow<()> {
        if let Some(bar) = &self.bar {
            bar.inc(std::mem::take(&mut self.unseen));
        }
        if self.buffer.is_empty() {
            return ControlFlow::Continue(());
        }
        let written = self.out.write_all(&self.buffer);
        self.buffer.clear();
        match written.and_then(|()| self.out.flush()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.trouble = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn fail(&mut self, index: usize, error: &JobError) {
        report::list(&mut self.failures, index, error);
        // What an interrupted run did not start is no failure to be told one by one.
        if *error == JobError::Cancelled {
            return;
        }
        let line = one_line(&format!("job {index}: {error}"));
        let say = || {
            let _ = writeln!(io::stderr(), "{line}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {pos} jobs in {elapsed}, {per_sec}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
}

impl<W: Workload> Sink<<Input<W::Job> as Job>::Output> for Printer<W> {
    fn begin(&mut self, stop: &Stop) {
        self.interrupt.watch(stop);
    }

    fn outcome(
        &mut self,
        index: usize,
        outcome: Outcome<<W::Job as Job>::Output>,
    ) -> ControlFlow<()> {
        self.unseen += 1;
        if let Some(records) = &mut self.records {
            records.ended(index, outcome.as_ref().err());
        }
        match outcome {
            Ok(output) => {
                if let Some(gatherer) = &mut self.gatherer {
                    gatherer.note(&output);
                }
                let start = self.buffer.len();
                W::print(&output, &mut self.buffer);
                self.buffer.push(b'\n');
                if let Some(falsifier) = &mut self.falsifier {
                    falsifier.line(&mut self.buffer, start);
                }
            }
            Err(error) => self.fail(index, &error),
        }
        if self.buffer.len() >= BLOCK {
            return self.flush();
        }
        ControlFlow::Continue(())
    }

    fn spans(&mut self, spans: Vec<Span>) {
        if let Some(records) = &mut self.records {
            records.ran(spans);
        }
    }

    fn idle(&mut self) -> ControlFlow<()> {
        self.flush()
    }
}
