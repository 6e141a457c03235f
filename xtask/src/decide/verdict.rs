//! Which pattern fits the workload, and why: a pure function of what was measured.

use std::time::Duration;

use crate::measure::Measured;
use crate::pattern::Pattern;

/// A pattern that is within this share of the fastest is as fast, for one round says no more.
const MARGIN: f64 = 0.10;

/// And so is one that is behind by no more than this, about what starting a program varies by.
const MOMENT: Duration = Duration::from_millis(5);

/// Below this many busy cores, the loop spends its time waiting.
const WAITING: f64 = 0.5;

/// Above this many busy cores, the loop does nothing but compute.
const COMPUTING: f64 = 0.9;

/// A gain of so many times the cores used has another reason than the cores.
const LUCK: f64 = 1.2;

/// Jobs shorter than this cost less than handing them to a worker.
const SHORT_JOB: Duration = Duration::from_micros(2);

/// A run shorter than this has nothing to gain.
const SHORT_RUN: Duration = Duration::from_millis(50);

/// Which pattern fits, as far as one round can say.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    /// The fastest, or the simplest of those that are as fast.
    pub(crate) winner: Pattern,
    /// How many times faster it is than the loop, if it is not the loop itself.
    pub(crate) times_sequential: Option<f64>,
    /// The others that are as fast, the simplest first.
    pub(crate) tied: Vec<Pattern>,
    /// What was seen that explains it.
    pub(crate) why: Why,
    /// What the process pool would cost instead.
    pub(crate) isolation: Option<Isolation>,
}

/// What explains a verdict.
#[derive(Debug, PartialEq)]
pub(crate) enum Why {
    /// All others died.
    OnlySurvivor,
    /// It kept this many cores busy.
    Cores(f64),
    /// It kept only this many cores busy, which does not explain why it is ahead of a loop that
    /// never waited: something else slowed the loop down.
    Unexplained(f64),
    /// The jobs wait: the loop kept only this many cores busy.
    Waiting(f64),
    /// The loop wins because a job takes only so long.
    ShortJobs(Duration),
    /// The loop wins because the whole run takes only so long.
    ShortRun(Duration),
    /// The loop wins although there was enough to do: no pattern kept more cores busy than this.
    NoGain(f64),
}

/// What the process pool costs, compared with the winner.
#[derive(Debug, PartialEq)]
pub(crate) struct Isolation {
    /// Its wall time, in times the winner's.
    pub(crate) wall: f64,
    /// Its memory, in times the winner's.
    pub(crate) memory: f64,
}

/// Judges the runs of one workload, whose outputs are the same. Nothing if none came to its end.
pub(crate) fn verdict(runs: &[&Measured]) -> Option<Verdict> {
    let mut whole: Vec<_> = runs.iter().copied().filter(|run| run.is_whole()).collect();
    whole.sort_by_key(|run| run.pattern);
    let fastest = whole.iter().map(|run| run.wall).min()?;
    let as_fast = |run: &&Measured| run.wall <= fastest.mul_f64(1.0 + MARGIN).max(fastest + MOMENT);
    let mut tied = whole.iter().copied().filter(as_fast);
    let winner = tied.next()?;
    let find = |pattern| whole.iter().copied().find(|run| run.pattern == pattern);
    let others = |pattern| find(pattern).filter(|run| run.pattern != winner.pattern);
    Some(Verdict {
        winner: winner.pattern,
        times_sequential: others(Pattern::Sequential).map(|run| ratio(run.wall, winner.wall)),
        tied: tied.map(|run| run.pattern).collect(),
        why: if whole.len() == 1 && runs.len() > 1 {
            Why::OnlySurvivor
        } else if winner.pattern == Pattern::Sequential {
            why_the_loop(winner, &whole)
        } else {
            why_not_the_loop(winner, find(Pattern::Sequential))
        },
        isolation: others(Pattern::ProcessPool).map(|run| Isolation {
            wall: ratio(run.wall, winner.wall),
            memory: run.peak_memory as f64 / winner.peak_memory.max(1) as f64,
        }),
    })
}

fn why_the_loop(sequential: &Measured, whole: &[&Measured]) -> Why {
    let jobs = sequential.jobs().and_then(|jobs| u32::try_from(jobs).ok());
    let a_job = jobs.and_then(|jobs| sequential.wall.checked_div(jobs));
    match a_job {
        // A run may be short because there is little to do, and then its jobs tell nothing.
        Some(a_job) if a_job < SHORT_JOB && jobs > Some(10_000) => Why::ShortJobs(a_job),
        _ if sequential.wall < SHORT_RUN => Why::ShortRun(sequential.wall),
        _ => Why::NoGain(whole.iter().map(|run| run.cores()).fold(0.0, f64::max)),
    }
}

fn why_not_the_loop(winner: &Measured, sequential: Option<&Measured>) -> Why {
    let used = winner.cores();
    match sequential.map(|run| (run.cores(), ratio(run.wall, winner.wall))) {
        Some((busy, _)) if busy < WAITING => Why::Waiting(busy),
        Some((busy, gain)) if busy > COMPUTING && gain > LUCK * used.max(1.0) => {
            Why::Unexplained(used)
        }
        _ => Why::Cores(used),
    }
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

#[cfg(test)]
mod tests {
    use Pattern::{Async, ProcessPool, Sequential, ThreadPool};

    use super::*;
    use crate::measure::{End, LeftBehind, Report};

    /// A run of 1000 jobs: wall and CPU time in milliseconds, memory in MB.
    fn run(pattern: Pattern, wall: u64, cpu: u64, memory: u64) -> Measured {
        Measured {
            pattern,
            wall: Duration::from_millis(wall),
            cpu: Duration::from_millis(cpu),
            peak_memory: memory * 1_000_000,
            read: 0,
            end: End::Exit(0),
            report: Some(report(1000)),
        }
    }

    fn report(jobs: usize) -> Report {
        Report {
            schema: String::new(),
            workers: 2,
            on_error: "continue".to_owned(),
            jobs,
            failed: std::collections::BTreeMap::new(),
            failures: Vec::new(),
            cpu: 0.0,
            peak_memory: 0,
            left_behind: LeftBehind::default(),
        }
    }

    fn judge(runs: &[Measured]) -> Verdict {
        verdict(&runs.iter().collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn computing_jobs_go_to_the_thread_pool_when_all_use_the_cores() {
        let found = judge(&[
            run(Sequential, 1900, 1890, 4),
            run(ThreadPool, 1000, 1980, 5),
            run(ProcessPool, 1040, 2000, 15),
            run(Async, 980, 1950, 6),
        ]);
        assert_eq!(found.winner, ThreadPool);
        assert_eq!(found.tied, [Async, ProcessPool]);
        assert_eq!(found.times_sequential, Some(1.9));
        assert_eq!(found.why, Why::Cores(1.98));
        let isolation = Isolation {
            wall: 1.04,
            memory: 3.0,
        };
        assert_eq!(found.isolation, Some(isolation));
    }

    #[test]
    fn a_gain_without_cores_is_not_explained() {
        let found = judge(&[run(Sequential, 500, 490, 4), run(ThreadPool, 300, 300, 5)]);
        assert_eq!(found.why, Why::Unexplained(1.0));
    }

    #[test]
    fn waiting_jobs_go_to_async() {
        let found = judge(&[
            run(Sequential, 2000, 20, 4),
            run(ThreadPool, 1000, 20, 5),
            run(ProcessPool, 1010, 30, 15),
            run(Async, 20, 10, 6),
        ]);
        assert_eq!((found.winner, found.why), (Async, Why::Waiting(0.01)));
        assert_eq!(found.tied, []);
        assert_eq!(found.times_sequential, Some(100.0));
    }

    #[test]
    fn a_pattern_must_be_ahead_by_more_than_the_margin() {
        let with = |wall| {
            judge(&[
                run(Sequential, 5000, 5000, 4),
                run(ThreadPool, 1000, 1000, 5),
                run(Async, wall, 1000, 6),
            ])
            .winner
        };
        assert_eq!(with(920), ThreadPool);
        assert_eq!(with(900), Async);
    }

    #[test]
    fn a_moment_is_no_difference() {
        let found = judge(&[run(Sequential, 6, 4, 4), run(ThreadPool, 2, 4, 5)]);
        assert_eq!(found.winner, Sequential);
        assert_eq!(found.why, Why::ShortRun(Duration::from_millis(6)));
        assert_eq!((found.times_sequential, found.isolation), (None, None));
    }

    #[test]
    fn the_loop_wins_for_a_reason() {
        let mut sequential = run(Sequential, 100, 100, 4);
        let slower = run(ThreadPool, 300, 450, 5);
        let found = judge(&[sequential.clone(), slower.clone()]);
        assert_eq!(found.why, Why::NoGain(1.5));
        sequential.report = Some(report(1_000_000));
        let found = judge(&[sequential, slower]);
        assert_eq!(found.why, Why::ShortJobs(Duration::from_nanos(100)));
    }

    #[test]
    fn whoever_is_left_alone_wins() {
        let lost = |pattern| Measured {
            end: End::Signal(6),
            report: None,
            ..run(pattern, 1, 1, 1)
        };
        let (one, two) = (lost(Sequential), lost(ThreadPool));
        let found = judge(&[one.clone(), two.clone(), run(ProcessPool, 500, 900, 15)]);
        assert_eq!((found.winner, found.why), (ProcessPool, Why::OnlySurvivor));
        assert_eq!(verdict(&[&one, &two]), None);
        assert_eq!(verdict(&[]), None);
    }
}
