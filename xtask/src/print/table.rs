//! The table of a comparison, a line a pattern.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::number::{bytes, count, duration, times};
use crate::decide::{Comparison, Finding, Row};
use crate::measure::Measured;
use crate::pattern::Pattern;

/// Widths that a terminal has at the least.
const WIDTH: u16 = 80;

const HEADERS: [&str; 7] = [
    "pattern", "wall", "vs loop", "CPU", "memory", "jobs/s", "output",
];

/// At most 80 columns wide, without a newline at the end.
pub(crate) fn table(of: &Comparison) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(HEADERS);
    let sequential = of
        .rows
        .iter()
        .map(|row| &row.measured)
        .find(|measured| measured.pattern == Pattern::Sequential && measured.is_whole());
    for row in &of.rows {
        table.add_row(cells(row, sequential));
    }
    let last = HEADERS.len() - 1;
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
        if at > 0 && at < last {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

fn cells(row: &Row, sequential: Option<&Measured>) -> [String; HEADERS.len()] {
    let measured = &row.measured;
    let wall = measured.wall.as_secs_f64().max(1e-9);
    let whole = measured.is_whole();
    let speed = sequential.filter(|_| whole).map(|sequential| {
        let ratio = sequential.wall.as_secs_f64() / wall;
        format!("{}x", times(ratio))
    });
    let rate = measured
        .jobs()
        .filter(|_| whole)
        .map(|jobs| count(jobs as f64 / wall));
    let none = || "-".to_owned();
    [
        measured.pattern.binary().to_owned(),
        duration(measured.wall),
        speed.unwrap_or_else(none),
        duration(measured.cpu),
        memory(measured.peak_memory),
        rate.unwrap_or_else(none),
        output(row),
    ]
}

fn output(row: &Row) -> String {
    match &row.finding {
        Finding::Base => "reference".to_owned(),
        Finding::Same => "same".to_owned(),
        Finding::Differs(_) => "DIFFERS".to_owned(),
        Finding::FailsOtherwise(_) => "FAILS OTHERWISE".to_owned(),
        Finding::Stopped => "stopped".to_owned(),
        // How is told below the table.
        Finding::Lost { .. } => "whole run lost".to_owned(),
    }
}

/// A run that was lost before the first look has none to show.
fn memory(peak: u64) -> String {
    if peak == 0 {
        return "-".to_owned();
    }
    bytes(peak)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::End;

    #[test]
    fn the_widest_values_fit_in_80_columns() {
        let rows = Pattern::ALL.map(|pattern| Row {
            measured: Measured {
                pattern,
                wall: Duration::from_micros(12_340),
                cpu: Duration::from_micros(999_000),
                peak_memory: 1023 << 20,
                read: 0,
                end: End::Signal(6),
                report: None,
            },
            finding: Finding::Lost { last_words: None },
        });
        let comparison = Comparison { rows: rows.into() };
        let table = table(&comparison);
        assert_eq!(table.lines().count(), 5, "{table}");
        for line in table.lines() {
            assert!(line.chars().count() <= usize::from(WIDTH), "{table}");
        }
        assert_eq!(table.matches("whole run lost").count(), 4, "{table}");
    }
}
