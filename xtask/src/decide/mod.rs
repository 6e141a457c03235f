//! Decide: what the measurements and outputs mean. Nothing here runs a program or prints.

mod difference;
mod excerpt;
mod failures;
mod lines;
mod verdict;

use std::io::{Read, Seek, SeekFrom};

use crate::measure::{Measured, Run};

pub(crate) use difference::{Counts, Difference};
#[cfg(test)]
pub(crate) use excerpt::Excerpt;
pub(crate) use excerpt::Side;
pub(crate) use failures::FailsOtherwise;
pub(crate) use verdict::{Isolation, Verdict, Why, verdict};

/// What became of one pattern's run, held against the others.
#[derive(Debug)]
pub(crate) struct Row {
    /// What it took.
    pub(crate) measured: Measured,
    /// How its output compares.
    pub(crate) finding: Finding,
}

/// How the output of a run compares with that of the first run that came to its end.
#[derive(Debug)]
pub(crate) enum Finding {
    /// This is the one that the others are held against.
    Base,
    /// The same bytes, and the same jobs failed in the same way.
    Same,
    /// Other bytes.
    Differs(Box<Difference>),
    /// The same bytes, but other jobs failed, or in another way.
    FailsOtherwise(FailsOtherwise),
    /// A failed job ended the run early, as it was told to: where exactly is a matter of timing.
    Stopped,
    /// The program died, and the whole run with it.
    Lost {
        /// The last line that it wrote on stderr.
        last_words: Option<String>,
    },
}

/// One workload on all patterns.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// In the order in which they ran.
    pub(crate) rows: Vec<Row>,
}

/// Takes the runs as they come, so that only one output has to be kept besides the newest.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    base: Option<Run>,
    comparison: Comparison,
}

impl Judge {
    /// Holds the next run against those before.
    pub(crate) fn add(&mut self, mut run: Run) -> std::io::Result<()> {
        let (finding, measured) = match &mut self.base {
            _ if !run.measured.is_whole() => {
                let last_words = last_line(&mut run.stderr)?;
                (Finding::Lost { last_words }, run.measured)
            }
            Some(base) => (finding(base, &mut run)?, run.measured),
            None => {
                let measured = run.measured.clone();
                self.base = Some(run);
                (Finding::Base, measured)
            }
        };
        self.comparison.rows.push(Row { measured, finding });
        Ok(())
    }

    /// All runs are in.
    pub(crate) fn finish(self) -> Comparison {
        self.comparison
    }
}

impl Comparison {
    /// The run that the others are held against, if any came to its end.
    pub(crate) fn base(&self) -> Option<&Measured> {
        let mut rows = self.rows.iter();
        rows.find(|row| matches!(row.finding, Finding::Base))
            .map(|row| &row.measured)
    }

    /// Whether two patterns gave different results.
    pub(crate) fn differs(&self) -> bool {
        self.has(|finding| matches!(finding, Finding::Differs(_) | Finding::FailsOtherwise(_)))
    }

    /// Whether a failed job ended a run early.
    pub(crate) fn was_stopped(&self) -> bool {
        let stopped = |measured: &Measured| {
            let report = measured.report.as_ref();
            report.is_some_and(crate::measure::Report::was_stopped)
        };
        self.rows.iter().any(|row| stopped(&row.measured))
    }

    /// Whether a whole run was lost.
    pub(crate) fn has_losses(&self) -> bool {
        self.has(|finding| matches!(finding, Finding::Lost { .. }))
    }

    /// How many bytes the first run had to read from a disk that the others found in memory, if
    /// that may have slowed it down.
    pub(crate) fn cold_start(&self) -> Option<u64> {
        const NOTHING: u64 = 1 << 20;
        let (first, others) = self.rows.split_first()?;
        let others = others.iter().map(|row| row.measured.read);
        let cold = first.measured.read.saturating_sub(others.max()?);
        Some(cold).filter(|cold| *cold > NOTHING)
    }

    /// How many jobs failed, alike in every run that came to its end.
    pub(crate) fn failed_jobs(&self) -> usize {
        let report = self.base().and_then(|base| base.report.as_ref());
        report.map_or(0, crate::measure::Report::failed_jobs)
    }

    /// 1 if outputs differ, 3 if jobs failed or runs were lost, else 0.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.differs() {
            1
        } else if self.failed_jobs() > 0 || self.has_losses() {
            3
        } else {
            0
        }
    }

    /// Which pattern fits, unless the runs cannot be compared.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        if self.differs() || self.was_stopped() || self.cold_start().is_some() {
            return None;
        }
        let runs = self.rows.iter().map(|row| &row.measured);
        verdict(&runs.collect::<Vec<_>>())
    }

    fn has(&self, what: impl Fn(&Finding) -> bool) -> bool {
        self.rows.iter().any(|row| what(&row.finding))
    }
}

fn finding(base: &mut Run, run: &mut Run) -> std::io::Result<Finding> {
    let reports = base
        .measured
        .report
        .as_ref()
        .zip(run.measured.report.as_ref());
    if reports.is_some_and(|(ours, theirs)| ours.was_stopped() || theirs.was_stopped()) {
        return Ok(Finding::Stopped);
    }
    if let Some(mut difference) = difference::find(&mut base.stdout, &mut run.stdout)? {
        difference.first_job =
            reports.and_then(|(ours, _)| failures::job_of_line(ours, difference.first_line));
        return Ok(Finding::Differs(Box::new(difference)));
    }
    let other = reports.and_then(|(ours, theirs)| failures::compare(ours, theirs));
    Ok(other.map_or(Finding::Same, Finding::FailsOtherwise))
}

/// The last line that says something, without reading more than the end of the file.
pub(crate) fn last_line(file: &mut (impl Read + Seek)) -> std::io::Result<Option<String>> {
    const END: u64 = 4096;
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(size.saturating_sub(END)))?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end)?;
    let text = String::from_utf8_lossy(&end);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    Ok(line.map(|line| line.chars().take(200).collect()))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn the_last_line_that_says_something() {
        let last = |text: &str| last_line(&mut Cursor::new(text)).unwrap();
        assert_eq!(last(""), None);
        assert_eq!(last(" \n\n"), None);
        assert_eq!(last("one\ntwo\n\n"), Some("two".to_owned()));
        assert_eq!(last(&"x".repeat(9999)).map(|line| line.len()), Some(200));
    }
}
