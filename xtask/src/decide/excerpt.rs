//! The first place where two outputs differ, as a piece of a unified diff.

use std::io::{self, Read, Seek};
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use super::difference::Parting;
use super::lines::{Line, Lines};

/// Lines that are shown around a difference.
pub(crate) const CONTEXT: usize = 3;

/// Lines of each output that are looked at, from the first difference on.
const REGION: usize = 24;

/// Lines that are shown of one change, from each output.
const OF_EACH: usize = 6;

/// Bytes that are shown of a line.
const WIDTH: usize = 72;

/// A piece of a unified diff, of at most 20 lines.
#[derive(Debug)]
pub(crate) struct Excerpt {
    /// Where it begins in the base, from line 0, and where it ends.
    pub(crate) base: Range<u64>,
    /// The same in the other output.
    pub(crate) other: Range<u64>,
    /// The lines, the longer ones cut.
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
    const MOST: usize = 20;
    let offset = *parting.before.front().unwrap_or(&parting.offset);
    let first = parting.line - parting.before.len() as u64;
    let count = parting.before.len() + REGION;
    let (ours, theirs) = (read(base, offset, count)?, read(other, offset, count)?);
    let hashes = |lines: &[Line]| lines.iter().map(|line| line.hash).collect::<Vec<_>>();
    // On hashes, because two lines may differ beyond what is shown of them.
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
            excerpt.add(Side::Both, &ours[old]);
        } else {
            excerpt.add(Side::Base, &ours[old]);
            excerpt.add(Side::Other, &theirs[new]);
        }
    }
    excerpt.lines.truncate(MOST);
    Ok(excerpt)
}

impl Excerpt {
    fn add(&mut self, side: Side, lines: &[Line]) {
        let shown = lines.iter().take(OF_EACH).map(|line| (side, shown(line)));
        self.lines.extend(shown);
        if let Some(more) = lines.len().checked_sub(OF_EACH).filter(|more| *more > 0) {
            self.lines.push((side, format!("… and {more} more")));
        }
    }
}

fn read<R: Read + Seek>(file: &mut R, offset: u64, count: usize) -> io::Result<Vec<Line>> {
    let mut lines = Lines::from(file, offset)?;
    let mut read = Vec::new();
    while read.len() < count
        && let Some(line) = lines.next(WIDTH)?
    {
        read.push(line);
    }
    Ok(read)
}

/// A line as it can be shown: text as it is, other bytes as a Rust byte string, and what is not
/// shown of it named, so that lines that differ look different.
fn shown(line: &Line) -> String {
    let text = match std::str::from_utf8(&line.head) {
        Ok(text) => text,
        // A character that was cut in two is left out; anything else that is not text is escaped.
        Err(error) if error.error_len().is_none() && is_cut(line) => {
            std::str::from_utf8(&line.head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => "\0",
    };
    let mut shown = if text.contains(char::is_control) {
        format!("b\"{}\"", line.head.escape_ascii())
    } else {
        text.to_owned()
    };
    if is_cut(line) {
        shown += &format!("… ({} bytes, hash {:08x})", line.bytes, line.hash >> 32);
    }
    if !line.ended {
        shown += " (no newline at the end)";
    }
    shown
}

fn is_cut(line: &Line) -> bool {
    line.bytes - u64::from(line.ended) > line.head.len() as u64
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::difference;
    use super::*;

    fn excerpt(base: &[u8], other: &[u8]) -> Excerpt {
        let found = difference::find(&mut Cursor::new(base), &mut Cursor::new(other));
        found.unwrap().unwrap().excerpt
    }

    fn shown(excerpt: &Excerpt) -> Vec<String> {
        let sign = |side| match side {
            Side::Both => ' ',
            Side::Base => '-',
            Side::Other => '+',
        };
        let lines = excerpt.lines.iter();
        lines
            .map(|(side, text)| format!("{}{text}", sign(*side)))
            .collect()
    }

    fn numbers(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
        numbers
            .flat_map(|n| format!("{n}\n").into_bytes())
            .collect()
    }

    #[test]
    fn a_change_is_shown_with_what_stands_around_it() {
        let base = numbers(0..1000);
        let other = numbers((0..1000).map(|n| if n == 500 { 7 } else { n }));
        let excerpt = excerpt(&base, &other);
        let expected = [" 497", " 498", " 499", "-500", "+7", " 501", " 502", " 503"];
        assert_eq!(shown(&excerpt), expected);
        assert_eq!((excerpt.base, excerpt.other), (497..504, 497..504));
    }

    #[test]
    fn a_missing_line_does_not_make_those_after_it_look_changed() {
        let excerpt = excerpt(&numbers(0..100), &numbers((0..100).filter(|n| *n != 1)));
        assert_eq!(shown(&excerpt), [" 0", "-1", " 2", " 3", " 4"]);
        assert_eq!((excerpt.base, excerpt.other), (0..5, 0..4));
    }

    #[test]
    fn outputs_that_have_nothing_in_common_are_capped() {
        let excerpt = excerpt(&numbers(0..10_000), &numbers(20_000..30_000));
        assert_eq!(excerpt.lines.len(), 14);
        assert_eq!(excerpt.lines[6].1, "… and 18 more");
    }

    #[test]
    fn lines_that_differ_look_different() {
        let long = |last: char| format!("{}é{last}\n", "x".repeat(71)).into_bytes();
        let pairs: [(&[u8], &[u8]); 4] = [
            (&long('a'), &long('b')),
            (b"\xff\n", b"\xfe\n"),
            (b"\0\n", b"\\x00\n"),
            (b"a\n", b"a"),
        ];
        for (base, other) in pairs {
            let lines = excerpt(base, other).lines;
            assert_eq!(lines.len(), 2);
            assert_ne!(lines[0].1, lines[1].1);
        }
    }
}
