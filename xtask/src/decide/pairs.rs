//! Two programs, round by round: their times are divided only within a round, where both met the
//! same machine.

use super::stats::{median, spread};
use crate::document::{Entry, Ratios, Spread};

/// The wall times of one program in times those of another; nothing if one of them was not timed.
///
/// Where one ran far less often, as the reference does when it is far behind, the median of its
/// runs stands for it in every round.
pub(crate) fn ratios(one: &Entry, other: &Entry) -> Option<Ratios> {
    let (ours, theirs) = (walls(one), walls(other));
    let paired: Vec<_> = one
        .runs
        .iter()
        .filter_map(|run| {
            let mut twins = other.runs.iter();
            let twin = twins.find(|twin| twin.round == run.round)?;
            Some(run.wall / twin.wall.max(1e-9))
        })
        .collect();
    // The reference runs once more at the beginning and once at the end.
    let is_paired = paired.len() + 2 >= ours.len().max(theirs.len());
    let by_round: Vec<_> = if is_paired {
        paired
    } else if ours.len() < theirs.len() {
        let ours = median(&ours)?;
        theirs
            .iter()
            .map(|theirs| ours / theirs.max(1e-9))
            .collect()
    } else {
        let theirs = median(&theirs)?.max(1e-9);
        ours.iter().map(|ours| ours / theirs).collect()
    };
    let is_itself = one.name == other.name;
    let spread = spread(&by_round)?;
    Some(Ratios {
        of: other.name.clone(),
        longer_in: by_round.iter().filter(|ratio| **ratio > 1.0).count(),
        spread: if is_itself {
            Spread::exactly(1.0)
        } else {
            spread
        },
        by_round,
        paired: is_paired,
    })
}

/// The one with the lowest median, of those that ran often enough for it to have bounds: a reference
/// that is far behind ran only twice. If none did, of all.
pub(crate) fn fastest<'a>(entries: impl Iterator<Item = &'a Entry>) -> Option<&'a Entry> {
    entries.min_by(|one, other| {
        let bounds = other.has_bounds().cmp(&one.has_bounds());
        bounds.then(one.median_wall().total_cmp(&other.median_wall()))
    })
}

/// The wall times of a program's runs.
pub(crate) fn walls(of: &Entry) -> Vec<f64> {
    of.runs.iter().map(|run| run.wall).collect()
}
