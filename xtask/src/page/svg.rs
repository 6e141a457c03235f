//! What all charts are made of. A chart is as wide as the page, whatever that is, and its letters
//! stay as large as they are: what stands at a place stands at a percentage of the width, and
//! only shapes are stretched.

use std::fmt::Write;

use maud::{Markup, html};

use super::axis::{Scale, Unit};

/// How wide a [`plane`] is in its own units.
pub(super) const WIDTH: f64 = 1000.0;

/// A picture, what it is called and what is to be seen on it.
pub(super) struct Chart<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    /// In pixels.
    pub(super) height: f64,
}

impl Chart<'_> {
    pub(super) fn draw(&self, body: &Markup) -> Markup {
        let (title, description) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        html! {
            svg id=(self.id) width="100%" height=(tidy(self.height)) role="img"
                aria-labelledby=(format!("{title} {description}")) {
                title id=(title) { (self.title) }
                desc id=(description) { (self.description) }
                (body)
            }
        }
    }
}

/// A row of a figure: words on the left, or above on a phone, and the chart.
pub(super) fn row(label: &Markup, chart: &Markup) -> Markup {
    html! {
        div.row {
            div.label { (label) }
            div.plot { (chart) }
        }
    }
}

/// The marks of an axis, as the last row of a figure.
pub(super) fn axis(name: &str, scale: &Scale, unit: Unit) -> Markup {
    html! {
        div.row.axis-row {
            div.label { span.axis-name { (name) } }
            div.plot {
                svg.axis width="100%" height="18" aria-hidden="true" {
                    @for tick in scale.ticks() {
                        (mark(scale.at(tick), 13.0, &scale.label(tick, unit)))
                    }
                }
            }
        }
    }
}

/// Words at a place. At an end of the chart, half of them would leave it.
pub(super) fn mark(at: f64, y: f64, words: &str) -> Markup {
    let anchor = match at {
        ..0.01 => "start",
        0.99.. => "end",
        _ => "middle",
    };
    html! { text x=(percent(at)) y=(tidy(y)) text-anchor=(anchor) { (words) } }
}

/// A line from top to bottom at each mark.
pub(super) fn grid(scale: &Scale, height: f64) -> Markup {
    html! {
        g.grid {
            @for tick in scale.ticks() { (upright(scale.at(tick), 0.0, height)) }
        }
    }
}

/// A line from top to bottom.
pub(super) fn upright(at: f64, from: f64, to: f64) -> Markup {
    let at = percent(at);
    html! { line x1=(at) x2=(at) y1=(tidy(from)) y2=(tidy(to)) {} }
}

/// A part of a chart whose shapes are stretched to its width: [`WIDTH`] wide in their own units,
/// and as high as in pixels.
pub(super) fn plane(y: f64, height: f64, body: &Markup) -> Markup {
    let height = tidy(height);
    html! {
        svg y=(tidy(y)) width="100%" height=(height) viewBox=(format!("0 0 {WIDTH} {height}"))
            preserveAspectRatio="none" {
            (body)
        }
    }
}

/// The outline of columns that stand on one line, each from, to, and how high.
pub(super) fn columns(columns: impl Iterator<Item = (f64, f64, f64)>, base: f64) -> String {
    let mut path = String::new();
    // Where the last column ended, and how high it was.
    let mut last: Option<(String, String)> = None;
    for (from, to, height) in columns {
        let (from, to, top) = (tidy(from), tidy(to), tidy(base - height));
        if top == tidy(base) || from == to {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = match &last {
            Some((end, level)) if *end == from && *level == top => Ok(()),
            Some((end, _)) if *end == from => write!(path, "H{from}V{top}"),
            Some((end, _)) => write!(path, "H{end}V{0}H{from}V{top}", tidy(base)),
            None => write!(path, "M{from} {}V{top}", tidy(base)),
        };
        last = Some((to, top));
    }
    if let Some((end, _)) = last {
        let _ = write!(path, "H{end}V{}Z", tidy(base));
    }
    path
}

/// A rectangle as a part of a path.
pub(super) fn rectangle(from: f64, to: f64, top: f64, bottom: f64) -> String {
    let [from, to, top, bottom] = [from, to, top, bottom].map(tidy);
    format!("M{from} {top}H{to}V{bottom}H{from}Z")
}

/// A share of the width.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", tidy(share * 100.0))
}

/// As few digits as the eye needs.
pub(super) fn tidy(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    // No minus before a zero.
    format!("{}", rounded + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_meet_share_an_outline() {
        let path = columns(
            [(0.0, 1.0, 4.0), (1.0, 2.0, 4.0), (2.0, 3.0, 1.5)].into_iter(),
            10.0,
        );
        assert_eq!(path, "M0 10V6H2V8.5H3V10Z");
    }

    #[test]
    fn columns_apart_stand_on_the_same_line() {
        let path = columns(
            [(0.0, 1.0, 4.0), (1.0, 2.0, 0.0), (5.0, 6.0, 2.0)].into_iter(),
            10.0,
        );
        assert_eq!(path, "M0 10V6H1V10H5V8H6V10Z");
        assert_eq!(columns(std::iter::empty(), 10.0), "");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            ["0", "1.5", "0.33", "0"],
            [0.0, 1.5, 1.0 / 3.0, -0.001].map(tidy)
        );
        assert_eq!(percent(0.125), "12.5%");
    }
}
