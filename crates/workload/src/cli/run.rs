//! One run from its input to its exit code.

use std::io;
use std::time::{Duration, Instant};

use clap::FromArgMatches;

use super::advice::{advice, number};
use super::args::CommandLine;
use super::falsify::Falsifier;
use super::holdings::Holdings;
use super::input::{FromLines, Lines};
use super::interrupt::Interrupt;
use super::printer::Printer;
use super::records::Records;
use super::report::{Circumstances, LeftBehind, Report};
use super::sample::sample;
use super::usage::{Usage, run_queue};
use super::{FAILED, TROUBLE, refuse, say, show_job};
use crate::catalog::{self, Gather, Gatherer, Input, Visitor, Workload};
use crate::mechanism::Pull;
use crate::outfile::OutFile;
use crate::{Pattern, Run, is_in_job, span};

/// Runs what the command line asks for; returns the exit code.
pub(super) fn run(pattern: &impl Pattern, line: &CommandLine) -> u8 {
    let mut finder = Finder {
        pattern,
        line,
        code: None,
    };
    catalog::visit(&mut finder);
    finder
        .code
        .unwrap_or_else(|| unreachable!("clap knows no other workloads than the catalog"))
}

/// Runs the workload that the command line names.
struct Finder<'a, P> {
    pattern: &'a P,
    line: &'a CommandLine,
    code: Option<u8>,
}

impl<P: Pattern> Visitor for Finder<'_, P> {
    fn visit<W: Workload>(&mut self) {
        if self.line.workload == W::NAME {
            self.code = Some(match self.line.common.show_job {
                Some(index) => show_job::show::<W>(self.pattern.name(), self.line, index),
                None => run_workload::<P, W>(self.pattern, self.line),
            });
        }
    }
}

fn run_workload<P: Pattern, W: Workload>(pattern: &P, line: &CommandLine) -> u8 {
    let (began, origin) = (Instant::now(), span::now());
    let common = &line.common;
    let prepared = W::Args::from_arg_matches(&line.matches)
        .map_err(anyhow::Error::from)
        .and_then(|args| {
            // The files to be written at the end are tried at the start.
            let report = OutFile::create("--report", common.report.as_deref())?;
            let records = Records::new(common, origin)?;
            let gatherer = W::prepare(&args)?;
            Ok((args, report, records, gatherer))
        });
    let (args, report, records, gatherer) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return refuse(pattern.name(), &format!("{error:#}")),
    };
    let job = Runner::<P, W> {
        pattern,
        line,
        printer: printer(pattern.name(), line, records, gatherer),
    };
    let ended = if let Some(path) = &common.from {
        Lines::open(path).map(|lines| job.run(FromLines::<W>::new(lines, &args)))
    } else {
        let jobs = W::jobs(&args);
        jobs.map(|jobs| job.run(jobs.map(|job| Pull::Job(Input::Job(job)))))
    };
    match ended {
        Ok(ended) => ended.conclude(report, began),
        Err(error) => refuse(pattern.name(), &format!("{error:#}")),
    }
}

struct Runner<'a, P, W: Workload> {
    pattern: &'a P,
    line: &'a CommandLine,
    printer: (Printer<W>, Interrupt),
}

fn printer<W: Workload>(
    pattern: &str,
    line: &CommandLine,
    records: Option<Records>,
    gatherer: Option<Gatherer<W::Job>>,
) -> (Printer<W>, Interrupt) {
    let falsify = line.common.falsify.clone();
    let falsify = falsify.filter(|falsify| falsify.pattern == pattern);
    let falsifier = falsify.map(Falsifier::new);
    let interrupt = Interrupt::prepare();
    let printer = Printer::new(
        falsifier,
        interrupt.clone(),
        records,
        gatherer,
        line.common.quiet,
    );
    (printer, interrupt)
}

impl<'a, P: Pattern, W: Workload> Runner<'a, P, W> {
    /// Runs these jobs, or a sample of them if that is asked for.
    fn run(self, jobs: impl Iterator<Item = Pull<Input<W::Job>>>) -> Ended<'a, W> {
        let Some(size) = self.line.common.sample else {
            return self.run_all(jobs, None);
        };
        let (jobs, seen) = sample(jobs, size);
        // A function rather than a closure: this is compiled once for all kinds of inputs.
        let pull: fn(_) -> _ = Pull::Job;
        self.run_all(jobs.into_iter().map(pull), Some(seen))
    }

    fn run_all(
        self,
        jobs: impl Iterator<Item = Pull<Input<W::Job>>>,
        sampled_from: Option<usize>,
    ) -> Ended<'a, W> {
        silence_job_panics();
        let (mut printer, interrupt) = self.printer;
        let options = self.line.common.options();
        let limits = options.max_memory.is_some() || options.max_jobs_per_worker.is_some();
        if limits && !self.pattern.isolates() {
            let limits = "--max-memory and --max-jobs-per-worker need workers that are processes";
            say(&format!(
                "{}: note: {limits}; they have no effect here",
                self.pattern.name()
            ));
        }
        let earlier = Holdings::now();
        let waited = run_queue();
        let run = self.pattern.run(jobs, &options, &mut printer);
        let run_queue = run_queue()
            .zip(waited)
            .map(|(now, then)| now.saturating_sub(then));
        let left_behind = Holdings::now().since(&earlier);
        printer.finish();
        Ended {
            pattern: self.pattern.name(),
            line: self.line,
            printer,
            interrupt,
            run,
            run_queue,
            sampled_from,
            left_behind,
        }
    }
}

/// A panic in a job is an outcome and is printed as one; any other is printed as ever.
fn silence_job_panics() {
    let earlier = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_in_job() {
            earlier(panic);
        }
    }));
}

/// A run that is over, and what is known of it.
struct Ended<'a, W: Workload> {
    pattern: &'a str,
    line: &'a CommandLine,
    printer: Printer<W>,
    interrupt: Interrupt,
    run: anyhow::Result<Run>,
    run_queue: Option<Duration>,
    sampled_from: Option<usize>,
    left_behind: LeftBehind,
}

impl<W: Workload> Ended<'_, W> {
    /// Says how it went, writes the files, and gives the exit code.
    fn conclude(self, file: Option<OutFile>, began: Instant) -> u8 {
        let run = match self.run {
            Ok(run) => run,
            Err(error) => {
                say(&format!("{}: error: {error:#}", self.pattern));
                return TROUBLE;
            }
        };
        let trouble = self.printer.trouble.as_ref();
        if trouble.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return 0; // Whoever read the lines has read enough.
        }
        if let Some(error) = trouble {
            say(&format!(
                "{}: error: cannot write to stdout: {error}",
                self.pattern
            ));
            return TROUBLE;
        }
        let interrupted_by = self.interrupt.signal();
        let exit_code = match interrupted_by {
            Some(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
            None if run.counts.failures() > 0 => FAILED,
            None => 0,
        };
        let options = self.line.common.options();
        let wall = began.elapsed();
        say(&summary(self.pattern, &run, self.sampled_from, wall));
        let records = self.printer.records;
        let note = records.as_ref().and_then(Records::note);
        for note in advice(&run).into_iter().chain(note) {
            say(&format!("{}: note: {note}", self.pattern));
        }
        let report = Report::new(
            &run,
            Circumstances {
                pattern: self.pattern,
                workload: W::NAME,
                options: &options,
                exit_code,
                interrupted_by,
                failures: self.printer.failures,
                wall,
                usage: Usage::now(),
                run_queue: self.run_queue,
                sampled_from: self.sampled_from,
                job_times: records.as_ref().map(Records::times),
                left_behind: self.left_behind,
            },
        );
        let write_report = |file: OutFile| file.write(|out| write_json(&report, out));
        let write_records = |records: Records| records.write(self.pattern, W::NAME);
        let written = file
            .map_or(Ok(()), write_report)
            .and_then(|()| records.map_or(Ok(()), write_records))
            .and_then(|()| self.printer.gatherer.map_or(Ok(()), Gather::finish));
        if let Err(error) = written {
            say(&format!("{}: error: {error:#}", self.pattern));
            return TROUBLE;
        }
        exit_code
    }
}

fn write_json(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}

fn summary(pattern: &str, run: &Run, sampled_from: Option<usize>, wall: Duration) -> String {
    let counts = &run.counts;
    let failed = counts.failed.iter();
    let failed: String = failed.map(|(kind, n)| format!(", {n} {kind}")).collect();
    let sampled = sampled_from.map(|seen| format!(", drawn from {seen}"));
    format!(
        "{pattern}: {}{}: {} succeeded{failed}; {:.3} s, {}",
        number(counts.jobs, "job"),
        sampled.unwrap_or_default(),
        counts.succeeded,
        wall.as_secs_f64(),
        number(run.workers, "worker"),
    )
}
