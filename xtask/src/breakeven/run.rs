//! One run of jobs that are all of one size, by the clock: what a job takes, and what the pattern
//! takes once.

use std::ffi::OsString;
use std::io::{Read, Seek};

use anyhow::{Context, bail};

use crate::decide::last_line;
use crate::measure::{Bench, End, Look, Program, Run};
use crate::print::duration;

/// What one run took, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Took {
    /// A job, on average: the wall time without getting ready and stopping, by the jobs. That is
    /// what one job more costs; what comes once a run is told apart, because it does not grow.
    pub(super) per_job: f64,
    /// Getting the pattern ready, and stopping it.
    pub(super) once: f64,
    /// How many workers there were.
    pub(super) workers: usize,
}

/// Jobs of one size, by the clock.
#[derive(Debug)]
pub(super) struct Jobs {
    /// The workload and its arguments, but for how many.
    args: Vec<OsString>,
    /// The longest output so far. Others are to begin like it, or it like them.
    printed: Vec<u8>,
}

impl Jobs {
    pub(super) fn new(workload: &str, option: &str, value: &str) -> Self {
        Self {
            args: [workload, option, value].map(OsString::from).into(),
            printed: Vec::new(),
        }
    }

    /// Runs so many of them. It is an error if the run was lost, or printed something else than the
    /// runs before it.
    pub(super) fn run(
        &mut self,
        bench: &Bench<'_>,
        program: &Program,
        count: usize,
    ) -> anyhow::Result<Took> {
        let mut args = self.args.clone();
        args.extend(["--count".into(), count.to_string().into()]);
        let bench = Bench {
            args: &args,
            ..*bench
        };
        let run = bench.run(program, Look::Clock)?;
        let took = took(run, count, &mut self.printed);
        took.with_context(|| {
            let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
            format!("{} {}", program.name, args.join(" "))
        })
    }
}

fn took(mut run: Run, count: usize, printed: &mut Vec<u8>) -> anyhow::Result<Took> {
    let measured = &run.measured;
    let report = measured.report.as_ref();
    let whole = report.filter(|report| measured.end == End::Exit(0) && report.jobs == count);
    let Some(report) = whole else {
        let words = last_line(&mut run.stderr)?.unwrap_or_default();
        let after = duration(measured.wall);
        bail!(
            "the run was lost after {after} ({:?}): {words}",
            measured.end
        );
    };
    let mut stdout = Vec::new();
    run.stdout.rewind()?;
    run.stdout.read_to_end(&mut stdout)?;
    keep_longest(printed, stdout)?;
    let once = report.startup.unwrap_or(0.0) + report.shutdown.unwrap_or(0.0);
    // The clock is not so fine that this could be zero, but nothing is to be divided by it.
    let running = (measured.wall.as_secs_f64() - once).max(1e-9);
    Ok(Took {
        per_job: running / count as f64,
        once,
        workers: report.workers.max(1),
    })
}

/// Of the same jobs there are more in some runs than in others, but the first are the same.
fn keep_longest(longest: &mut Vec<u8>, mut other: Vec<u8>) -> anyhow::Result<()> {
    if other.len() > longest.len() {
        std::mem::swap(longest, &mut other);
    }
    if !longest.starts_with(&other) {
        bail!(
            "its output is another than that of the runs before it, so there is nothing to measure; \
             `cargo xtask compare` with this workload shows where"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_run_that_is_lost_is_named_and_so_is_how_it_ended() {
        use std::path::Path;

        use crate::measure::{Interrupts, Stdin};
        use crate::pattern::Pattern;

        let bench = Bench {
            args: &[],
            stdin: &Stdin::Empty,
            give_up_after: None,
            cold: None,
            interrupts: &Interrupts::default(),
        };
        let program = Program::new(Pattern::Async, Path::new("false"));
        let mut jobs = Jobs::new("echo", "--bytes", "64");
        let error = jobs.run(&bench, &program, 3).unwrap_err();
        let error = format!("{error:#}");
        assert!(
            error.starts_with("async-pattern echo --bytes 64 --count 3: the run was lost after "),
            "{error}"
        );
        assert!(error.contains("Exit(1)"), "{error}");
    }

    #[test]
    fn outputs_may_differ_in_their_length_only() {
        let mut longest = Vec::new();
        for good in ["7\n7\n", "7\n", "7\n7\n7\n", ""] {
            keep_longest(&mut longest, good.into()).unwrap();
        }
        assert_eq!(longest, b"7\n7\n7\n");
        for bad in ["8\n", "7\n8\n", "7\n7\n7\n8\n9\n"] {
            let result = keep_longest(&mut longest.clone(), bad.into());
            assert_eq!(result.is_err(), bad != "7\n7\n7\n8\n9\n", "{bad:?}");
        }
    }
}
