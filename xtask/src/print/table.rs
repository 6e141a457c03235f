//! The table of a comparison, a line a program.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::cells::{COLUMNS, Column};
use crate::document::Document;

/// Widths that a terminal has at the least.
const WIDTH: u16 = 80;

/// Plain lines; at most 80 columns wide, unless it is to be `wide`. Without a newline at the end.
pub(crate) fn table(of: &Document, wide: bool) -> String {
    let mut table = filled(of, wide);
    table.load_style(presets::NOTHING);
    if wide {
        table.set_content_arrangement(ContentArrangement::Disabled);
    } else {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(WIDTH);
    }
    let last = table.column_count() - 1;
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
    }
    table.trim_fmt()
}

/// The same as Markdown, with all columns.
pub(crate) fn markdown(of: &Document) -> String {
    let mut table = filled(of, true);
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.trim_fmt()
}

fn filled(of: &Document, wide: bool) -> Table {
    let columns: Vec<&Column> = COLUMNS
        .iter()
        .filter(|column| wide || !column.wide)
        .collect();
    let mut table = Table::new();
    table.set_header(columns.iter().map(|column| column.name));
    for entry in &of.programs {
        table.add_row(columns.iter().map(|column| (column.cell)(entry)));
    }
    let shown = table.column_iter_mut().zip(&columns);
    for (cells, column) in shown {
        if column.right {
            cells.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
