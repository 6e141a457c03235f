//! The run in which one job misbehaves, the same on every pattern.

use std::ops::Range;
use std::time::Duration;

use super::kind::Kind;

/// How many workers there are.
pub(super) const WORKERS: usize = 2;
/// How many jobs there are, the culprit among them.
pub(super) const JOBS: usize = 100;
/// Jobs a chunk: several, so that a chunk that is lost as a whole shows.
pub(super) const CHUNK: usize = 8;
/// Not all jobs, so that some cannot start before it is known what became of the culprit.
pub(super) const WINDOW: usize = 32;
/// The job that misbehaves: it has neighbours in its chunk before and after it.
pub(super) const CULPRIT: usize = 50;
/// The time limit of a job, where the culprit never ends.
pub(super) const LIMIT: Duration = Duration::from_millis(500);

/// What the binary is told.
pub(super) fn arguments(kind: Kind) -> Vec<String> {
    let mut line = format!(
        "--workers {WORKERS} --chunk {CHUNK} --window {WINDOW} hostile --count {JOBS} --every {} \
         --kinds {}",
        CULPRIT + 1,
        kind.name()
    );
    if kind.is_endless() {
        line += &format!(" --timeout {}ms", LIMIT.as_millis());
    }
    line.split(' ').map(str::to_owned).collect()
}

/// The culprit's chunk.
pub(super) fn chunk() -> Range<usize> {
    let first = CULPRIT - CULPRIT % CHUNK;
    first..first + CHUNK
}

/// The jobs that do not misbehave. Each prints its number.
pub(super) fn healthy() -> impl Iterator<Item = usize> {
    (0..JOBS).filter(|job| *job != CULPRIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_job_is_the_culprit_in_the_middle_of_its_chunk() {
        // `hostile` spoils the last of every so many jobs.
        let every = CULPRIT + 1;
        assert!((every..2 * every).contains(&JOBS));
        let chunk = chunk();
        assert!(chunk.start < CULPRIT && CULPRIT + 1 < chunk.end);
        let last = healthy().last().unwrap();
        assert!(
            last > CULPRIT + WINDOW,
            "it starts when the culprit has ended"
        );
        assert_eq!((healthy().count(), chunk.len()), (JOBS - 1, CHUNK));
    }

    #[test]
    fn only_what_never_ends_needs_a_time_limit() {
        assert!(!arguments(Kind::Abort).contains(&"--timeout".to_owned()));
        let spin = arguments(Kind::Spin);
        assert!(spin.ends_with(&["spin", "--timeout", "500ms"].map(str::to_owned)));
    }
}
