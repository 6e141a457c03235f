//! Who survives what: the table of `survive`.

use maud::{Markup, html};

/// What a job that misbehaves takes with it, by its kind and by pattern.
#[derive(Debug, Clone)]
pub(crate) struct Survival {
    /// The patterns.
    pub(crate) columns: Vec<String>,
    /// How a job misbehaves, and what each pattern loses.
    pub(crate) rows: Vec<(String, Vec<String>)>,
}

pub(super) fn table(of: &Survival) -> Markup {
    html! {
        section #survival {
            h2 { "Who survives what" }
            p.muted { "What a job that misbehaves takes with it." }
            div.scrolls tabindex="0" role="region" aria-label="Table of who survives what" {
                table.prose {
                    thead {
                        tr {
                            th scope="col" { "a job that ends in" }
                            @for column in &of.columns { th scope="col" { (column) } }
                        }
                    }
                    tbody {
                        @for (kind, cells) in &of.rows {
                            tr {
                                th scope="row" { (kind) }
                                @for cell in cells { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
