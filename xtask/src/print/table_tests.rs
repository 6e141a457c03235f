//! Tables of invented measurements.

use super::*;
use crate::decide::invented;
use crate::document::Output;

#[test]
fn the_widest_values_fit_in_80_columns() {
    let mut document = Document::of(invented::four([12_340.0; 4], [1.99; 4]));
    for entry in &mut document.programs {
        entry.output = Output::Lost;
        entry.cpu = Some(0.999);
        entry.jobs_per_second = Some(123_456_789.0);
        entry.inside.as_mut().unwrap().peak_memory = Some(1023 << 20);
    }
    let table = table(&document, false);
    assert_eq!(table.lines().count(), 5, "{table}");
    for line in table.lines() {
        assert!(line.chars().count() <= usize::from(WIDTH), "{table}");
    }
    assert_eq!(table.matches("run lost").count(), 4, "{table}");
}

#[test]
fn a_wide_table_keeps_each_program_on_one_line() {
    let document = Document::of(invented::four([12.0; 4], [1.99; 4]));
    let narrow = table(&document, false);
    let wide = table(&document, true);
    assert_eq!(wide.lines().count(), narrow.lines().count());
    for name in ["p99", "idle", "start", "stop", "CPU"] {
        assert!(
            wide.contains(name) && !narrow.contains(name),
            "{name}: {wide}"
        );
    }
    let markdown = markdown(&document);
    assert!(
        markdown.lines().all(|line| line.starts_with('|')),
        "{markdown}"
    );
}
