//! Invented measurements, for tests of what is made of them.

use super::document::{Document, Entry, SCHEMA, Unit};
use super::found::entry;
use super::rounds::{Came, Pairs};
use super::row::Target::{AtLeast, AtMost, Within};
use super::row::{Row, Side, Target};
use crate::measure::Machine;

/// A row of each kind.
pub(super) fn document() -> Document {
    let seconds = |ours, peer| Came::Measured(pairs(Unit::Seconds, [ours; 9], peer));
    let near = [
        0.8e-3, 0.8e-3, 0.8e-3, 1e-3, 1e-3, 1e-3, 1.2e-3, 1.2e-3, 1.2e-3,
    ];
    let skipped = Came::Skipped("nobody was there".to_owned());
    let memory = Came::Measured(pairs(Unit::Bytes, [512.0; 9], Some(256.0)));
    let rows = vec![
        row(
            "threads-1us",
            "rayon",
            Some(AtLeast(0.95)),
            seconds(1e-8, Some(9.8e-9)),
        ),
        row(
            "processes-trip",
            "a socket",
            Some(AtMost(1.15)),
            seconds(2e-5, Some(1e-5)),
        ),
        row(
            "processes-crash-seen",
            "",
            Some(Within(1e-3)),
            Came::Measured(pairs(Unit::Seconds, near, None)),
        ),
        row(
            "processes-vs-pool",
            "Python",
            None,
            seconds(1e-8, Some(2.5e-7)),
        ),
        row("async-vs-asyncio", "Python", Some(AtLeast(30.0)), skipped),
        row("async-waiting-1m", "tokio", Some(Within(600.0)), memory),
    ];
    Document {
        schema: SCHEMA,
        made: "2026-01-31T12:00:00Z".to_owned(),
        machine: Machine {
            cpu: Some("Invented 9000".to_owned()),
            allowed_cores: Some(2),
            ..Machine::default()
        },
        others: None,
        stolen: None,
        warnings: vec!["It was invented.".to_owned()],
        python: None,
        rounds: 9,
        rows,
    }
}

fn pairs(unit: Unit, ours: [f64; 9], peer: Option<f64>) -> Pairs {
    Pairs {
        unit,
        ours: ours.into(),
        peer: peer.map_or_else(Vec::new, |peer| vec![peer; 9]),
    }
}

/// A row without a peer if `by` is empty.
fn row(name: &'static str, by: &'static str, target: Option<Target>, came: Came) -> Entry {
    let row = Row {
        name,
        done: "jobs",
        ours: Side::rust("map", "map", 1),
        peer: (!by.is_empty()).then(|| Side::rust(by, "peer", 1)),
        target,
    };
    entry(&row, came)
}
