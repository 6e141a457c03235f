//! The page of a comparison: one HTML file that needs nothing else, neither a script nor a network.
//! Its pictures are inline SVG.

mod axis;
mod curves;
mod distribution;
mod histogram;
mod memory;
mod rounds;
mod survival;
mod svg;
mod table;
mod text;
mod timeline;
mod words;

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::document::Document;

pub(crate) use curves::{BreakEven, Curve, Scaling};
pub(crate) use survival::Survival;
pub(crate) use timeline::Timeline;

const STYLE: &str = include_str!("style.css");

/// Nothing may be fetched, and no script may run, whatever the data says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// What a document has no room for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pictures {
    /// By the name of the program, of those whose jobs were logged.
    pub(crate) timelines: BTreeMap<String, Timeline>,
    /// If it was measured.
    pub(crate) break_even: Option<BreakEven>,
    /// If it was measured.
    pub(crate) scaling: Option<Scaling>,
    /// If it was asked for.
    pub(crate) survival: Option<Survival>,
}

/// The whole page.
pub(crate) fn render(document: &Document, pictures: &Pictures) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (document.workload) " – which concurrency pattern fits" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (fillings())
                (text::head(document))
                main {
                    (text::differences(document))
                    (timeline::figure(document, pictures))
                    (table::table(document))
                    (rounds::wall(document))
                    (rounds::ratios(document))
                    (distribution::figure(document, pictures))
                    (memory::figure(document))
                    @if let Some(measured) = &pictures.break_even { (curves::break_even(measured)) }
                    @if let Some(measured) = &pictures.scaling { (curves::scaling(measured)) }
                    @if let Some(survival) = &pictures.survival { (survival::table(survival)) }
                }
                (text::foot(document))
            }
        }
    };
    page.into_string()
}

/// Patterns, so that computing, waiting and moving are told apart without colours.
fn fillings() -> Markup {
    html! {
        svg.fillings width="0" height="0" aria-hidden="true" {
            defs {
                // Lines that lie: a chart that is stretched to the width of the page leaves them.
                pattern #lines width="8" height="4" patternUnits="userSpaceOnUse" {
                    rect.lines-ground width="8" height="4" {}
                    rect.lines-line y="2.8" width="8" height="1.2" {}
                }
                pattern #dots width="5" height="5" patternUnits="userSpaceOnUse" {
                    rect.dots-ground width="5" height="5" {}
                    circle.dots-dot cx="2.5" cy="2.5" r="1.4" {}
                }
            }
        }
    }
}

/// A name as a part of an id.
fn slug(name: &str) -> String {
    let dashed = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    dashed.collect()
}

#[cfg(test)]
mod invented;
#[cfg(test)]
mod look;
#[cfg(test)]
mod tests;
