//! All runs: every row once a round, its two sides one after the other and in turns first.

use std::time::Duration;

use anyhow::Context;

use super::document::Unit;
use super::row::{Program, Row, Side};
use super::side::{Cost, NotHere, Runner};
use crate::compare::order;
use crate::print::Progress;

/// Loops of a spinning job whose time is measured, to know how many make a microsecond.
const LOOPS: u64 = 2_000_000;

/// What came of a row.
#[derive(Debug)]
pub(super) enum Came {
    /// What each side took, pair by pair. The peer's is empty if there is none.
    Measured(Pairs),
    /// Nothing, for this reason.
    Skipped(String),
}

/// What a job took on either side, in each pair.
#[derive(Debug)]
pub(super) struct Pairs {
    pub(super) unit: Unit,
    pub(super) ours: Vec<f64>,
    pub(super) peer: Vec<f64>,
}

/// What came of all rows, and how long the shortest run took.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) rows: Vec<Came>,
    pub(super) shortest: Duration,
}

/// Runs everything. A peer that fails is told of in its row; if ours fails, that is an error.
pub(super) fn run(
    runner: &Runner<'_>,
    rows: &[Row],
    rounds: usize,
    progress: &Progress,
) -> anyhow::Result<Ran> {
    progress.running("finding out how long a loop takes".to_owned());
    let calibrate = Side::rust("", "calibrate", LOOPS);
    let loop_takes = once(runner, &calibrate, 1.0)?.per_job;
    let mut ran = Ran {
        rows: rows.iter().map(|row| began(runner, row)).collect(),
        shortest: Duration::MAX,
    };
    let sides = rows.iter().map(|row| row.sides().count());
    progress.expect(rounds * sides.sum::<usize>());
    for round in 0..rounds {
        for (at, row) in rows.iter().enumerate() {
            progress.running(format!("{}, round {} of {rounds}", row.name, round + 1));
            let came = &mut ran.rows[at];
            if let Came::Measured(pairs) = came {
                let pair = pair(runner, row, 1e-6 / loop_takes, round + at)?;
                match pair {
                    Ok(pair) => {
                        pairs.add(&pair);
                        let walls = pair.iter().map(|cost| cost.wall);
                        ran.shortest = walls.fold(ran.shortest, Duration::min);
                    }
                    Err(why) => *came = Came::Skipped(why),
                }
            }
            row.sides().for_each(|_| progress.done());
        }
    }
    Ok(ran)
}

/// Nothing was measured yet; or nothing will be.
fn began(runner: &Runner<'_>, row: &Row) -> Came {
    let needs_python = row.sides().any(|side| side.program == Program::Python);
    if needs_python && runner.programs.python.is_none() {
        return Came::Skipped("no python3 was found; --python names one".to_owned());
    }
    Came::Measured(Pairs {
        unit: Unit::Seconds,
        ours: Vec::new(),
        peer: Vec::new(),
    })
}

/// Both sides once, ours first in what is returned; or why the peer failed, or the machine does not
/// allow it.
fn pair(
    runner: &Runner<'_>,
    row: &Row,
    loops_a_micro: f64,
    round: usize,
) -> anyhow::Result<Result<Vec<Cost>, String>> {
    let sides: Vec<_> = row.sides().collect();
    let mut costs = vec![None; sides.len()];
    for at in order(sides.len(), round) {
        let is_ours = at == 0;
        let ran = once(runner, sides[at], loops_a_micro);
        if let Err(error) = &ran
            && let Some(NotHere(why)) = error.downcast_ref()
        {
            return Ok(Err(why.clone()));
        }
        match ran {
            Ok(cost) => costs[at] = Some(cost),
            Err(error) if is_ours || error.is::<crate::measure::Interrupted>() => {
                return Err(error);
            }
            Err(error) => return Ok(Err(format!("the peer failed: {error:#}"))),
        }
    }
    Ok(Ok(costs.into_iter().flatten().collect()))
}

fn once(runner: &Runner<'_>, side: &Side, loops_a_micro: f64) -> anyhow::Result<Cost> {
    runner.interrupts.check()?;
    let ran = runner.run(side, loops_a_micro);
    // One that was interrupted has nothing to say.
    runner.interrupts.check()?;
    ran.context("cannot measure")
}

impl Row {
    /// Ours, and the peer if there is one.
    fn sides(&self) -> impl Iterator<Item = &Side> {
        std::iter::once(&self.ours).chain(&self.peer)
    }
}

impl Pairs {
    fn add(&mut self, pair: &[Cost]) {
        for (cost, all) in pair.iter().zip([&mut self.ours, &mut self.peer]) {
            self.unit = cost.unit;
            all.push(cost.per_job);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
#[path = "rounds_tests.rs"]
mod tests;
