//! Who survives what: the table once more, in a line a pattern.

use super::Cell;
use super::fate::{Lost, Reported};
use crate::pattern::Pattern;

/// What a pattern survives, and what it does not.
pub(super) struct Line {
    /// The pattern.
    pub(super) pattern: Pattern,
    /// In words.
    pub(super) text: String,
}

/// A line for each pattern that there is a cell of.
pub(super) fn lines(cells: &[Cell]) -> Vec<Line> {
    let of = |pattern| cells.iter().filter(move |cell| cell.pattern == pattern);
    let patterns = Pattern::ALL.into_iter();
    let patterns = patterns.filter(|pattern| of(*pattern).next().is_some());
    patterns
        .map(|pattern| Line {
            pattern,
            text: line(&of(pattern).collect::<Vec<_>>()),
        })
        .collect()
}

fn line(cells: &[&Cell]) -> String {
    let names = |is_so: &dyn Fn(&Cell) -> bool| {
        let cells = cells.iter().filter(|cell| is_so(cell));
        cells.map(|cell| cell.kind.name()).collect::<Vec<_>>()
    };
    let never = |cell: &Cell| matches!(cell.fate.reported, Reported::NeverEnded(_));
    let is_lost = |cell: &Cell| cell.fate.lost == Lost::Run;
    let groups = [
        ("survives", names(&|cell| cell.fate.lost == Lost::Culprit)),
        (
            "loses others:",
            names(&|cell| !is_lost(cell) && cell.fate.lost != Lost::Culprit),
        ),
        (
            "whole run lost:",
            names(&|cell| is_lost(cell) && !never(cell)),
        ),
        ("never ends:", names(&never)),
    ];
    let said = groups.iter().filter(|(_, kinds)| !kinds.is_empty());
    let said: Vec<_> = said
        .map(|(what, kinds)| match kinds.len() {
            all if all == cells.len() && all > 1 => format!("{what} all"),
            _ => format!("{what} {}", kinds.join(", ")),
        })
        .collect();
    said.join("; ")
}
