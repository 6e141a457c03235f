//! Whether the same jobs failed in the same way.

use std::collections::BTreeMap;

use crate::measure::{Failure, Report};

/// Two runs with the same output in which other jobs failed, or in another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FailsOtherwise {
    /// The first job that they disagree on.
    pub(crate) index: usize,
    /// How it failed in the base, if it did.
    pub(crate) base: Option<String>,
    /// How it failed in the other run, if it did.
    pub(crate) other: Option<String>,
    /// How many listed jobs they disagree on.
    pub(crate) jobs: usize,
}

/// Compares what the two reports list; nothing if they agree.
pub(crate) fn compare(base: &Report, other: &Report) -> Option<FailsOtherwise> {
    // A report lists only the first failures: beyond the shorter list, nothing is known.
    let known = reach(base).min(reach(other));
    let (ours, theirs) = (by_job(base, known), by_job(other, known));
    let jobs = ours.keys().chain(theirs.keys());
    let mut disagree: Vec<_> = jobs
        .copied()
        .filter(|index| ours.get(index) != theirs.get(index))
        .collect();
    disagree.sort_unstable();
    disagree.dedup();
    let index = *disagree.first()?;
    let kind = |kinds: &BTreeMap<usize, &str>| kinds.get(&index).map(|kind| (*kind).to_owned());
    Some(FailsOtherwise {
        index,
        base: kind(&ours),
        other: kind(&theirs),
        jobs: disagree.len(),
    })
}

/// The job that a line of output is of: every job that did not fail has one line.
pub(crate) fn job_of_line(report: &Report, line: u64) -> Option<u64> {
    let mut job = line;
    for Failure { index, .. } in &report.failures {
        if *index as u64 > job {
            return Some(job);
        }
        job += 1;
    }
    // A line beyond the last is of no job.
    (is_complete(report) && job < report.jobs as u64).then_some(job)
}

fn is_complete(report: &Report) -> bool {
    report.failures.len() == report.failed_jobs()
}

/// Up to which job a report's list can be relied on.
fn reach(report: &Report) -> usize {
    let last = report.failures.last().map_or(0, |failure| failure.index);
    if is_complete(report) {
        usize::MAX
    } else {
        last
    }
}

fn by_job(report: &Report, known: usize) -> BTreeMap<usize, &str> {
    let listed = report.failures.iter();
    listed
        .take_while(|failure| failure.index <= known)
        .map(|failure| (failure.index, failure.kind.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(failures: &[(usize, &str)], unlisted: usize) -> Report {
        let failures = failures.iter().map(|(index, kind)| Failure {
            index: *index,
            kind: (*kind).to_owned(),
            message: String::new(),
        });
        let failures: Vec<_> = failures.collect();
        let failed = failures.len() + unlisted;
        Report {
            jobs: 100,
            failed: BTreeMap::from([("failed".to_owned(), failed)]),
            failures,
            ..Report::default()
        }
    }

    #[test]
    fn the_first_disagreement_is_named() {
        let base = report(&[(3, "failed"), (7, "panicked")], 0);
        assert_eq!(compare(&base, &base), None);
        let other = report(&[(3, "failed"), (7, "failed"), (9, "failed")], 0);
        let expected = FailsOtherwise {
            index: 7,
            base: Some("panicked".to_owned()),
            other: Some("failed".to_owned()),
            jobs: 2,
        };
        assert_eq!(compare(&base, &other), Some(expected));
    }

    #[test]
    fn what_is_not_listed_is_not_compared() {
        let base = report(&[(3, "failed")], 5);
        let other = report(&[(3, "failed"), (7, "failed")], 4);
        assert_eq!(compare(&base, &other), None);
    }

    #[test]
    fn a_line_is_of_the_job_at_its_place_among_those_that_did_not_fail() {
        let some = report(&[(0, "failed"), (3, "failed")], 0);
        let jobs: Vec<_> = (0..4).map(|line| job_of_line(&some, line)).collect();
        assert_eq!(jobs, [Some(1), Some(2), Some(4), Some(5)]);
        let unlisted = report(&[(0, "failed"), (3, "failed")], 1);
        assert_eq!(job_of_line(&unlisted, 1), Some(2));
        assert_eq!(job_of_line(&unlisted, 2), None);
        assert_eq!(job_of_line(&some, 97), Some(99));
        assert_eq!(job_of_line(&some, 98), None);
    }
}
