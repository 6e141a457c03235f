//! What a comparison found, as one document. `--format json` writes it as it is, and the tables,
//! the verdict and the page are drawn from it, so that all of them say the same.
//!
//! Times are in seconds, sizes in bytes. A number that the system or the program did not tell is
//! missing (null), never zero.

mod entry;
mod inside;

use serde::Serialize;

use crate::measure::Machine;
use crate::pattern::Pattern;

pub(crate) use entry::{Entry, Output, Ratios, Spread, Timed};
pub(crate) use inside::{Inside, JobTimes, Shares};

/// The name of the format. A change that breaks readers gets a new number.
pub(crate) const SCHEMA: &str = "patterns.compare/1";

/// One workload on several programs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Document {
    /// [`SCHEMA`].
    pub(crate) schema: &'static str,
    /// When it was made, in UTC: `2026-01-31T12:00:00Z`.
    pub(crate) made: String,
    /// The command that made it, to be repeated.
    pub(crate) command: String,
    /// The workload with its arguments.
    pub(crate) workload: String,
    /// How many jobs there were, if any program said so.
    pub(crate) jobs: Option<usize>,
    /// Of how many inputs the jobs were drawn, if they are a sample.
    pub(crate) sampled_from: Option<usize>,
    /// Workers of each pool.
    pub(crate) workers: Option<usize>,
    /// Rounds that were timed, each with every pattern once.
    pub(crate) rounds: usize,
    /// Whether files were in memory when a run began.
    pub(crate) cache: Cache,
    /// Where it ran.
    pub(crate) machine: Machine,
    /// Cores that other programs used meanwhile.
    pub(crate) others: Option<f64>,
    /// Cores that the hypervisor gave to others meanwhile.
    pub(crate) stolen: Option<f64>,
    /// What may have spoiled the result, a sentence each.
    pub(crate) warnings: Vec<String>,
    /// A program each: the reference first.
    pub(crate) programs: Vec<Entry>,
    /// What else there is to say, a sentence each: failed jobs, lost runs.
    pub(crate) notes: Vec<String>,
    /// How outputs differ, in words, if they do.
    pub(crate) differences: Vec<String>,
    /// Which pattern fits and why, unless that cannot be said.
    pub(crate) verdict: Option<Advice>,
    /// Why there is no verdict, if there is none.
    pub(crate) no_verdict: Option<String>,
    /// What the comparison exits with: 0, 1 if outputs differ, 3 if jobs failed or runs were lost.
    pub(crate) exit_code: u8,
}

impl Document {
    /// Whether the verdict names it.
    pub(crate) fn is_advised(&self, entry: &Entry) -> bool {
        let named = self.verdict.as_ref().map(|advice| advice.pattern);
        entry.stands && named == Some(entry.pattern)
    }
}

/// Whether files were in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Cache {
    /// They were read before the first timed run.
    Warm,
    /// The system was asked to drop them before each run.
    Cold,
}

/// A verdict in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Advice {
    /// The pattern that fits.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) pattern: Pattern,
    /// The others that are as fast, the simplest first.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) tied: Vec<Pattern>,
    /// Which, and by how much.
    pub(crate) headline: String,
    /// Why.
    pub(crate) reason: String,
    /// What would change it.
    pub(crate) otherwise: Option<String>,
    /// What the isolation of processes costs or saves here.
    pub(crate) risk: Option<String>,
}

#[cfg(test)]
impl Document {
    /// A comparison of these programs, of which nothing else is known.
    pub(crate) fn of(programs: Vec<Entry>) -> Self {
        Self {
            schema: SCHEMA,
            made: "2026-01-31T12:00:00Z".to_owned(),
            command: "cargo xtask compare square".to_owned(),
            workload: "square".to_owned(),
            jobs: Some(1000),
            sampled_from: None,
            workers: Some(2),
            rounds: 6,
            cache: Cache::Warm,
            machine: Machine::default(),
            others: None,
            stolen: None,
            warnings: Vec::new(),
            programs,
            notes: Vec::new(),
            differences: Vec::new(),
            verdict: None,
            no_verdict: None,
            exit_code: 0,
        }
    }
}

#[cfg(test)]
mod tests;
