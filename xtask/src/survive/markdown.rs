//! The table for a document: a line for each kind, a column for each pattern.

use super::fate::Lost;
use super::kind::Kind;
use super::{Cell, summary, words};
use crate::pattern::Pattern;

/// A page: the table, who survives what, and whether that was promised.
pub(super) fn markdown(cells: &[Cell]) -> String {
    let patterns = Pattern::ALL.into_iter();
    let patterns: Vec<_> = patterns
        .filter(|pattern| cells.iter().any(|cell| cell.pattern == *pattern))
        .collect();
    let mut kinds: Vec<Kind> = cells.iter().map(|cell| cell.kind).collect();
    kinds.dedup();

    let names = patterns.iter().map(|pattern| pattern.name().to_owned());
    let mut lines = vec![
        "# Who survives what".to_owned(),
        String::new(),
        "Printed by `cargo xtask survive --format markdown`.".to_owned(),
        words::run(),
        String::new(),
        row("a job that".to_owned(), names),
    ];
    lines.push(row(
        "---".to_owned(),
        patterns.iter().map(|_| "---".to_owned()),
    ));
    for kind in kinds {
        let cells = patterns.iter().map(|pattern| {
            let mut cells = cells.iter();
            let cell = cells.find(|cell| cell.kind == kind && cell.pattern == *pattern);
            cell.map_or_else(String::new, text)
        });
        lines.push(row(format!("{} (`{}`)", kind.deed(), kind.name()), cells));
    }
    lines.push(String::new());
    for summary::Line { pattern, text } in summary::lines(cells) {
        lines.push(format!("- **{}**: {text}", pattern.name()));
    }
    lines.push(String::new());
    lines.push(words::conclusion(cells));
    let broken = cells.iter().filter(|cell| !cell.is_as_promised());
    let mut broken = broken
        .map(|cell| format!("- {}", words::breach(cell)))
        .peekable();
    if broken.peek().is_some() {
        lines.push(String::new());
    }
    lines.extend(broken);
    lines.join("\n")
}

fn row(first: String, others: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = std::iter::once(first).chain(others).collect();
    format!("| {} |", cells.join(" | "))
}

/// All four facts of a cell. That nothing was left behind is not said.
fn text(cell: &Cell) -> String {
    let (lost, reported) = (words::lost(&cell.fate), words::reported(&cell.fate));
    let mut text = match cell.fate.lost {
        Lost::Run => format!("**{lost} lost**, {reported}"),
        _ => {
            let on = words::went_on(&cell.fate);
            let after = if on.ends_with('s') { "after " } else { "" };
            format!("only {lost}, {reported}; the others on {after}{on}")
        }
    };
    let left = words::left(&cell.fate.left);
    if left != "nothing" {
        text += &format!("; left behind: {left}");
    }
    if !cell.is_as_promised() {
        text += " **(not as promised)**";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::invented::{all, broken, kept};
    use super::*;

    #[test]
    fn every_row_has_a_cell_for_every_pattern() {
        let text = markdown(&all());
        let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), 2 + 9, "{text}");
        for row in rows {
            assert_eq!(row.matches('|').count(), 6, "{row}");
            assert!(!row.contains("|  |"), "{row}");
        }
        let panics = "| panics (`panic`) | only the culprit, panicked; the others on at once |";
        assert!(text.contains(panics), "{text}");
        let stuck = "| only the culprit, timed-out; the others on after 505 ms; left behind: \
                     1 thread |";
        assert!(text.contains(stuck), "{text}");
    }

    /// What a text says, without times.
    fn facts(text: &str) -> Vec<&str> {
        let facts = text.split([';', '|', '\n']).map(str::trim);
        facts
            .filter(|fact| !fact.starts_with("the others on "))
            .collect()
    }

    #[test]
    fn the_table_in_the_book_is_what_is_promised() {
        let book = include_str!("../../../docs/src/survive-table.md");
        assert_eq!(facts(book.trim_end()), facts(&markdown(&all())));
    }

    #[test]
    fn what_breaks_a_promise_is_told() {
        let cells = [
            kept(Kind::Abort, Pattern::Async),
            broken(Kind::Kill, Pattern::ProcessPool),
        ];
        let text = markdown(&cells);
        for part in [
            "| a job that | process pool | async |",
            "| aborts the process (`abort`) |  | **whole run lost**, died: SIGABRT |",
            "**(not as promised)** |  |",
            "\n\n1 of 2 are not as the documentation promises:\n\n- kill on the process pool. ",
        ] {
            assert!(text.contains(part), "no {part:?} in {text}");
        }
    }
}
