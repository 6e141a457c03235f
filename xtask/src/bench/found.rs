//! From what was measured to the document that says what was found.

use std::time::SystemTime;

use super::document::{Document, Entry, SCHEMA, Taken, Unit};
use super::judge::{Verdict, judge, ratio};
use super::rounds::{Came, Pairs, Ran};
use super::row::{Row, Side};
use crate::decide::{spread, warnings};
use crate::measure::{self, Machine};

/// Sums it up.
pub(super) fn document(
    rows: &[Row],
    ran: Ran,
    rounds: usize,
    python: Option<String>,
    taken: Option<measure::Taken>,
) -> Document {
    let machine = Machine::look();
    let warnings = warnings(&machine, taken, ran.shortest);
    let entries = rows.iter().zip(ran.rows);
    Document {
        schema: SCHEMA,
        made: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        machine,
        others: taken.map(|taken| taken.others),
        stolen: taken.map(|taken| taken.steal),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        python,
        rounds,
        rows: entries.map(|(row, came)| entry(row, came)).collect(),
    }
}

/// What came of a row.
pub(super) fn entry(row: &Row, came: Came) -> Entry {
    let (pairs, skipped) = match came {
        Came::Measured(pairs) => (Some(pairs), None),
        Came::Skipped(why) => (None, Some(why)),
    };
    let taken = |side: &Side, values: fn(&Pairs) -> &[f64]| {
        let per_job = pairs.as_ref().and_then(|pairs| spread(values(pairs)));
        Taken {
            by: side.by.to_owned(),
            unit: pairs.as_ref().map(|pairs| pairs.unit),
            per_job,
        }
    };
    let ours = taken(&row.ours, |pairs| &pairs.ours);
    let peer = row.peer.as_ref();
    let peer = peer.map(|side| taken(side, |pairs| &pairs.peer));
    let ratio = pairs
        .as_ref()
        .and_then(|pairs| ratio(row.target, &pairs.ours, &pairs.peer));
    let verdict = match &ours.per_job {
        Some(ours) => judge(row.target, ours, ratio.as_ref()),
        None => Verdict::Skipped,
    };
    Entry {
        name: row.name.to_owned(),
        done: row.done.to_owned(),
        ours,
        peer,
        ratio,
        target: row.target,
        verdict,
        skipped,
    }
}

impl Unit {
    /// An amount of it, for people.
    pub(super) fn show(self, amount: f64) -> String {
        match self {
            Self::Seconds => crate::print::seconds(amount),
            // Casting saturates; a part of a byte is none.
            Self::Bytes => crate::print::bytes(amount.round() as u64),
        }
    }
}
