//! Which pattern fits the workload, and why: a pure function of what was measured.

use super::pairs::{fastest, ratios};
use super::reason::{self, Change, Moving, Why};
use crate::document::{Entry, Spread};
use crate::pattern::Pattern;

/// A lead of less than this share is no reason to take the less simple pattern.
pub(super) const MARGIN: f64 = 0.05;

/// Nor is a lead of less than this many seconds.
const MOMENT: f64 = 0.001;

/// Which pattern fits, and why.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    /// The simplest of the fastest.
    pub(crate) winner: Pattern,
    /// The others that are as fast, the simplest first.
    pub(crate) tied: Vec<Pattern>,
    /// How many times faster it is than the loop, if it is not the loop itself.
    pub(crate) times_loop: Option<Spread>,
    /// The next one after those that are as fast.
    pub(crate) lead: Option<Lead>,
    /// What was seen that explains it.
    pub(crate) why: Why,
    /// What holds the process pool back, if that is what it moves.
    pub(crate) moving: Option<Moving>,
    /// What would change it.
    pub(crate) change: Option<Change>,
    /// What the process pool, which survives crashes, would cost instead.
    pub(crate) price: Option<Price>,
}

/// A pattern that is behind.
#[derive(Debug, PartialEq)]
pub(crate) struct Lead {
    /// Who is behind.
    pub(crate) over: Pattern,
    /// Its wall time, in times the winner's.
    pub(crate) ratio: Spread,
    /// In how many rounds it took longer.
    pub(crate) ahead_in: usize,
    /// Of how many.
    pub(crate) rounds: usize,
}

/// What the process pool costs, compared with the winner.
#[derive(Debug, PartialEq)]
pub(crate) struct Price {
    /// Its wall time, in times the winner's.
    pub(crate) wall: f64,
    /// Its memory, in times the winner's.
    pub(crate) memory: Option<f64>,
    /// Whether it is as fast.
    pub(crate) tied: bool,
}

/// What the runs had in common.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setting {
    /// Jobs in each run.
    pub(crate) jobs: usize,
    /// Workers of each pool.
    pub(crate) workers: usize,
    /// Whether there was one interpreter lock a process.
    pub(crate) gil: bool,
}

/// Judges the programs of one workload, whose outputs are the same. Nothing if none was timed, or if
/// there were not rounds enough to say how sure it is.
pub(crate) fn verdict(entries: &[Entry], setting: &Setting) -> Option<Verdict> {
    let mut able: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.stands && entry.is_timed())
        .collect();
    able.sort_by_key(|entry| entry.pattern);
    // The median of fewer than six runs has no bounds.
    let fastest = fastest(able.iter().copied()).filter(|entry| entry.has_bounds())?;
    let (tied, behind): (Vec<_>, Vec<_>) =
        able.iter().partition(|entry| is_as_fast(entry, fastest));
    let (winner, tied) = tied.split_first()?;
    let next = (behind.iter())
        .min_by(|one: &&&Entry, other: &&&Entry| one.median_wall().total_cmp(&other.median_wall()));
    let find = |pattern| able.iter().copied().find(|entry| entry.pattern == pattern);
    let others = |pattern| find(pattern).filter(|entry| entry.name != winner.name);
    let reference = others(Pattern::Sequential);
    let seen = reason::Seen {
        winner,
        tied,
        able: &able,
        alone: able.len() == 1 && entries.len() > 1,
        setting,
    };
    let why = reason::why(&seen);
    Some(Verdict {
        winner: winner.pattern,
        tied: tied.iter().map(|entry| entry.pattern).collect(),
        times_loop: reference.and_then(|loop_| Some(ratios(loop_, winner)?.spread)),
        // The winner may be tied with the fastest: then the next one may be tied with the winner.
        lead: next
            .and_then(|next| lead(next, winner))
            .filter(|lead| !lead.ratio.allows(1.0)),
        moving: reason::moving(&seen),
        change: reason::change(&seen, &why),
        why,
        price: others(Pattern::ProcessPool).and_then(|processes| {
            let memory = |entry: &Entry| entry.inside.as_ref()?.peak_memory;
            let memories = memory(processes).zip(memory(winner));
            Some(Price {
                wall: ratios(processes, winner)?.spread.median,
                memory: memories.map(|(ours, theirs)| ours as f64 / theirs.max(1) as f64),
                tied: tied.iter().any(|entry| entry.name == processes.name),
            })
        }),
    })
}

/// Whether the rounds leave it open which of the two is faster, or the difference is too small to
/// matter.
fn is_as_fast(entry: &Entry, fastest: &Entry) -> bool {
    let Some(ratios) = ratios(entry, fastest) else {
        return false;
    };
    let behind = entry.median_wall() - fastest.median_wall();
    if !ratios.paired {
        // It ran only at the beginning and at the end: it is behind if it was so both times.
        let walls = entry.runs.iter().map(|run| run.wall);
        let best = walls.fold(f64::INFINITY, f64::min);
        return best <= fastest.median_wall() * (1.0 + MARGIN);
    }
    let median = ratios.spread.median;
    ratios.spread.allows(1.0) || median <= 1.0 + MARGIN || behind <= MOMENT
}

fn lead(next: &Entry, winner: &Entry) -> Option<Lead> {
    let ratios = ratios(next, winner)?;
    Some(Lead {
        over: next.pattern,
        ratio: ratios.spread,
        ahead_in: ratios.longer_in,
        rounds: ratios.by_round.len(),
    })
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
