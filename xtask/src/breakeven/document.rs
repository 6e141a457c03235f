//! What was found, as one document. `--format json` writes it as it is, and tables and sentences
//! are made from it. Times are in seconds, sizes in bytes.

use serde::Serialize;

use super::curve::{Capacity, Curve};
use super::moving::Payload;
use crate::measure::Machine;

/// The name of the format. A change that breaks readers gets a new number.
pub(super) const SCHEMA: &str = "patterns.breakeven/1";

/// From which size of a job on each pattern pays.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Document {
    /// [`SCHEMA`].
    pub(crate) schema: &'static str,
    /// When it was made, in UTC: `2026-01-31T12:00:00Z`.
    pub(crate) made: String,
    /// Where it ran.
    pub(crate) machine: Machine,
    /// Cores that other programs used meanwhile.
    pub(crate) others: Option<f64>,
    /// Cores that the hypervisor gave to others meanwhile.
    pub(crate) stolen: Option<f64>,
    /// What may have spoiled the result, a sentence each.
    pub(crate) warnings: Vec<String>,
    /// Workers of each pool.
    pub(crate) workers: usize,
    /// How often every size was run on every pattern.
    pub(crate) rounds: usize,
    /// The most that the machine gives.
    pub(crate) capacity: Capacity,
    /// A pattern each. Their points are of the same sizes.
    pub(crate) curves: Vec<Curve>,
    /// What moving data to another process costs, the smallest payload first.
    pub(crate) payloads: Vec<Payload>,
}
