//! Why a pattern wins, in terms of what was seen, and what would change that. Pure.

use super::verdict::{MARGIN, Setting};
use crate::document::Entry;
use crate::pattern::Pattern;

/// Jobs that compute for less than this share of their time are said to wait.
const WAITING: f64 = 0.5;

/// Jobs shorter than this, in seconds, may cost less than handing them to a worker.
const SHORT_JOB: f64 = 20e-6;

/// So many jobs must there be for their length to be known from the length of the run.
const MANY: usize = 10_000;

/// A run shorter than this, in seconds, has nothing to gain.
const SHORT_RUN: f64 = 0.05;

/// Moving data is worth a word from this share of the workers' time on, and from this many bytes a
/// job.
const MUCH_MOVING: f64 = 0.2;
const LARGE: u64 = 4096;

/// A gain of so many times the cores that were busy has another reason than the cores.
const LUCK: f64 = 1.3;

/// What explains a verdict.
#[derive(Debug, PartialEq)]
pub(crate) enum Why {
    /// All others died or differed.
    OnlySurvivor,
    /// The loop wins because a job takes only so long, and handing it to a worker that long.
    ShortJobs {
        /// Seconds a job.
        job: f64,
        /// Seconds a job on the fastest of the others.
        handing: Option<f64>,
    },
    /// The loop wins because the whole run takes only so many seconds.
    ShortRun(f64),
    /// The loop wins although there was enough to do: no pattern kept more cores busy than this.
    NoGain(f64),
    /// The jobs compute for this share of their time, and kept so many cores busy.
    Computing {
        /// The share, if it is known.
        share: Option<f64>,
        /// Cores that the winner kept busy.
        cores: f64,
    },
    /// The jobs wait for this share of their time.
    Waiting {
        /// The share.
        share: f64,
        /// Most jobs that the winner had in flight at once.
        at_once: Option<usize>,
    },
    /// The jobs compute under one lock a process, and only processes have several.
    Lock,
    /// It kept only this many cores busy, which does not explain why it is ahead of a loop that did
    /// not wait.
    Unexplained(f64),
}

/// What the process pool moves.
#[derive(Debug, PartialEq)]
pub(crate) struct Moving {
    /// Bytes a job, there and back.
    pub(crate) bytes: u64,
    /// The share of the workers' time that moving takes.
    pub(crate) share: f64,
}

/// What would change a verdict.
#[derive(Debug, PartialEq)]
pub(crate) enum Change {
    /// Jobs of more than about so many seconds.
    LongerJobs(f64),
    /// A longer run.
    LongerRun,
    /// Jobs that wait for most of their time.
    WaitingJobs,
    /// So many workers on threads, to have as many jobs wait at once.
    MoreWorkers(usize),
    /// Running without the lock.
    NoLock,
    /// A quieter machine, or more rounds: differences below this share are hidden by the noise.
    LessNoise(f64),
}

/// All that reasons are made of.
pub(super) struct Seen<'a> {
    pub(super) winner: &'a Entry,
    /// Those that are as fast, the simplest first.
    pub(super) tied: &'a [&'a Entry],
    /// All that can be compared, the simplest first.
    pub(super) able: &'a [&'a Entry],
    /// Whether the winner is the only one left of several.
    pub(super) alone: bool,
    pub(super) setting: &'a Setting,
}

impl Seen<'_> {
    fn find(&self, pattern: Pattern) -> Option<&Entry> {
        let mut able = self.able.iter().copied();
        able.find(|entry| entry.pattern == pattern)
    }

    /// Seconds a job, while a pattern was running.
    fn a_job(&self, entry: &Entry) -> Option<f64> {
        let running = entry.running.or(Some(entry.median_wall()))?;
        (self.setting.jobs >= MANY).then(|| running / self.setting.jobs as f64)
    }

    /// The share of their time that jobs compute, seen on the loop, where nobody else takes a core
    /// from them; failing that, how busy the loop was.
    fn computing(&self) -> Option<f64> {
        let reference = self.find(Pattern::Sequential)?;
        let inside = reference.inside.as_ref();
        let seen = inside.and_then(|inside| inside.computing);
        seen.or(reference.cores.map(|cores| cores.min(1.0)))
    }
}

/// Why the winner won.
pub(super) fn why(seen: &Seen<'_>) -> Why {
    let cores = seen.winner.cores.unwrap_or(0.0);
    if seen.alone {
        return Why::OnlySurvivor;
    }
    if seen.winner.pattern == Pattern::Sequential {
        return why_the_loop(seen);
    }
    let share = seen.computing();
    match share {
        Some(share) if share < WAITING => Why::Waiting {
            share: 1.0 - share,
            at_once: seen
                .winner
                .inside
                .as_ref()
                .and_then(|inside| inside.in_flight),
        },
        _ if seen.setting.gil && seen.winner.pattern == Pattern::ProcessPool => Why::Lock,
        Some(_) if gain(seen) > LUCK * cores.max(1.0) => Why::Unexplained(cores),
        _ => Why::Computing { share, cores },
    }
}

/// How many times faster than the loop the winner is.
fn gain(seen: &Seen<'_>) -> f64 {
    let reference = seen.find(Pattern::Sequential);
    reference.map_or(1.0, |reference| {
        reference.median_wall() / seen.winner.median_wall().max(1e-9)
    })
}

fn why_the_loop(seen: &Seen<'_>) -> Why {
    let others = seen
        .able
        .iter()
        .filter(|entry| entry.name != seen.winner.name);
    match seen.a_job(seen.winner) {
        Some(job) if job < SHORT_JOB => Why::ShortJobs {
            job,
            handing: others
                .filter_map(|entry| seen.a_job(entry))
                .min_by(f64::total_cmp),
        },
        _ if seen.winner.median_wall() < SHORT_RUN => Why::ShortRun(seen.winner.median_wall()),
        _ => Why::NoGain(others.filter_map(|entry| entry.cores).fold(0.0, f64::max)),
    }
}

/// What the process pool moves, if that is much.
pub(super) fn moving(seen: &Seen<'_>) -> Option<Moving> {
    let processes = seen.find(Pattern::ProcessPool)?;
    let inside = processes.inside.as_ref()?;
    let bytes = inside.moved.checked_div(seen.setting.jobs as u64)?;
    let share = inside.shares?.moving;
    let is_behind = processes.median_wall() > seen.winner.median_wall() * (1.0 + MARGIN);
    (is_behind && bytes >= LARGE && share >= MUCH_MOVING).then_some(Moving { bytes, share })
}

/// What would change the verdict.
pub(super) fn change(seen: &Seen<'_>, why: &Why) -> Option<Change> {
    // Of a tie, one is the fastest, and the others are held against it.
    let tied = seen.tied.iter().chain([&seen.winner]);
    let tied = tied.filter(|_| !seen.tied.is_empty());
    let noise = tied
        .filter_map(|entry| entry.against_fastest.as_ref()?.spread.reach())
        .fold(0.0, f64::max);
    if noise > 2.0 * MARGIN {
        return Some(Change::LessNoise(noise));
    }
    match why {
        Why::ShortJobs { handing, .. } => handing.map(Change::LongerJobs),
        Why::ShortRun(_) => Some(Change::LongerRun),
        Why::Computing { .. } if seen.winner.pattern == Pattern::ThreadPool => {
            Some(Change::WaitingJobs)
        }
        Why::Waiting { at_once, .. } if seen.winner.pattern == Pattern::Async => at_once
            .filter(|n| *n > seen.setting.workers)
            .map(Change::MoreWorkers),
        Why::Lock => Some(Change::NoLock),
        _ => None,
    }
}
