//! Verdicts held against rounds that are made by hand.

use crate::cargo::Build;
use crate::compare::{self, Plan};
use crate::decide::{self, Setting, median};
use crate::measure::{Bench, Look, Program};
use crate::pattern::Pattern;
use crate::print::{self, say};
use crate::thumbs;

/// Rounds that are made by hand.
const BY_HAND: usize = 9;

/// In so many of them one must be ahead: with fewer, it might as well be chance (1 in 25 that two
/// that are the same come to it).
const AHEAD: usize = 8;

/// A lead of less than this does not decide by hand either.
const MARGIN: f64 = 0.05;

/// What is to be held against rounds by hand.
pub(super) struct Asked<'a> {
    /// Verdicts on each workload.
    pub(super) repeats: usize,
    /// Rounds of each, unless compare is to choose.
    pub(super) rounds: Option<usize>,
    /// A part of the names of the workloads.
    pub(super) only: Option<&'a str>,
    pub(super) quiet: bool,
}

/// A line each: how often the verdict named the pattern that nine plain rounds name. Fails if one of
/// them is below nine of ten.
pub(super) fn run(bench: &Bench<'_>, build: &Build, asked: &Asked<'_>) -> anyhow::Result<u8> {
    let repeats = asked.repeats;
    let mut worst = 0;
    let progress = print::Progress::new(asked.quiet);
    for (line, args) in compare::stops(build) {
        if asked.only.is_some_and(|only| !line.contains(only)) {
            continue;
        }
        let workload = thumbs::complete(args, build)?;
        let bench = Bench {
            args: &workload.args,
            ..*bench
        };
        let programs = compare::programs(build);
        progress.running(format!("{line}, by hand"));
        let rounds = by_hand(&bench, &programs)?;
        let expected = winner(&rounds);
        let mut said = Vec::new();
        for repeat in 1..=repeats {
            progress.running(format!("{line}, verdict {repeat} of {repeats}"));
            let comparison = compare::rounds(&bench, &programs, Plan::Rounds(asked.rounds))?;
            let setting = Setting {
                jobs: comparison.report().map_or(0, |report| report.jobs),
                ..Setting::default()
            };
            let verdict = decide::verdict(&decide::entries(&comparison), &setting);
            said.extend(verdict.map(|verdict| verdict.winner));
        }
        progress.clear();
        let agree = said.iter().filter(|said| Some(**said) == expected).count();
        let is_enough = 10 * agree >= 9 * repeats;
        worst = worst.max(u8::from(!is_enough));
        say(&report(&line, &rounds, expected, &said, agree, repeats))?;
    }
    Ok(worst)
}

/// Wall times in seconds, a round each.
type Rounds = Vec<(Pattern, [f64; BY_HAND])>;

/// Plain rounds, each program timed from outside once a round.
fn by_hand(bench: &Bench<'_>, programs: &[Program]) -> anyhow::Result<Rounds> {
    let mut rounds: Rounds = programs
        .iter()
        .map(|program| (program.pattern, [0.0; BY_HAND]))
        .collect();
    for round in 0..BY_HAND {
        for (program, (_, walls)) in programs.iter().zip(&mut rounds) {
            walls[round] = bench.run(program, Look::Clock)?.measured.wall.as_secs_f64();
        }
    }
    Ok(rounds)
}

/// The simplest of those that the fastest is not clearly ahead of.
fn winner(rounds: &Rounds) -> Option<Pattern> {
    let fastest = rounds
        .iter()
        .min_by(|(_, one), (_, other)| middle(one).total_cmp(&middle(other)))?;
    let mut able: Vec<_> = rounds
        .iter()
        .filter(|(_, walls)| !is_behind(walls, &fastest.1))
        .map(|(pattern, _)| *pattern)
        .collect();
    able.sort();
    able.first().copied()
}

fn is_behind(walls: &[f64; BY_HAND], fastest: &[f64; BY_HAND]) -> bool {
    let pairs = walls.iter().zip(fastest);
    let slower = pairs.filter(|(one, other)| one > other).count();
    slower >= AHEAD && middle(walls) > middle(fastest) * (1.0 + MARGIN)
}

fn middle(walls: &[f64; BY_HAND]) -> f64 {
    median(walls).unwrap_or(f64::INFINITY)
}

fn report(
    line: &str,
    rounds: &Rounds,
    expected: Option<Pattern>,
    said: &[Pattern],
    agree: usize,
    repeats: usize,
) -> String {
    let medians: Vec<_> = rounds
        .iter()
        .map(|(pattern, walls)| format!("{} {:.1} ms", pattern.name(), middle(walls) * 1e3))
        .collect();
    let others: Vec<_> = said
        .iter()
        .filter(|said| Some(**said) != expected)
        .map(|said| said.name())
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!("; otherwise {}", others.join(", "))
    };
    let expected = expected.map_or("nobody", Pattern::name);
    let medians = medians.join(", ");
    format!(
        "{line}\n  by hand: {expected} ({medians})\n  verdicts: {agree} of {repeats} agree{others}"
    )
}

#[cfg(test)]
mod tests {
    use Pattern::{Async, ProcessPool, Sequential, ThreadPool};

    use super::*;

    /// Each around so many seconds, with noise of a fifth that is the same for all.
    fn rounds(walls: [f64; 4]) -> Rounds {
        let noise = [1.0, 1.2, 1.1, 1.0, 1.2, 1.15, 1.05, 1.0, 1.1];
        let patterns = [Sequential, ThreadPool, ProcessPool, Async];
        let each = patterns.into_iter().zip(walls);
        each.map(|(pattern, wall)| (pattern, noise.map(|noise| noise * wall)))
            .collect()
    }

    #[test]
    fn by_hand_the_fastest_wins_or_a_simpler_one_as_good() {
        assert_eq!(winner(&rounds([2.0, 1.1, 1.3, 1.0])), Some(Async));
        assert_eq!(winner(&rounds([2.0, 1.04, 1.0, 1.0])), Some(ThreadPool));
        assert_eq!(winner(&Vec::new()), None);
    }

    #[test]
    fn who_is_ahead_only_now_and_then_is_not_ahead_by_hand() {
        let mut rounds = rounds([2.0, 1.1, 1.3, 1.0]);
        let (_, threads) = &mut rounds[1];
        (threads[0], threads[3]) = (0.9, 0.9);
        assert_eq!(winner(&rounds), Some(ThreadPool));
    }
}
