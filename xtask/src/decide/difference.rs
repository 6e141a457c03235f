//! How two outputs differ, for outputs that are larger than memory.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Seek};

use super::excerpt::{self, CONTEXT, Excerpt};
use super::lines::{Lines, are_identical};

/// How the output of a pattern differs from that of the base.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The first line that differs, from 0.
    pub(crate) first_line: u64,
    /// The job that this line is of, from 0, if that is known.
    pub(crate) first_job: Option<u64>,
    /// How many lines differ, and how.
    pub(crate) counts: Counts,
    /// The first place that differs.
    pub(crate) excerpt: Excerpt,
}

/// How many lines differ, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Lines of the base that are nowhere in the other output.
    pub(crate) missing: u64,
    /// Lines that are nowhere in the base.
    pub(crate) extra: u64,
    /// Lines that are in both, but not at the same place.
    pub(crate) reordered: u64,
    /// Places where the base has one line and the other output has another, new one.
    pub(crate) changed: u64,
    /// So many lines differ that they were held against each other place by place: one missing
    /// line makes all after it count as changed.
    pub(crate) by_place: bool,
}

/// Lines that are counted in one go. More are counted in several passes over the files, so that
/// this bounds the memory (some 150 MB).
const AT_ONCE: u64 = 1 << 22;

/// Compares two outputs; nothing if they are identical.
pub(crate) fn find<R: Read + Seek>(base: &mut R, other: &mut R) -> io::Result<Option<Difference>> {
    if are_identical(base, other)? {
        return Ok(None);
    }
    let parting = Parting::find(base, other)?;
    let surplus = Surplus::find(base, other, parting.offset, AT_ONCE)?;
    Ok(Some(Difference {
        first_line: parting.line,
        first_job: None,
        counts: count(base, other, parting.offset, surplus)?,
        excerpt: excerpt::take(base, other, &parting)?,
    }))
}

/// Where two outputs part.
#[derive(Debug)]
pub(crate) struct Parting {
    /// The first line that differs, from 0.
    pub(crate) line: u64,
    /// Where it begins, in bytes: the same in both.
    pub(crate) offset: u64,
    /// Where up to [`CONTEXT`] lines before it begin.
    pub(crate) before: VecDeque<u64>,
}

impl Parting {
    fn find<R: Read + Seek>(base: &mut R, other: &mut R) -> io::Result<Self> {
        let (mut ours, mut theirs) = (Lines::from(base, 0)?, Lines::from(other, 0)?);
        let mut parting = Self {
            line: 0,
            offset: 0,
            before: VecDeque::new(),
        };
        while let (Some(line), Some(twin)) = (ours.next(0)?, theirs.next_hash()?)
            && line.hash == twin
        {
            if parting.before.len() == CONTEXT {
                parting.before.pop_front();
            }
            parting.before.push_back(parting.offset);
            parting.line += 1;
            parting.offset += line.bytes;
        }
        Ok(parting)
    }
}

/// Lines, by hash, that one output has more often than the other.
#[derive(Debug, Default)]
struct Surplus {
    missing: HashMap<u64, u64>,
    extra: HashMap<u64, u64>,
}

impl Surplus {
    /// Nothing if there are more than `at_once` of them.
    fn find<R: Read + Seek>(
        base: &mut R,
        other: &mut R,
        offset: u64,
        at_once: u64,
    ) -> io::Result<Option<Self>> {
        let mut lines = 0_u64;
        each_line(base, offset, |_| lines += 1)?;
        each_line(other, offset, |_| lines += 1)?;
        let passes = lines.div_ceil(at_once);
        let mut surplus = Self::default();
        for pass in 0..passes {
            let mut balance: HashMap<u64, i64> = HashMap::new();
            let mut add = |hash: u64, one: i64| {
                if hash % passes == pass {
                    *balance.entry(hash).or_default() += one;
                }
            };
            each_line(base, offset, |hash| add(hash, 1))?;
            each_line(other, offset, |hash| add(hash, -1))?;
            for (hash, balance) in balance {
                let copies = balance.unsigned_abs();
                match balance.signum() {
                    1 => surplus.missing.insert(hash, copies),
                    -1 => surplus.extra.insert(hash, copies),
                    _ => None,
                };
            }
            if (surplus.missing.len() + surplus.extra.len()) as u64 > at_once {
                return Ok(None);
            }
        }
        Ok(Some(surplus))
    }
}

fn each_line<R: Read + Seek>(file: &mut R, offset: u64, mut f: impl FnMut(u64)) -> io::Result<()> {
    let mut lines = Lines::from(file, offset)?;
    while let Some(hash) = lines.next_hash()? {
        f(hash);
    }
    Ok(())
}

/// Walks through both outputs side by side. Where they differ, a line that is in surplus is
/// missing or extra, two of them are a change, and two lines that are both elsewhere are reordered.
fn count<R: Read + Seek>(
    base: &mut R,
    other: &mut R,
    offset: u64,
    mut surplus: Option<Surplus>,
) -> io::Result<Counts> {
    let mut counts = Counts {
        by_place: surplus.is_none(),
        ..Counts::default()
    };
    let (mut base, mut other) = (Lines::from(base, offset)?, Lines::from(other, offset)?);
    let (mut ours, mut theirs) = (base.next_hash()?, other.next_hash()?);
    while ours.is_some() || theirs.is_some() {
        if ours == theirs {
            (ours, theirs) = (base.next_hash()?, other.next_hash()?);
            continue;
        }
        let (missing, extra) = match &mut surplus {
            Some(surplus) => (
                take_one(&mut surplus.missing, ours),
                take_one(&mut surplus.extra, theirs),
            ),
            None => (ours.is_some(), theirs.is_some()),
        };
        match (missing, extra) {
            (true, true) => counts.changed += 1,
            (true, false) => counts.missing += 1,
            (false, true) => counts.extra += 1,
            (false, false) => counts.reordered += 1,
        }
        // Only a missing line leaves the other output where it is, and only an extra one the base.
        if missing || !extra {
            ours = base.next_hash()?;
        }
        if extra || !missing {
            theirs = other.next_hash()?;
        }
    }
    Ok(counts)
}

fn take_one(surplus: &mut HashMap<u64, u64>, line: Option<u64>) -> bool {
    let copies = line.and_then(|hash| surplus.get_mut(&hash));
    let Some(left) = copies.filter(|left| **left > 0) else {
        return false;
    };
    *left -= 1;
    true
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
