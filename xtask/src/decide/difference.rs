//! How two outputs differ, for outputs that are larger than memory.

use std::collections::VecDeque;
use std::io::{self, Read, Seek};

use super::count::{AT_ONCE, Counts, How, Place, Surplus, count};
use super::excerpt::{self, CONTEXT, Excerpt};
use super::failures::job_of_line;
use super::lines::{Lines, in_common};
use crate::measure::Report;

/// How the output of a pattern differs from that of the base.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The first byte that differs, from 0.
    pub(crate) first_byte: u64,
    /// The line that it is in, from 0.
    pub(crate) first_line: u64,
    /// Which byte of its line it is, from 0.
    pub(crate) column: u64,
    /// The job that this line is of, from 0, if that is known.
    pub(crate) first_job: Option<u64>,
    /// What this job is, if somebody was asked for it.
    pub(crate) input: Option<String>,
    /// How many lines differ, and how.
    pub(crate) counts: Counts,
    /// The first of them.
    pub(crate) places: Vec<Place>,
    /// The first place that differs.
    pub(crate) excerpt: Excerpt,
}

impl Difference {
    /// Says of which jobs the lines of the base are, as far as its report tells.
    pub(crate) fn name_jobs(&mut self, base: &Report) {
        self.first_job = job_of_line(base, self.first_line);
        let of_base = self.places.iter_mut();
        for place in of_base.filter(|place| place.how != How::Extra) {
            place.job = job_of_line(base, place.line);
        }
    }
}

/// Compares two outputs; nothing if they are identical.
pub(crate) fn find<R: Read + Seek>(base: &mut R, other: &mut R) -> io::Result<Option<Difference>> {
    let Some(first_byte) = in_common((base, 0), (other, 0))? else {
        return Ok(None);
    };
    let parting = Parting::find(base, first_byte)?;
    let surplus = Surplus::find(base, other, parting.offset, AT_ONCE)?;
    let (counts, places) = count(base, other, &parting, surplus)?;
    Ok(Some(Difference {
        first_byte,
        first_line: parting.line,
        column: parting.column,
        first_job: None,
        input: None,
        counts,
        places,
        excerpt: excerpt::take(base, other, &parting)?,
    }))
}

/// Where two outputs part.
#[derive(Debug, Default)]
pub(crate) struct Parting {
    /// The first line that differs, from 0.
    pub(crate) line: u64,
    /// Where it begins, in bytes: the same in both.
    pub(crate) offset: u64,
    /// Which byte of the line is the first that differs.
    pub(crate) column: u64,
    /// Where up to [`CONTEXT`] lines before it begin.
    pub(crate) before: VecDeque<u64>,
}

impl Parting {
    /// Up to the first byte that differs, both files are the same, so one of them tells.
    fn find<R: Read + Seek>(file: &mut R, first_byte: u64) -> io::Result<Self> {
        let mut lines = Lines::from(file, 0)?;
        let mut parting = Self::default();
        while let Some(line) = lines.next()?
            && line.ended
            && line.start + line.bytes <= first_byte
        {
            if parting.before.len() == CONTEXT {
                parting.before.pop_front();
            }
            parting.before.push_back(parting.offset);
            parting.line += 1;
            parting.offset += line.bytes;
        }
        parting.column = first_byte - parting.offset;
        Ok(parting)
    }
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
