//! The table for a terminal, a line for each culprit on each pattern.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::promise::Breach;
use super::{Cell, summary, words};

/// Widths that a terminal has at the least.
const WIDTH: u16 = 80;

const HEADERS: [&str; 6] = [
    "kind",
    "pattern",
    "lost",
    "reported as",
    "went on",
    "left behind",
];

/// The table, who survives what, and whether that was promised; at most 80 columns wide, but for
/// what is said of broken promises.
pub(super) fn table(cells: &[Cell]) -> String {
    let mut rows = new();
    rows.set_header(HEADERS);
    let mut kind = None;
    for cell in cells {
        // A kind is named once.
        let name = match kind.replace(cell.kind) {
            Some(before) if before == cell.kind => String::new(),
            _ => cell.kind.name(),
        };
        rows.add_row([
            name,
            cell.pattern.name().to_owned(),
            marked(cell, Breach::Lost, words::lost(&cell.fate)),
            marked(cell, Breach::Reported, words::reported(&cell.fate)),
            words::went_on(&cell.fate),
            marked(cell, Breach::Left, words::left(&cell.fate.left)),
        ]);
    }
    if let Some(column) = rows.column_mut(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut who = new();
    for line in summary::lines(cells) {
        who.add_row([line.pattern.name().to_owned(), line.text]);
    }
    let mut text = format!(
        "{}\n{}\n\n{}\n{}",
        words::run(),
        finish(rows),
        finish(who),
        words::conclusion(cells)
    );
    for cell in cells.iter().filter(|cell| !cell.is_as_promised()) {
        text += &format!("\n! {}", words::breach(cell));
    }
    text
}

/// What broke a promise is marked.
fn marked(cell: &Cell, breach: Breach, text: String) -> String {
    if cell.breaches.contains(&breach) {
        return format!("{text} !");
    }
    text
}

fn new() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH);
    table
}

fn finish(mut table: Table) -> String {
    let last = table.column_count() - 1;
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::super::fate::Lost;
    use super::super::invented::{all, broken, kept};
    use super::super::kind::Kind;
    use super::*;
    use crate::pattern::Pattern;

    #[test]
    fn all_of_it_fits_in_80_columns() {
        let text = table(&all());
        for line in text.lines() {
            assert!(line.chars().count() <= usize::from(WIDTH), "{text}");
        }
        assert!(text.contains("\nprocess pool  survives all\n"), "{text}");
        let conclusion = "\nAll 36 are as the documentation promises.";
        assert!(text.ends_with(conclusion), "{text}");
    }

    #[test]
    fn what_breaks_a_promise_is_marked_and_explained() {
        let mut cell = broken(Kind::Abort, Pattern::ProcessPool);
        cell.fate.left.files = vec!["socket".to_owned()];
        cell.last_words = Some("oops".to_owned());
        cell.breaches = cell.promise.breaches(&cell.fate);
        let text = table(&[cell, kept(Kind::Abort, Pattern::Async)]);
        let row = "abort  process pool  whole run !  died: SIGKILL !  at once  1 file !";
        assert!(text.contains(row), "{text}");
        let why = "\n1 of 2 are not as the documentation promises:\n! abort on the process pool. \
                   Promised: the culprit lost, reported as crashed: SIGABRT, nothing left behind. \
                   Found: whole run lost, reported as died: SIGKILL, 1 file left behind (socket). \
                   It last said: oops";
        assert!(text.ends_with(why), "{text}");
    }

    #[test]
    fn the_worst_row_fits_too() {
        let mut cell = broken(Kind::Overflow, Pattern::ProcessPool);
        cell.fate.lost = Lost::Others;
        cell.fate.missing = 99;
        cell.fate.left.threads = Some(1);
        let text = table(&[cell]);
        let row = text.lines().find(|line| line.starts_with("overflow"));
        assert!(
            row.is_some_and(|row| row.len() <= usize::from(WIDTH)),
            "{text}"
        );
        assert!(text.contains("1 thread"), "{text}");
    }
}
