//! What was found, as one document. `--format json` writes it as it is, and tables and sentences are
//! made from it. Times are in seconds.

use serde::Serialize;

use super::curve::Curve;
use crate::document::Spread;
use crate::measure::Machine;

/// The name of the format. A change that breaks readers gets a new number.
pub(super) const SCHEMA: &str = "patterns.scale/1";

/// What more workers bring.
#[derive(Debug, Clone, Serialize)]
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
    /// Where it ran.
    pub(crate) machine: Machine,
    /// Cores that the programs could use.
    pub(crate) cores: usize,
    /// Cores that other programs used meanwhile.
    pub(crate) others: Option<f64>,
    /// Cores that the hypervisor gave to others meanwhile.
    pub(crate) stolen: Option<f64>,
    /// What may have spoiled the result, a sentence each.
    pub(crate) warnings: Vec<String>,
    /// How often each number of workers ran on each pattern.
    pub(crate) rounds: usize,
    /// What the loop does, if it came to its end.
    pub(crate) loop_jobs_per_second: Option<Spread>,
    /// A pattern each; none if outputs differ.
    pub(crate) curves: Vec<Curve>,
    /// What else there is to say, a sentence each: failed jobs, lost runs.
    pub(crate) notes: Vec<String>,
    /// How outputs differ, in words, if they do.
    pub(crate) differences: Vec<String>,
    /// What `scale` exits with: 0, 1 if outputs differ, 3 if jobs failed or runs were lost.
    pub(crate) exit_code: u8,
}
