//! What was found, as one document. `--format json` writes it as it is, and the table and the page
//! are made from it. Times are in seconds, sizes in bytes.

use serde::{Deserialize, Serialize};

use super::judge::Verdict;
use super::row::Target;
use crate::document::Spread;
use crate::measure::Machine;

/// The name of the format. A change that breaks readers gets a new number.
pub(super) const SCHEMA: &str = "patterns.bench/1";

/// Ours against the peers.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Document {
    /// [`SCHEMA`].
    pub(super) schema: &'static str,
    /// When it was made, in UTC: `2026-01-31T12:00:00Z`.
    pub(super) made: String,
    /// Where it ran.
    pub(super) machine: Machine,
    /// Cores that other programs used meanwhile.
    pub(super) others: Option<f64>,
    /// Cores that the hypervisor gave to others meanwhile.
    pub(super) stolen: Option<f64>,
    /// What may have spoiled the result, a sentence each.
    pub(super) warnings: Vec<String>,
    /// The interpreter, if there was one.
    pub(super) python: Option<String>,
    /// Pairs of each row.
    pub(super) rounds: usize,
    /// In the order of the patterns.
    pub(super) rows: Vec<Entry>,
}

/// A row, and what came of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    /// What it is called.
    pub(super) name: String,
    /// What is done.
    pub(super) done: String,
    /// What ours took.
    pub(super) ours: Taken,
    /// What the peer took, if there is one.
    pub(super) peer: Option<Taken>,
    /// Ours by the peer or the other way round, if both were measured.
    pub(super) ratio: Option<Ratio>,
    /// What ours is to reach, if that is said.
    pub(super) target: Option<Target>,
    /// Whether it does.
    pub(super) verdict: Verdict,
    /// Why it was not measured, if it was not.
    pub(super) skipped: Option<String>,
}

/// What one side took.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Taken {
    /// Who, and how.
    pub(super) by: String,
    /// Of what; nothing if it was not measured.
    pub(super) unit: Option<Unit>,
    /// A job, over all pairs. Where memory is not to grow with the jobs, the whole.
    pub(super) per_job: Option<Spread>,
}

/// Of what something is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unit {
    Seconds,
    Bytes,
}

/// One side in times of the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Ratio {
    /// Which way round.
    pub(super) of: Sense,
    /// The median of the pairs, and its bounds.
    #[serde(flatten)]
    pub(super) spread: Spread,
    /// In each pair.
    pub(super) by_pair: Vec<f64>,
}

/// Which way round a ratio is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sense {
    /// How many times as fast ours is: more is better.
    Speed,
    /// How many times as much ours costs: less is better.
    Cost,
}
