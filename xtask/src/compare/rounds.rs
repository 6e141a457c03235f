//! The runs of a comparison: each program once to be looked into, and then round after round by the
//! clock alone.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use tempfile::TempDir;

use super::{Compared, refusal, schedule};
use crate::decide::{Comparison, Judge};
use crate::measure::{Bench, Look, Program, what_is_job};
use crate::pattern::Pattern;
use crate::print::{Progress, duration};

/// A comparison that is expected to take longer says so before it goes on.
const LONG: Duration = Duration::from_secs(60);

/// How much is to be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Each program once, and no verdict. If that one run is looked into, it takes longer.
    Quick {
        /// Whether it is.
        inside: bool,
    },
    /// So many rounds; as many as fit the time if no number is given.
    Rounds(Option<usize>),
}

/// The logs of the jobs, one a program that wrote one.
#[derive(Debug)]
pub(crate) struct Joblogs(TempDir);

impl Joblogs {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        Ok(Self(folder))
    }

    /// Where the log of a program is, if it wrote one.
    pub(crate) fn of(&self, program: &str) -> PathBuf {
        // A name may hold anything but is no path.
        self.0.path().join(program.replace('/', "_"))
    }
}

/// What came of all runs.
pub(crate) struct Ran {
    pub(crate) comparison: Comparison,
    pub(crate) joblogs: Joblogs,
}

/// Runs all programs, as often as the plan says.
pub(crate) fn run(
    bench: &Bench<'_>,
    programs: &[Program],
    plan: Plan,
    progress: &Progress,
) -> anyhow::Result<Compared<Ran>> {
    let mut judge = Judge::default();
    let joblogs = Joblogs::new()?;
    for program in programs {
        progress.running(program.name.clone());
        let joblog = joblogs.of(&program.name);
        let mut run = bench.run(program, first_look(program, plan, &joblog))?;
        if let Some(message) = refusal(&mut run)? {
            return Ok(Compared::BadUsage(message));
        }
        judge.first(program, run).context(CANNOT_COMPARE)?;
    }
    let so_far = judge.so_far();
    if let Plan::Rounds(rounds) = plan
        && !so_far.differs()
        && !so_far.was_stopped()
    {
        time(bench, &mut judge, programs, rounds, progress)?;
    }
    let mut comparison = judge.finish();
    ask_for_inputs(&mut comparison, bench);
    bench.interrupts.check()?;
    Ok(Compared::Fully(Ran {
        comparison,
        joblogs,
    }))
}

/// What the first jobs that differ are. The reference knows, if it came to its end.
fn ask_for_inputs(comparison: &mut Comparison, bench: &Bench<'_>) {
    let base = comparison.base().map(|base| base.program.clone());
    let Some(reference) = base.filter(|base| base.pattern == Pattern::Sequential) else {
        return;
    };
    for difference in comparison.differences() {
        let job = difference.first_job;
        difference.input = job.and_then(|job| what_is_job(bench, reference.file(), job));
    }
}

const CANNOT_COMPARE: &str = "cannot compare the outputs";

fn first_look<'a>(program: &Program, plan: Plan, joblog: &'a Path) -> Look<'a> {
    match plan {
        Plan::Quick { inside: false } => Look::Memory,
        // Only ours can tell.
        _ if !program.stands => Look::Memory,
        _ => Look::Inside(joblog),
    }
}

/// The timed runs: the reference at the beginning and at the end, so that a machine that became
/// slower or faster meanwhile is noticed, and the patterns in between, in ever another order.
fn time(
    bench: &Bench<'_>,
    judge: &mut Judge,
    programs: &[Program],
    rounds: Option<usize>,
    progress: &Progress,
) -> anyhow::Result<()> {
    let schedule = Schedule::new(judge.so_far());
    let estimate = schedule.estimate(rounds);
    if estimate > LONG {
        let fewer = schedule.sample(judge.so_far(), estimate);
        let time = duration(estimate);
        progress.say(&format!(
            "this will take about {time}; Ctrl-C ends it{fewer}"
        ));
    }
    let mut run = |round: usize, rows: Vec<usize>| -> anyhow::Result<bool> {
        for row in rows {
            let program = &programs[row];
            progress.running(format!("{}, round {round}", program.name));
            let run = bench.run(program, Look::Clock)?;
            judge.timed(row, round, run).context(CANNOT_COMPARE)?;
            progress.done();
        }
        // Then nothing will be ranked, and more rounds would tell no more.
        Ok(!judge.so_far().differs())
    };
    let reference: Vec<_> = schedule.reference.into_iter().collect();
    let mut goes_on = run(0, reference.clone())?;
    let mut rounds = rounds;
    let mut round = 0;
    while goes_on && rounds.is_none_or(|rounds| round < rounds) {
        round += 1;
        let began = Instant::now();
        goes_on = run(round, schedule.round(round))?;
        // How many there will be depends on how long the first one took, and on nothing that it
        // found: whoever stops when he likes what he sees finds what he likes.
        let rounds = *rounds.get_or_insert_with(|| schedule::rounds(began.elapsed()));
        progress.expect(schedule.runs(rounds - round));
    }
    if goes_on {
        run(round + 1, reference)?;
    }
    judge.expect(round);
    Ok(())
}

/// Who runs when.
struct Schedule {
    reference: Option<usize>,
    /// Whether the reference runs in every round.
    is_close: bool,
    others: Vec<usize>,
    /// How long the reference took when it was looked into, and all others together.
    took: (Duration, Duration),
}

impl Schedule {
    /// Programs that were lost are not run again: they would be lost again.
    fn new(so_far: &Comparison) -> Self {
        let wall = |row: usize| so_far.rows[row].first.wall;
        let sound = (0..so_far.rows.len()).filter(|row| so_far.rows[*row].is_sound());
        let (reference, others): (Vec<_>, Vec<_>) = sound.partition(|row| {
            let program = &so_far.rows[*row].program;
            program.stands && program.pattern == Pattern::Sequential
        });
        let patterns = others
            .iter()
            .filter(|row| so_far.rows[**row].program.stands);
        let fastest = patterns.map(|row| wall(*row)).min();
        let loop_takes = reference.first().map_or(Duration::ZERO, |row| wall(*row));
        Self {
            reference: reference.first().copied(),
            is_close: fastest.is_none_or(|fastest| schedule::is_close(loop_takes, fastest)),
            took: (loop_takes, others.iter().map(|row| wall(*row)).sum()),
            others,
        }
    }

    /// Who runs in a round, counted from 1.
    fn round(&self, round: usize) -> Vec<usize> {
        let places = schedule::order(self.others.len(), round - 1);
        let mut rows: Vec<_> = places.iter().map(|place| self.others[*place]).collect();
        if let Some(reference) = self.reference.filter(|_| self.is_close) {
            rows.insert((round - 1) % (rows.len() + 1), reference);
        }
        rows
    }

    /// Runs in so many rounds, and one of the reference at the end.
    fn runs(&self, rounds: usize) -> usize {
        let reference = usize::from(self.reference.is_some());
        rounds * (self.others.len() + usize::from(self.is_close) * reference) + reference
    }

    /// How long it will take, going by how long the runs took that were looked into.
    fn estimate(&self, rounds: Option<usize>) -> Duration {
        let (reference, others) = self.took;
        let in_rounds = if self.is_close {
            reference
        } else {
            Duration::ZERO
        };
        let round = others + in_rounds;
        let rounds = rounds.unwrap_or_else(|| schedule::rounds(round));
        let rounds = round.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX));
        rounds.saturating_add(2 * reference)
    }

    /// How to be done sooner, if jobs can be left out.
    fn sample(&self, so_far: &Comparison, estimate: Duration) -> String {
        let jobs = so_far.report().map_or(0, |report| report.jobs);
        let part = schedule::BUDGET.as_secs_f64() / estimate.as_secs_f64().max(1e-9);
        let enough = (jobs as f64 * part) as usize;
        if enough < 2 {
            return String::new();
        }
        let enough = round_down(enough);
        format!("; a sample of the {jobs} jobs takes less: --sample {enough}")
    }
}

/// To one digit: 4,711 becomes 4,000.
fn round_down(n: usize) -> usize {
    let unit = 10_usize.pow(n.checked_ilog10().unwrap_or(0));
    n / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(is_close: bool) -> Schedule {
        Schedule {
            reference: Some(0),
            is_close,
            others: vec![1, 2, 3],
            took: (Duration::from_secs(2), Duration::from_secs(3)),
        }
    }

    #[test]
    fn the_reference_runs_in_the_rounds_only_if_it_is_close() {
        for is_close in [false, true] {
            let schedule = schedule(is_close);
            for round in 1..=12 {
                let mut rows = schedule.round(round);
                rows.sort_unstable();
                let expected: &[usize] = if is_close { &[0, 1, 2, 3] } else { &[1, 2, 3] };
                assert_eq!(rows, expected);
            }
            assert_eq!(schedule.runs(6), if is_close { 25 } else { 19 });
            let seconds = if is_close { 6 * 5 + 4 } else { 6 * 3 + 4 };
            assert_eq!(schedule.estimate(Some(6)), Duration::from_secs(seconds));
        }
    }

    #[test]
    fn the_reference_takes_each_place_equally_often() {
        let schedule = schedule(true);
        for place in 0..4 {
            let times = (1..=12).filter(|round| schedule.round(*round)[place] == 0);
            assert_eq!(times.count(), 3);
        }
    }

    #[test]
    fn a_sample_is_a_round_number() {
        assert_eq!(
            [1, 9, 10, 4711, 99_999].map(round_down),
            [1, 9, 10, 4000, 90_000]
        );
    }
}
