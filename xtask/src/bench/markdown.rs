//! The page of the book: the table, and a sentence for each row.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::document::{Document, Entry};
use super::words;

const HEADERS: [&str; 6] = ["row", "ours", "peer", "ratio", "target", "verdict"];

/// All rows, as a page; without a newline at the end.
pub(super) fn markdown(of: &Document) -> String {
    let day = of.made.split('T').next().unwrap_or_default();
    let mut text = format!(
        "# Ours and the peers\n\n\
         Printed by `cargo xtask bench --format markdown` on {day}.\n{} {}\n\n{}\n\n",
        words::machine(of),
        words::count(of),
        table(&of.rows)
    );
    for row in &of.rows {
        text += &format!("- `{}`: {}\n", row.name, words::sentence(row));
    }
    for warning in &of.warnings {
        text += &format!("\nWarning: {warning}\n");
    }
    text.trim_end().to_owned()
}

fn table(rows: &[Entry]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(HEADERS);
    for row in rows {
        let ratio = match (words::ratio(row), words::reach(row)) {
            (ratio, reach) if row.ratio.is_some() => format!("{ratio} ± {reach}"),
            (none, _) => none,
        };
        table.add_row([
            format!("`{}`", row.name),
            words::taken(&row.ours),
            words::peer(row),
            ratio,
            words::target(row),
            words::verdict(row).to_owned(),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::super::invented::document;
    use super::*;

    #[test]
    fn a_page_has_a_line_of_the_table_and_a_sentence_for_each_row() {
        let of = document();
        let page = markdown(&of);
        assert!(
            page.starts_with("# Ours and the peers\n\nPrinted by "),
            "{page}"
        );
        assert!(
            page.contains(" on 2026-01-31.\nOn 2 cores, Invented 9000"),
            "{page}"
        );
        for row in &of.rows {
            for begin in ["| `", "- `"] {
                let begin = format!("{begin}{}`", row.name);
                let lines = page.lines().filter(|line| line.starts_with(&begin));
                assert_eq!(lines.count(), 1, "{begin} in {page}");
            }
        }
    }

    #[test]
    fn a_sentence_says_who_was_held_against_whom_and_what_it_comes_to() {
        let page = markdown(&document());
        for sentence in [
            "- `threads-1us`: jobs: map, against rayon. 0.98 times the speed (0.98 to 0.98); the \
             target of at least 0.95 holds.\n",
            "- `processes-trip`: jobs: map, against a socket. 2.00 times the cost (2.00 to 2.00); \
             the target of at most 1.15 falls short.\n",
            "- `processes-crash-seen`: jobs: map. 1.00 ms; the target of at most 1.00 ms is open: \
             the noise is larger than the difference.\n",
            "- `processes-vs-pool`: jobs: map, against Python. 25.0 times the speed (25.0 to 25.0); \
             only shown.\n",
            "- `async-vs-asyncio`: jobs: map, against Python. Skipped: nobody was there.\n",
        ] {
            assert!(page.contains(sentence), "no {sentence} in {page}");
        }
    }
}
