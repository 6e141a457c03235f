//! The runs of one workload, held against each other.

use std::io::{Read, Seek, SeekFrom};

use super::{Difference, FailsOtherwise, difference, failures};
use crate::measure::{Measured, Program, Report, Run};

/// What became of one program's runs, held against the others'.
#[derive(Debug)]
pub(crate) struct Row {
    /// Who ran.
    pub(crate) program: Program,
    /// The first run, which is looked into and not timed.
    pub(crate) first: Measured,
    /// The timed ones, in the order in which they ran.
    pub(crate) runs: Vec<Timed>,
    /// How its outputs compare: the worst of them.
    pub(crate) finding: Finding,
    /// The round in which that was found; nothing if it was the first run.
    pub(crate) found_in: Option<usize>,
}

/// A timed run.
#[derive(Debug)]
pub(crate) struct Timed {
    /// The round, from 1.
    pub(crate) round: usize,
    /// Its place among all timed runs, from 0.
    pub(crate) place: usize,
    /// What it took.
    pub(crate) measured: Measured,
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
        /// The run that was lost.
        measured: Box<Measured>,
        /// The last line that it wrote on stderr.
        last_words: Option<String>,
    },
}

/// One workload on all programs.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// In the order in which they first ran: the reference first.
    pub(crate) rows: Vec<Row>,
    /// How many rounds were timed; 0 if there was only a first look.
    pub(crate) rounds: usize,
}

/// Takes the runs as they come, so that only one output has to be kept besides the newest.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    base: Option<Run>,
    comparison: Comparison,
    timed: usize,
}

impl Judge {
    /// Takes the first run of a program.
    pub(crate) fn first(&mut self, program: &Program, mut run: Run) -> std::io::Result<()> {
        let finding = self.find(&mut run)?.unwrap_or(Finding::Base);
        let is_base = matches!(finding, Finding::Base);
        self.comparison.rows.push(Row {
            program: program.clone(),
            first: run.measured.clone(),
            runs: Vec::new(),
            finding,
            found_in: None,
        });
        if is_base {
            self.base = Some(run);
        }
        Ok(())
    }

    /// There will be so many rounds.
    pub(crate) fn expect(&mut self, rounds: usize) {
        self.comparison.rounds = rounds;
    }

    /// Takes a timed run of the program that is the `row`-th.
    pub(crate) fn timed(&mut self, row: usize, round: usize, mut run: Run) -> std::io::Result<()> {
        let finding = self.find(&mut run)?;
        let row = &mut self.comparison.rows[row];
        match finding {
            None | Some(Finding::Base | Finding::Same) => row.runs.push(Timed {
                round,
                place: self.timed,
                measured: run.measured,
            }),
            Some(finding) => {
                row.finding = finding;
                row.found_in = Some(round);
            }
        }
        self.timed += 1;
        Ok(())
    }

    /// What is known so far.
    pub(crate) fn so_far(&self) -> &Comparison {
        &self.comparison
    }

    /// All runs are in. Where none was timed, the first one has to do.
    pub(crate) fn finish(mut self) -> Comparison {
        for (place, row) in self.comparison.rows.iter_mut().enumerate() {
            if row.runs.is_empty() {
                row.runs.push(Timed {
                    round: 1,
                    place,
                    measured: row.first.clone(),
                });
            }
        }
        self.comparison
    }

    /// How a run compares with the base; nothing if it is to be the base.
    fn find(&mut self, run: &mut Run) -> std::io::Result<Option<Finding>> {
        if !run.measured.is_whole() {
            return Ok(Some(Finding::Lost {
                measured: Box::new(run.measured.clone()),
                last_words: last_line(&mut run.stderr)?,
            }));
        }
        let base = self.base.as_mut();
        base.map(|base| finding(base, run)).transpose()
    }
}

impl Row {
    /// Whether all its runs came to their end with the right output.
    pub(crate) fn is_sound(&self) -> bool {
        matches!(self.finding, Finding::Base | Finding::Same)
    }
}

impl Comparison {
    /// The run that the others are held against, if any came to its end.
    pub(crate) fn base(&self) -> Option<&Row> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.first.is_whole())
    }

    /// Whether two programs gave different results.
    pub(crate) fn differs(&self) -> bool {
        self.has(|finding| matches!(finding, Finding::Differs(_) | Finding::FailsOtherwise(_)))
    }

    /// How outputs differ, where they do.
    pub(crate) fn differences(&mut self) -> impl Iterator<Item = &mut Difference> {
        let rows = self.rows.iter_mut();
        rows.filter_map(|row| match &mut row.finding {
            Finding::Differs(difference) => Some(&mut **difference),
            _ => None,
        })
    }

    /// Whether a failed job ended a run early.
    pub(crate) fn was_stopped(&self) -> bool {
        let stopped = |row: &Row| {
            let report = row.first.report.as_ref();
            report.is_some_and(Report::was_stopped) || matches!(row.finding, Finding::Stopped)
        };
        self.rows.iter().any(stopped)
    }

    /// Whether a whole run was lost.
    pub(crate) fn has_losses(&self) -> bool {
        self.has(|finding| matches!(finding, Finding::Lost { .. }))
    }

    /// What the first run that came to its end says of itself.
    pub(crate) fn report(&self) -> Option<&Report> {
        self.base().and_then(|base| base.first.report.as_ref())
    }

    /// How many jobs failed, alike in every run that came to its end.
    pub(crate) fn failed_jobs(&self) -> usize {
        self.report().map_or(0, Report::failed_jobs)
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
        if let Some((ours, _)) = reports {
            difference.name_jobs(ours);
        }
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
