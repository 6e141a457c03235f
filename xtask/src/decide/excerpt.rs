//! The first place where two outputs differ, as a piece of a unified diff.

use std::io::{self, Read, Seek};
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use super::difference::Parting;
use super::lines::{Line, Lines};
use super::view;

/// Lines that are shown around a difference.
pub(crate) const CONTEXT: usize = 3;

/// Lines of each output that are looked at, from the first difference on.
const REGION: usize = 24;

/// Rows that one change gets, of each output.
const OF_EACH: usize = 6;

/// Rows in all: with the three lines of its head, the diff has 20 lines.
const ROWS: usize = 17;

/// A piece of a unified diff: 17 rows at most, each of 79 columns at most.
#[derive(Debug)]
pub(crate) struct Excerpt {
    /// Where it begins in the base, from line 0, and where it ends.
    pub(crate) base: Range<u64>,
    /// The same in the other output.
    pub(crate) other: Range<u64>,
    /// The rows. A line has one, or two in hex.
    pub(crate) lines: Vec<(Side, String)>,
}

/// Where a line of a diff is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Both outputs.
    Both,
    /// Only the base.
    Base,
    /// Only the other.
    Other,
}

/// Reads the region around the parting, and no more.
pub(crate) fn take<R: Read + Seek>(
    base: &mut R,
    other: &mut R,
    parting: &Parting,
) -> io::Result<Excerpt> {
    let offset = *parting.before.front().unwrap_or(&parting.offset);
    let first = parting.line - parting.before.len() as u64;
    let count = parting.before.len() + REGION;
    let (ours, theirs) = (read(base, offset, count)?, read(other, offset, count)?);
    let hashes = |lines: &[Line]| lines.iter().map(|line| line.hash).collect::<Vec<_>>();
    // On hashes, because lines can be longer than memory.
    let ops = capture_diff_slices(Algorithm::Myers, &hashes(&ours), &hashes(&theirs));
    let hunk = group_diff_ops(ops, CONTEXT)
        .into_iter()
        .next()
        .unwrap_or_default();
    let mut excerpt = Excerpt {
        base: first..first,
        other: first..first,
        lines: Vec::new(),
    };
    for (at, op) in hunk.iter().enumerate() {
        let (old, new) = (op.old_range(), op.new_range());
        if at == 0 {
            excerpt.base.start = first + old.start as u64;
            excerpt.other.start = first + new.start as u64;
        }
        excerpt.base.end = first + old.end as u64;
        excerpt.other.end = first + new.end as u64;
        if op.tag() == DiffTag::Equal {
            for line in &ours[old] {
                let rows = view::alone(base, line, parting.column)?;
                excerpt.push(Side::Both, rows);
            }
        } else {
            excerpt.change((base, &ours[old]), (other, &theirs[new]), parting.column)?;
        }
    }
    excerpt.cut();
    Ok(excerpt)
}

impl Excerpt {
    fn push(&mut self, side: Side, rows: Vec<String>) {
        self.lines.extend(rows.into_iter().map(|row| (side, row)));
    }

    /// Lines of the base in whose place the other output has other ones, or none, or the reverse.
    fn change<R: Read + Seek>(
        &mut self,
        (base, old): (&mut R, &[Line]),
        (other, new): (&mut R, &[Line]),
        column: u64,
    ) -> io::Result<()> {
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for at in 0..OF_EACH {
            match (old.get(at), new.get(at)) {
                (Some(line), Some(twin)) => {
                    let [ours, theirs] = view::pair((base, line), (other, twin))?;
                    removed.push(ours);
                    added.push(theirs);
                }
                (Some(line), None) => removed.push(view::alone(base, line, column)?),
                (None, Some(line)) => added.push(view::alone(other, line, column)?),
                (None, None) => break,
            }
        }
        self.push(Side::Base, in_rows(removed, old.len()));
        self.push(Side::Other, in_rows(added, new.len()));
        Ok(())
    }

    /// Makes the last row that may be shown say how many are not.
    fn cut(&mut self) {
        if self.lines.len() > ROWS {
            let more = self.lines.len() - (ROWS - 1);
            self.lines.truncate(ROWS - 1);
            self.push(Side::Both, vec![format!("… and {more} more rows")]);
        }
    }
}

/// As many of these lines as fit into [`OF_EACH`] rows, and how many there are beyond.
fn in_rows(lines: Vec<Vec<String>>, count: usize) -> Vec<String> {
    let mut rows = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        let is_last = at + 1 == count;
        if rows.len() + line.len() + usize::from(!is_last) > OF_EACH {
            rows.push(format!("… and {} more", count - at));
            break;
        }
        rows.extend(line);
    }
    rows
}

fn read<R: Read + Seek>(file: &mut R, offset: u64, count: usize) -> io::Result<Vec<Line>> {
    let mut lines = Lines::from(file, offset)?;
    let mut read = Vec::new();
    while read.len() < count
        && let Some(line) = lines.next()?
    {
        read.push(line);
    }
    Ok(read)
}

#[cfg(test)]
#[path = "excerpt_tests.rs"]
mod tests;
