//! All runs: each number of workers on each pattern, round after round.

use std::time::Duration;

use anyhow::Context;

use super::plan::Plan;
use crate::cargo::Build;
use crate::compare::{Compared, order, refusal};
use crate::decide::{Comparison, Judge};
use crate::measure::{Bench, Look, Program};
use crate::pattern::Pattern;
use crate::print::{Progress, duration};

/// What is expected to take longer says so before it goes on.
const LONG: Duration = Duration::from_secs(60);

const CANNOT: &str = "cannot compare the outputs";

/// What is run, and how many workers it has; the loop first, which has one.
pub(super) struct Entrant {
    pub(super) workers: usize,
    program: Program,
}

/// The loop, and then every pattern with every number of workers.
pub(super) fn entrants(build: &Build, plan: &Plan) -> Vec<Entrant> {
    let patterns = Pattern::ALL.into_iter();
    let patterns = patterns.filter(|pattern| *pattern != Pattern::Sequential);
    let with = |pattern: Pattern, workers: usize| Entrant {
        workers,
        program: Program::new(pattern, build.binary(pattern))
            .named(&format!("{} with --workers {workers}", pattern.binary()))
            .given(["--workers".into(), workers.to_string().into()]),
    };
    let reference = Entrant {
        workers: 1,
        program: Program::new(Pattern::Sequential, build.binary(Pattern::Sequential)),
    };
    let all = patterns.flat_map(|pattern| plan.workers.iter().map(move |n| with(pattern, *n)));
    [reference].into_iter().chain(all).collect()
}

/// Runs everything: each once to see that it comes to its end and prints the same, and then in rounds
/// by the clock, in ever another order. What is lost is not run again. In what comes of it there is a row
/// for each entrant.
pub(super) fn run(
    bench: &Bench<'_>,
    entrants: &[Entrant],
    plan: &Plan,
    progress: &Progress,
) -> anyhow::Result<Compared<Comparison>> {
    let mut judge = Judge::default();
    progress.expect(entrants.len() * (plan.rounds + 1));
    for entrant in entrants {
        progress.running(entrant.program.name.clone());
        let mut run = bench.run(&entrant.program, Look::Clock)?;
        if let Some(message) = refusal(&mut run)? {
            return Ok(Compared::BadUsage(message));
        }
        judge.first(&entrant.program, run).context(CANNOT)?;
        progress.done();
    }
    let firsts = judge.so_far().rows.iter().map(|row| row.first.wall);
    let round: Duration = firsts.sum();
    let rest = round.saturating_mul(u32::try_from(plan.rounds).unwrap_or(u32::MAX));
    if rest > LONG {
        let rest = duration(rest);
        progress.say(&format!("this will take about {rest}; Ctrl-C ends it"));
    }
    for round in 1..=plan.rounds {
        for row in order(entrants.len(), round - 1) {
            let so_far = judge.so_far();
            // Then nothing will be said of the rates, and more runs would tell no more.
            if so_far.differs() || so_far.was_stopped() {
                break;
            }
            if so_far.rows[row].is_sound() {
                let program = &entrants[row].program;
                progress.running(format!("{}, round {round}", program.name));
                let run = bench.run(program, Look::Clock)?;
                judge.timed(row, round, run).context(CANNOT)?;
            }
            progress.done();
        }
    }
    judge.expect(plan.rounds);
    bench.interrupts.check()?;
    Ok(Compared::Fully(judge.finish()))
}
