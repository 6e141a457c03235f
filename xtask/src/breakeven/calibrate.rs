//! How many jobs each program is to run so that it takes as long as it is to, and how large jobs
//! are to be. Machines differ, so this is measured, each size from the one before it.
//!
//! A pattern does not get as many jobs as the loop, but as many as it can do in the same time:
//! so every run is as precise as any other, on two cores as on a hundred, and what is left of
//! starting a program weighs the same in all of them.

use std::time::Duration;

use super::plan::Plan;
use super::run::Jobs;
use crate::measure::{Bench, Program};

/// A worker gets so many jobs at least, so that one that ends later than the others hardly counts.
const FEWEST: usize = 8;

/// The first number of the range whose primes are counted: it takes next to nothing, the one after
/// it is a prime and takes long for its size, and from there on numbers are about equally hard.
const START: u64 = 10_006;

/// What the first job may take, before anything is known.
const FIRST_GUESS: f64 = 1e-6;

/// Runs to find out what a job takes. Each brings the guess nearer by a factor of about ten.
const ATTEMPTS: usize = 8;

/// Jobs of one size, and how many of them each program runs.
#[derive(Debug)]
pub(super) struct Size {
    pub(super) jobs: Jobs,
    /// One for each program.
    pub(super) counts: Vec<usize>,
}

/// Finds ranges that take about as long as planned in the loop, which is the first of the programs.
pub(super) fn computing(
    bench: &Bench<'_>,
    programs: &[Program],
    plan: &Plan,
) -> anyhow::Result<Vec<Size>> {
    let mut sizes = Vec::new();
    let mut per_job = vec![FIRST_GUESS; programs.len()];
    let mut numbers = 0;
    for (at, time) in plan.times.iter().enumerate() {
        let factor = if at == 0 { 1.0 } else { time / per_job[0] };
        // Casting saturates; each range is longer than the one before.
        numbers = (numbers + 1).max((numbers as f64 * factor).round() as u64);
        scale(&mut per_job, factor);
        let range = format!("{START}..{}", START + numbers);
        let jobs = Jobs::new("primes", "--same", &range);
        sizes.push(size(bench, programs, jobs, &mut per_job, plan.run)?);
    }
    Ok(sizes)
}

/// Payloads of the sizes that are planned.
pub(super) fn moving(
    bench: &Bench<'_>,
    programs: &[Program],
    plan: &Plan,
) -> anyhow::Result<Vec<Size>> {
    let mut sizes = Vec::new();
    let mut per_job = vec![FIRST_GUESS; programs.len()];
    let mut before = plan.payloads.first().copied().unwrap_or(1);
    for bytes in &plan.payloads {
        scale(&mut per_job, f64::from(*bytes) / f64::from(before));
        before = *bytes;
        let jobs = Jobs::new("echo", "--bytes", &bytes.to_string());
        sizes.push(size(bench, programs, jobs, &mut per_job, plan.payload_run)?);
    }
    Ok(sizes)
}

/// What a job costs beside its size does not grow with it, so this is rather too much than too
/// little: a run that is made with it is rather too short than too long.
fn scale(per_job: &mut [f64], factor: f64) {
    for time in per_job {
        *time *= factor;
    }
}

/// Jobs of one size, and how many fit for each program, from a first guess at what they take.
fn size(
    bench: &Bench<'_>,
    programs: &[Program],
    mut jobs: Jobs,
    per_job: &mut [f64],
    run: Duration,
) -> anyhow::Result<Size> {
    let mut counts = Vec::new();
    for (program, per_job) in programs.iter().zip(per_job) {
        let (time, workers) = converge(*per_job, run / 2, |count| {
            let took = jobs.run(bench, program, count)?;
            Ok((took.per_job, took.workers))
        })?;
        *per_job = time;
        counts.push(count(run, time, workers));
    }
    Ok(Size { jobs, counts })
}

/// Runs as many jobs as should fit by what is known, until two runs were long enough to believe:
/// in a short one, what is left of starting a program is charged to few jobs. The least that a job
/// took is what it takes, because another program can make it longer, but nothing makes it shorter.
fn converge(
    guess: f64,
    run: Duration,
    mut measure: impl FnMut(usize) -> anyhow::Result<(f64, usize)>,
) -> anyhow::Result<(f64, usize)> {
    let (mut least, mut workers, mut long_enough) = (f64::INFINITY, 1, 0);
    for _ in 0..ATTEMPTS {
        let count = count(run, if least.is_finite() { least } else { guess }, 1);
        let (per_job, of) = measure(count)?;
        least = least.min(per_job);
        workers = of;
        long_enough += u32::from(least * count as f64 >= run.as_secs_f64() / 2.0);
        if long_enough == 2 {
            break;
        }
    }
    Ok((least, workers))
}

/// How many jobs that take so long fit into a run: the same number for each worker, and not few.
fn count(run: Duration, per_job: f64, workers: usize) -> usize {
    /// What the workloads accept.
    const MOST: usize = u32::MAX as usize;
    let fit = (run.as_secs_f64() / per_job.max(1e-12)).round();
    let count = (fit as usize).max(FEWEST * workers);
    count
        .next_multiple_of(workers)
        .min(MOST / workers * workers)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that takes 2 ms to start, and 1 µs a job.
    #[test]
    fn a_guess_that_is_far_off_converges() {
        for guess in [1e-3, 1e-6, 1e-9] {
            let mut runs = 0;
            let found = converge(guess, Duration::from_millis(25), |count| {
                runs += 1;
                Ok((2e-3 / count as f64 + 1e-6, 2))
            });
            let (per_job, workers) = found.unwrap();
            assert!((1e-6..1.2e-6).contains(&per_job), "{guess}: {per_job}");
            assert!(workers == 2 && runs <= 5, "{guess}: {runs}");
        }
    }

    #[test]
    fn runs_are_as_long_as_planned_but_each_worker_gets_its_share() {
        let fit = |per_job, workers| count(Duration::from_millis(50), per_job, workers);
        assert_eq!(fit(1e-6, 1), 50_000);
        assert_eq!(fit(1e-3, 1), 50);
        assert_eq!(fit(1e-3, 3), 51, "the same for each worker");
        assert_eq!(fit(1e-2, 1), 8);
        assert_eq!(fit(1e-2, 4), 32, "eight for each worker");
        assert!(u32::try_from(fit(0.0, 7)).is_ok());
    }
}
