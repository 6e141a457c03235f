//! The table for a terminal, and what is said below it.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::document::{Document, Entry};
use super::words;

/// Widths that a terminal has at the least.
const WIDTH: usize = 80;

const HEADERS: [&str; 7] = ["row", "ours", "peer", "ratio", "±", "target", ""];

/// All rows; at most 80 columns wide. Without a newline at the end.
pub(super) fn text(of: &Document) -> String {
    let mut text = table(&of.rows);
    let skipped = of.rows.iter().filter_map(|row| {
        let why = row.skipped.as_ref()?;
        Some(format!("{}: skipped: {why}", row.name))
    });
    let warnings = of.warnings.iter();
    let warnings = warnings.map(|warning| format!("Warning: {warning}"));
    let sentences = skipped
        .chain([words::count(of), words::machine(of)])
        .chain(warnings);
    for sentence in sentences {
        text += &format!("\n{}", textwrap::fill(&sentence, WIDTH));
    }
    text
}

fn table(rows: &[Entry]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(HEADERS);
    for row in rows {
        table.add_row([
            row.name.clone(),
            words::taken(&row.ours),
            words::peer(row),
            words::ratio(row),
            words::reach(row),
            words::target(row),
            words::verdict(row).to_owned(),
        ]);
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

#[cfg(test)]
mod tests {
    use super::super::invented::document;
    use super::*;

    #[test]
    fn all_of_it_fits_in_80_columns() {
        let text = text(&document());
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{text}");
        }
    }

    #[test]
    fn each_row_says_what_was_found_and_what_it_comes_to() {
        let text = text(&document());
        let row = |name: &str| {
            let row = text.lines().find(|line| line.starts_with(name));
            let words: Vec<_> = row.unwrap().split_whitespace().collect();
            words.join(" ")
        };
        assert_eq!(
            row("threads-1us "),
            "threads-1us 10 ns 9.80 ns 0.98x 0% >= 0.95x holds"
        );
        assert_eq!(
            row("processes-trip "),
            "processes-trip 20.0 µs 10.0 µs 2.00x 0% <= 1.15x short"
        );
        assert_eq!(
            row("processes-crash-seen "),
            "processes-crash-seen 1.00 ms - - 20% <= 1.00 ms open"
        );
        assert_eq!(
            row("async-waiting-1m "),
            "async-waiting-1m 512 B 256 B 2.00x 0% <= 600 B holds"
        );
        assert_eq!(
            row("processes-vs-pool "),
            "processes-vs-pool 10 ns 250 ns 25.0x 0% - -"
        );
        assert_eq!(
            row("async-vs-asyncio "),
            "async-vs-asyncio - - - - >= 30.0x skipped"
        );
        assert!(
            text.contains("\nasync-vs-asyncio: skipped: nobody was there\n"),
            "{text}"
        );
        let count = "\nOf 5 targets: 2 hold, 1 short, 1 open. One row was skipped.\n";
        assert!(text.contains(count), "{text}");
        assert!(text.ends_with("\nWarning: It was invented."), "{text}");
    }
}
