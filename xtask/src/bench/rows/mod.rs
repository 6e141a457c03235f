//! All rows: what each pattern is held against, and what it is to reach.
//!
//! Jobs are as many as take some tenths of a second, so that all rows together take minutes.

mod asynchronous;
mod processes;
mod threads;

use super::row::{Row, Side, Target};

/// A thousand jobs.
const K: u64 = 1000;
/// A million jobs.
const M: u64 = 1_000_000;

/// What memory may grow by where it is not to grow: noise.
const THE_SAME: Target = Target::AtMost(1.2);

/// All rows. A stream that is to take no more memory than a short one has some million jobs, or a
/// hundred million if `long`.
pub(super) fn all(long: bool) -> Vec<Row> {
    [
        threads::rows(long),
        processes::rows(long),
        asynchronous::rows(long),
    ]
    .concat()
}

/// A row that is only shown, unless it is given a target.
fn row(name: &'static str, done: &'static str, ours: Side, peer: Side) -> Row {
    Row {
        peer: Some(peer),
        ..alone(name, done, ours)
    }
}

/// A row without a peer.
fn alone(name: &'static str, done: &'static str, ours: Side) -> Row {
    Row {
        name,
        done,
        ours,
        peer: None,
        target: None,
    }
}

impl Row {
    fn reaching(self, target: Target) -> Self {
        let target = Some(target);
        Self { target, ..self }
    }
}

/// The most that the machine gives: what two workers are held against that compute.
fn two_threads(jobs: u64) -> Side {
    let by = "two threads, half of the jobs each";
    Side::rust(by, "static-threads", jobs)
}

/// The memory of a stream of so many jobs, or of a hundred million if `long`, held against that of
/// few.
fn stream(name: &'static str, long: bool, jobs: u64) -> Row {
    let (many, few, by) = match long {
        false => (jobs, jobs / 10, "a tenth of the jobs"),
        true => (100 * M, M, "a hundredth of the jobs"),
    };
    row(
        name,
        "most memory while squares stream through map",
        Side::rust("the whole stream", name, many),
        Side::rust(by, name, few),
    )
    .reaching(THE_SAME)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::row::Program;
    use super::*;

    #[test]
    fn each_row_has_a_name_of_its_own_and_begins_with_its_pattern() {
        let rows = all(false);
        let names: BTreeSet<_> = rows.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), rows.len());
        for name in names {
            let pattern = name.split('-').next().unwrap();
            assert!(
                ["threads", "processes", "async"].contains(&pattern),
                "{name}"
            );
        }
    }

    #[test]
    fn ours_is_always_ours_and_a_share_of_a_peer_needs_one() {
        for row in all(true) {
            assert_eq!(row.ours.program, Program::Rust, "{}", row.name);
            let of_a_peer = matches!(row.target, Some(Target::AtLeast(_) | Target::AtMost(_)));
            let is_complete = row.peer.is_some() || !of_a_peer && row.target.is_some();
            assert!(is_complete, "{} is held against nothing", row.name);
        }
    }

    #[test]
    fn a_stream_has_many_times_the_jobs_that_it_is_held_against() {
        let jobs = |side: &Side| -> u64 { side.args(1.0)[2].parse().unwrap() };
        for (long, times) in [(false, 10), (true, 100)] {
            let rows = all(long).into_iter();
            let streams = rows.filter(|row| row.name.ends_with("-memory"));
            let streams: Vec<_> = streams.collect();
            assert_eq!(streams.len(), 3);
            for row in streams {
                let few = jobs(&row.peer.unwrap());
                assert_eq!(jobs(&row.ours), times * few, "{}", row.name);
                assert!(!long || jobs(&row.ours) == 100 * M, "{}", row.name);
            }
        }
    }
}
