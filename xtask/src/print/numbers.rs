//! A table in which every cell is a number.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain lines.
    Plain,
    /// For a document.
    Markdown,
}

/// Numbers below each other, as wide as they are. Without a newline at the end.
pub(crate) fn numbers(header: Vec<String>, rows: Vec<Vec<String>>, form: Form) -> String {
    let mut table = Table::new();
    table
        .set_header(header)
        .add_rows(rows)
        .set_content_arrangement(ContentArrangement::Disabled);
    let last = table.column_count() - 1;
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(CellAlignment::Right);
        if form == Form::Plain {
            column.set_padding((0, if at == last { 0 } else { 2 }));
        }
    }
    match form {
        Form::Plain => table.load_style(presets::NOTHING),
        Form::Markdown => table.load_style(presets::ASCII_MARKDOWN),
    };
    table.trim_fmt()
}
