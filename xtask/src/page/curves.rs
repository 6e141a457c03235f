//! Curves of numbers against numbers: where patterns break even, and how they scale.

use maud::{Markup, html};

use super::axis::{Scale, Unit};
use super::svg::{Chart, WIDTH, axis, grid, percent, plane, row, tidy};

const HEIGHT: f64 = 240.0;

/// A pattern's points, in the order of x.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

/// How many times faster than the loop each pattern is, by how long a job takes.
#[derive(Debug, Clone)]
pub(crate) struct BreakEven {
    /// x in seconds a job, y in times the loop.
    pub(crate) curves: Vec<Curve>,
    /// From how long a job on each pattern pays, in words.
    pub(crate) summary: Vec<String>,
}

/// How many jobs a second each pattern does, by its workers.
#[derive(Debug, Clone)]
pub(crate) struct Scaling {
    /// x in workers, y in jobs a second.
    pub(crate) curves: Vec<Curve>,
    /// What is to be seen, in words.
    pub(crate) summary: Vec<String>,
}

/// The two axes.
struct Plot<'a> {
    id: &'a str,
    title: &'a str,
    x: (Scale, Unit, &'a str),
    y: (Scale, Unit, &'a str),
    /// A line across that means something.
    level: Option<f64>,
}

pub(super) fn break_even(of: &BreakEven) -> Markup {
    let points = || of.curves.iter().flat_map(|curve| &curve.points);
    let plot = Plot {
        id: "break-even",
        title: "Break-even: from how long a job on a pattern pays",
        x: (
            around(points().map(|point| point.0), 3.0),
            Unit::Time,
            "time per job, logarithmic",
        ),
        y: (
            around(points().map(|point| point.1).chain([1.0]), 1.3),
            Unit::Times,
            "times faster than the loop, logarithmic",
        ),
        level: Some(1.0),
    };
    plot.figure(&of.curves, &of.summary)
}

pub(super) fn scaling(of: &Scaling) -> Markup {
    let points = || of.curves.iter().flat_map(|curve| &curve.points);
    // Two workers and sixty-four are both to be seen.
    let workers = Scale::fitting(points().map(|point| point.0));
    let name = if workers.is_log() {
        "workers, logarithmic"
    } else {
        "workers"
    };
    let plot = Plot {
        id: "scaling",
        title: "Scaling: what more workers bring",
        x: (workers, Unit::Count, name),
        y: (
            Scale::linear(points().map(|point| point.1).fold(0.0, f64::max) * 1.05),
            Unit::Count,
            "jobs a second",
        ),
        level: None,
    };
    plot.figure(&of.curves, &of.summary)
}

/// With room below, where the marks of the other axis are written.
fn around(values: impl Iterator<Item = f64>, room: f64) -> Scale {
    let values: Vec<_> = values.filter(|value| *value > 0.0).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(0.0, f64::max);
    if values.is_empty() {
        return Scale::log(1.0, 10.0);
    }
    Scale::log(low / room, high * 1.2)
}

impl Plot<'_> {
    fn figure(&self, curves: &[Curve], summary: &[String]) -> Markup {
        if curves.iter().all(|curve| curve.points.is_empty()) {
            return html! {};
        }
        let (x, x_unit, x_name) = &self.x;
        let label = html! {
            span.axis-name { "up: " (self.y.2) }
            ul.legend.upright {
                @for (nth, curve) in curves.iter().enumerate() {
                    li {
                        svg.key width="28" height="12" aria-hidden="true" {
                            line class=(format!("curve c{nth}")) x1="0" x2="28" y1="6" y2="6" {}
                            svg x="14" y="6" overflow="visible" { (marker(nth)) }
                        }
                        (curve.name)
                    }
                }
            }
        };
        html! {
            figure id=(format!("{}-figure", self.id)) {
                figcaption {
                    h2 { (self.title) }
                    @for sentence in summary { p { (sentence) } }
                }
                (row(&label, &self.chart(curves)))
                (axis(x_name, x, *x_unit))
            }
        }
    }

    fn chart(&self, curves: &[Curve]) -> Markup {
        let (x, x_unit, _) = self.x;
        let (y, y_unit, _) = self.y;
        let height = |value: f64| (1.0 - y.at(value)) * HEIGHT;
        let body = html! {
            (grid(&x, HEIGHT))
            g.grid {
                @for tick in y.ticks() {
                    @let at = tidy(height(tick));
                    line x1="0" x2="100%" y1=(at) y2=(at) {}
                    text.inside x="0" y=(tidy(height(tick) - 3.0)) { (y.label(tick, y_unit)) }
                }
            }
            @if let Some(level) = self.level {
                @let at = tidy(height(level));
                g.line { line x1="0" x2="100%" y1=(at) y2=(at) {} }
            }
            (plane(0.0, HEIGHT, &html! {
                @for (nth, curve) in curves.iter().enumerate() {
                    @let points = curve.points.iter().map(|point| {
                        format!("{},{}", tidy(x.at(point.0) * WIDTH), tidy(height(point.1)))
                    });
                    polyline class=(format!("curve c{nth}"))
                        points=(points.collect::<Vec<_>>().join(" ")) {}
                }
            }))
            @for (nth, curve) in curves.iter().enumerate() {
                @for point in &curve.points {
                    svg x=(percent(x.at(point.0))) y=(tidy(height(point.1))) overflow="visible" {
                        (marker(nth))
                    }
                }
            }
        };
        let curves = curves.iter().map(|curve| {
            let points = curve.points.iter().map(|point| {
                format!(
                    "{} at {}",
                    y.label(point.1, y_unit),
                    x.label(point.0, x_unit)
                )
            });
            format!("{}: {}.", curve.name, points.collect::<Vec<_>>().join(", "))
        });
        let chart = Chart {
            id: self.id,
            title: self.title,
            description: &curves.collect::<Vec<_>>().join(" "),
            height: HEIGHT,
        };
        chart.draw(&body)
    }
}

/// Each curve has a shape of its own, so that no one needs to see colours.
fn marker(nth: usize) -> Markup {
    let class = format!("marker c{nth}");
    html! {
        @match nth % 4 {
            0 => circle class=(class) r="4" {},
            1 => rect class=(class) x="-3.5" y="-3.5" width="7" height="7" {},
            2 => path class=(class) d="M0 -5L5 4H-5Z" {},
            _ => path class=(class) d="M0 -5L5 0L0 5L-5 0Z" {},
        }
    }
}
