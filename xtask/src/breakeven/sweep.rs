//! All runs: sizes are found, and then every size is run on every program, round after round.

use anyhow::Context;

use super::calibrate::{self, Size};
use super::plan::Plan;
use super::run::Took;
use crate::cargo::Build;
use crate::compare::order;
use crate::measure::{Bench, Program};
use crate::pattern::Pattern;
use crate::print::Progress;

/// What was measured. By size, by program, by round.
#[derive(Debug)]
pub(super) struct Swept {
    /// Jobs that compute, on [`Pattern::ALL`].
    pub(super) computing: Vec<Vec<Vec<Took>>>,
    /// Jobs that carry a payload, on [`MOVERS`].
    pub(super) moving: Vec<Vec<Vec<Took>>>,
}

/// The loop, where payloads stay where they are; where they stay in one process; and where they
/// travel to another.
const MOVERS: [Pattern; 3] = [
    Pattern::Sequential,
    Pattern::ThreadPool,
    Pattern::ProcessPool,
];

/// Runs everything.
pub(super) fn run(
    bench: &Bench<'_>,
    build: &Build,
    plan: &Plan,
    progress: &Progress,
) -> anyhow::Result<Swept> {
    let programs = |patterns: &[Pattern]| -> Vec<Program> {
        let program = |pattern: &Pattern| Program::new(*pattern, build.binary(*pattern));
        patterns.iter().map(program).collect()
    };
    let (all, movers) = (programs(&Pattern::ALL), programs(&MOVERS));
    progress.running("finding out how long jobs take".to_owned());
    let mut computing = calibrate::computing(bench, &all, plan).context(CANNOT)?;
    let mut moving = calibrate::moving(bench, &movers, plan).context(CANNOT)?;
    progress.expect(plan.rounds * (computing.len() * all.len() + moving.len() * movers.len()));
    let mut took = Swept {
        computing: vec![vec![Vec::new(); all.len()]; computing.len()],
        moving: vec![vec![Vec::new(); movers.len()]; moving.len()],
    };
    for round in 0..plan.rounds {
        progress.running(format!("round {} of {}", round + 1, plan.rounds));
        one_round(
            bench,
            &all,
            &mut computing,
            &mut took.computing,
            round,
            progress,
        )?;
        one_round(
            bench,
            &movers,
            &mut moving,
            &mut took.moving,
            round,
            progress,
        )?;
    }
    Ok(took)
}

const CANNOT: &str = "cannot find the break-even";

/// Every size once on every program. The programs of one size run one after the other, so that they
/// meet the same machine, and in ever another order.
fn one_round(
    bench: &Bench<'_>,
    programs: &[Program],
    sizes: &mut [Size],
    took: &mut [Vec<Vec<Took>>],
    round: usize,
    progress: &Progress,
) -> anyhow::Result<()> {
    for at in Plan::order(sizes.len(), round) {
        let Size { jobs, counts } = &mut sizes[at];
        for row in order(programs.len(), round + at) {
            let run = jobs.run(bench, &programs[row], counts[row]);
            took[at][row].push(run.context(CANNOT)?);
            progress.done();
        }
    }
    Ok(())
}
