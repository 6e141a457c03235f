//! What the documentation promises of each culprit on each pattern, and whether it was kept.

use super::fate::{Fate, Lost, Reported};
use super::kind::Kind;
use crate::measure::End;
use crate::pattern::Pattern;

/// What is to come of a culprit on a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Promise {
    /// Nothing but the culprit is lost.
    OnlyTheCulprit {
        /// The kind of error that it is reported as.
        reported: &'static str,
        /// How its worker process ends, in one of these ways; none if it lives on.
        deaths: &'static [End],
        /// How many threads are left behind: one that is stuck in the culprit cannot be ended.
        threads: usize,
    },
    /// The whole run is lost: the program ends, in one of these ways.
    Dies(&'static [End]),
    /// The whole run is lost: the program never ends.
    NeverEnds,
}

/// What of a promise was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breach {
    /// More was lost, or less.
    Lost,
    /// It was reported in another way.
    Reported,
    /// More was left behind, or less.
    Left,
}

const SIGABRT: End = End::Signal(6);
const SIGKILL: End = End::Signal(9);
const SIGSEGV: End = End::Signal(11);

/// What is promised.
pub(super) fn promise(kind: Kind, pattern: Pattern) -> Promise {
    let survives = |reported, threads| Promise::OnlyTheCulprit {
        reported,
        deaths: &[],
        threads,
    };
    match (kind, pattern) {
        (Kind::Error, _) => survives("failed", 0),
        (Kind::Panic, _) => survives("panicked", 0),
        (Kind::Abort, _) => dies(pattern, &[SIGABRT]),
        (Kind::Exit, _) => dies(pattern, &[End::Exit(7)]),
        // Rust notices that the stack is used up and aborts; the system alone would say SIGSEGV.
        (Kind::Overflow, _) => dies(pattern, &[SIGABRT, SIGSEGV]),
        // Where memory is refused before the system kills anybody, Rust aborts.
        (Kind::Oom, _) => dies(pattern, &[SIGKILL, SIGABRT]),
        (Kind::Kill, _) => dies(pattern, &[SIGKILL]),
        (Kind::Hang | Kind::Spin, Pattern::ProcessPool) => survives("timed-out", 0),
        // The thread is stuck; another one takes its place.
        (Kind::Hang | Kind::Spin, Pattern::ThreadPool) => survives("timed-out", 1),
        // A time limit takes effect at an await, and only one of them awaits.
        (Kind::Hang, Pattern::Async) => survives("timed-out", 0),
        (Kind::Spin, Pattern::Async) => Promise::NeverEnds,
        (Kind::Hang | Kind::Spin, Pattern::Sequential) => Promise::NeverEnds,
    }
}

/// What ends the process ends the run, unless each worker is a process.
fn dies(pattern: Pattern, deaths: &'static [End]) -> Promise {
    if pattern == Pattern::ProcessPool {
        return Promise::OnlyTheCulprit {
            reported: "crashed",
            deaths,
            threads: 0,
        };
    }
    Promise::Dies(deaths)
}

impl Promise {
    /// What of it was not kept.
    pub(super) fn breaches(self, fate: &Fate) -> Vec<Breach> {
        let (lost, threads) = match self {
            Self::OnlyTheCulprit { threads, .. } => (Lost::Culprit, threads),
            Self::Dies(_) | Self::NeverEnds => (Lost::Run, 0),
        };
        let left = &fate.left;
        // What is not known breaks no promise.
        let is_as_promised = left.threads.is_none_or(|found| found == threads)
            && left.descriptors.is_none_or(|found| found == 0)
            && left.processes.is_none_or(|found| found == 0)
            && left.files.is_empty();
        let checks = [
            (fate.lost == lost, Breach::Lost),
            (self.admits(&fate.reported), Breach::Reported),
            (is_as_promised, Breach::Left),
        ];
        let broken = checks.into_iter().filter(|(is_kept, _)| !is_kept);
        broken.map(|(_, breach)| breach).collect()
    }

    /// Whether it was to be reported so.
    fn admits(self, found: &Reported) -> bool {
        match (self, found) {
            (
                Self::OnlyTheCulprit {
                    reported, deaths, ..
                },
                Reported::Failed { kind, death },
            ) => {
                let is_death = death.map_or(deaths.is_empty(), |death| deaths.contains(&death));
                kind == reported && is_death
            }
            (Self::Dies(deaths), Reported::Died(end)) => deaths.contains(end),
            (Self::NeverEnds, Reported::NeverEnded(_)) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "promise_tests.rs"]
mod tests;
