//! How many lines differ, in which way, and which are the first.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek};

use super::difference::Parting;
use super::lines::Lines;

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

/// A line that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// In which way.
    pub(crate) how: How,
    /// Which line it is, from 0: of the other output if it is extra, else of the base.
    pub(crate) line: u64,
    /// The job that this line is of, from 0, if that is known.
    pub(crate) job: Option<u64>,
}

/// In which way a line differs: see [`Counts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Missing,
    Extra,
    Reordered,
    Changed,
}

/// So many places are remembered.
const PLACES: usize = 10;

/// Lines that are counted in one go. More are counted in several passes over the files, so that
/// this bounds the memory (some 150 MB).
pub(super) const AT_ONCE: u64 = 1 << 22;

/// Lines, by hash, that one output has more often than the other.
#[derive(Debug, Default)]
pub(super) struct Surplus {
    missing: HashMap<u64, u64>,
    extra: HashMap<u64, u64>,
}

impl Surplus {
    /// Nothing if there are more than `at_once` of them.
    pub(super) fn find<R: Read + Seek>(
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

/// One of two outputs that are walked through side by side.
struct Walker<'a, R> {
    lines: Lines<BufReader<&'a mut R>>,
    /// The line that it has come to, from 0, and its hash; none at the end.
    line: u64,
    hash: Option<u64>,
}

impl<'a, R: Read + Seek> Walker<'a, R> {
    fn at(parting: &Parting, file: &'a mut R) -> io::Result<Self> {
        let mut lines = Lines::from(file, parting.offset)?;
        Ok(Self {
            hash: lines.next_hash()?,
            line: parting.line,
            lines,
        })
    }

    fn step(&mut self) -> io::Result<()> {
        self.hash = self.lines.next_hash()?;
        self.line += 1;
        Ok(())
    }
}

/// Walks through both outputs side by side. Where they differ, a line that is in surplus is
/// missing or extra, two of them are a change, and two lines that are both elsewhere are reordered.
pub(super) fn count<R: Read + Seek>(
    base: &mut R,
    other: &mut R,
    parting: &Parting,
    mut surplus: Option<Surplus>,
) -> io::Result<(Counts, Vec<Place>)> {
    let mut counts = Counts {
        by_place: surplus.is_none(),
        ..Counts::default()
    };
    let mut places = Vec::new();
    let (mut ours, mut theirs) = (Walker::at(parting, base)?, Walker::at(parting, other)?);
    while ours.hash.is_some() || theirs.hash.is_some() {
        if ours.hash == theirs.hash {
            ours.step()?;
            theirs.step()?;
            continue;
        }
        let (missing, extra) = match &mut surplus {
            Some(surplus) => (
                take_one(&mut surplus.missing, ours.hash),
                take_one(&mut surplus.extra, theirs.hash),
            ),
            None => (ours.hash.is_some(), theirs.hash.is_some()),
        };
        let (how, number) = match (missing, extra) {
            (true, true) => (How::Changed, &mut counts.changed),
            (true, false) => (How::Missing, &mut counts.missing),
            (false, true) => (How::Extra, &mut counts.extra),
            (false, false) => (How::Reordered, &mut counts.reordered),
        };
        *number += 1;
        if places.len() < PLACES {
            let line = if how == How::Extra {
                theirs.line
            } else {
                ours.line
            };
            let job = None;
            places.push(Place { how, line, job });
        }
        // Only a missing line leaves the other output where it is, and only an extra one the base.
        if missing || !extra {
            ours.step()?;
        }
        if extra || !missing {
            theirs.step()?;
        }
    }
    Ok((counts, places))
}

fn take_one(surplus: &mut HashMap<u64, u64>, line: Option<u64>) -> bool {
    let copies = line.and_then(|hash| surplus.get_mut(&hash));
    let Some(left) = copies.filter(|left| **left > 0) else {
        return false;
    };
    *left -= 1;
    true
}
