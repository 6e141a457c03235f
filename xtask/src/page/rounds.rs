//! Every run of every program: how long it took, and how it compares in each round.

use maud::{Markup, html};

use super::axis::{Scale, Unit};
use super::slug;
use super::svg::{Chart, axis, grid, percent, row, tidy, upright};
use super::words::{interval, plural, times};
use crate::document::{Document, Entry, Spread};
use crate::print::seconds;

const HEIGHT: f64 = 56.0;

/// A dot that is a run or a round.
struct Dot {
    round: usize,
    value: f64,
}

/// How long each run took, all rounds.
pub(super) fn wall(document: &Document) -> Markup {
    let entries: Vec<_> = document.programs.iter().collect();
    let entries: Vec<_> = entries
        .into_iter()
        .filter(|entry| !entry.runs.is_empty())
        .collect();
    if entries.is_empty() {
        return html! {};
    }
    let walls = entries.iter().flat_map(|entry| &entry.runs);
    let scale = Scale::fitting(walls.map(|run| run.wall));
    html! {
        figure #wall {
            figcaption {
                h2 { "How long every run took" }
                p {
                    "A dot is a run, the first at the top; the line is the median, and the band "
                    "its 95% interval."
                    @if scale.is_log() { " The axis is logarithmic." }
                }
            }
            @for entry in entries { (wall_row(entry, &scale)) }
            (axis(&named("wall time", &scale), &scale, Unit::Time))
        }
    }
}

fn wall_row(entry: &Entry, scale: &Scale) -> Markup {
    let dots = entry.runs.iter().map(|run| Dot {
        round: run.round,
        value: run.wall,
    });
    let runs = plural(entry.runs.len() as u64, "run");
    let strip = Strip {
        id: format!("wall-{}", slug(&entry.name)),
        title: format!("Wall time of {}", entry.name),
        dots: dots.collect(),
        spread: entry.wall.as_ref(),
        words: seconds,
    };
    let label = html! {
        b { (entry.name) }
        @if let Some(wall) = &entry.wall { (in_words(wall, seconds)) }
        span.muted { (runs) }
    };
    row(&label, &strip.draw(scale, None))
}

/// The programs against the fastest, round by round.
pub(super) fn ratios(document: &Document) -> Markup {
    let entries = document.programs.iter();
    let compared: Vec<_> = entries
        .filter_map(|entry| Some((entry, entry.against_fastest.as_ref()?)))
        .collect();
    let Some((_, first)) = compared.first() else {
        return html! {};
    };
    let by_round = compared.iter().flat_map(|(_, ratios)| &ratios.by_round);
    let scale = Scale::around(by_round.copied().chain([1.0]));
    html! {
        figure #ratios {
            figcaption {
                h2 { "Times as long as " (first.of) ", round by round" }
                p {
                    "In a round every program runs once, so that what slows the machine down "
                    "for a while slows all of them. Right of the line at 1 is slower; where the band "
                    "holds the line, neither is seen to be faster."
                    @if scale.is_log() { " The axis is logarithmic." }
                    @if compared.iter().any(|(_, ratios)| !ratios.paired) {
                        " Where two did not run in the same rounds, the median of the one that "
                        "ran less stands for it."
                    }
                }
            }
            @for (entry, ratios) in &compared {
                @let dots = ratios.by_round.iter().enumerate();
                @let strip = Strip {
                    id: format!("ratio-{}", slug(&entry.name)),
                    title: format!("{} against {}", entry.name, ratios.of),
                    dots: dots.map(|(nth, value)| Dot { round: nth + 1, value: *value }).collect(),
                    spread: Some(&ratios.spread),
                    words: |ratio| times(ratio) + "×",
                };
                (row(&html! {
                    b { (entry.name) }
                    (in_words(&ratios.spread, strip.words))
                    span.muted {
                        "slower in " (ratios.longer_in) " of "
                        (plural(ratios.by_round.len() as u64, "round"))
                    }
                }, &strip.draw(&scale, Some(1.0))))
            }
            (axis(&named("times as long", &scale), &scale, Unit::Times))
        }
    }
}

fn named(name: &str, scale: &Scale) -> String {
    format!(
        "{name}{}",
        if scale.is_log() { ", logarithmic" } else { "" }
    )
}

fn in_words(spread: &Spread, words: impl Fn(f64) -> String) -> Markup {
    html! {
        span.big { (words(spread.median)) }
        @if let Some(interval) = interval(spread, &words) { span.muted { (interval) } }
    }
}

/// Dots on one line, with their median and its interval.
struct Strip<'a> {
    id: String,
    title: String,
    dots: Vec<Dot>,
    spread: Option<&'a Spread>,
    words: fn(f64) -> String,
}

impl Strip<'_> {
    /// With a line at a value that means something, if there is one.
    fn draw(&self, scale: &Scale, line: Option<f64>) -> Markup {
        let band = self.spread.and_then(|spread| spread.low.zip(spread.high));
        let body = html! {
            (grid(scale, HEIGHT))
            @if let Some(value) = line { g.line { (upright(scale.at(value), 0.0, HEIGHT)) } }
            @if let Some((low, high)) = band {
                @let (from, to) = (scale.at(low), scale.at(high));
                rect.band x=(percent(from)) width=(percent((to - from).max(0.001)))
                    y="3" height=(tidy(HEIGHT - 6.0)) {}
            }
            @if let Some(spread) = self.spread {
                g.median { (upright(scale.at(spread.median), 1.0, HEIGHT - 1.0)) }
            }
            g.dots {
                @for (nth, dot) in self.dots.iter().enumerate() {
                    circle cx=(percent(scale.at(dot.value))) cy=(tidy(self.y(nth))) r="3.2" {
                        title { (format!("{}: {}", round(dot.round), (self.words)(dot.value))) }
                    }
                }
            }
        };
        let chart = Chart {
            id: &self.id,
            title: &self.title,
            description: &self.description(),
            height: HEIGHT,
        };
        chart.draw(&body)
    }

    /// The rounds go from the top to the bottom.
    fn y(&self, nth: usize) -> f64 {
        let steps = self.dots.len().saturating_sub(1);
        if steps == 0 {
            return HEIGHT / 2.0;
        }
        let room = HEIGHT - 16.0;
        8.0 + room * nth as f64 / steps as f64
    }

    fn description(&self) -> String {
        let values: Vec<_> = self.dots.iter().map(|dot| dot.value).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(0.0, f64::max);
        let words = self.words;
        let dots = plural(values.len() as u64, "dot");
        let mut text = format!("{dots} from {} to {}", words(low), words(high));
        if let Some(spread) = self.spread {
            text += &format!("; the median is {}", words(spread.median));
            if let Some(interval) = interval(spread, words) {
                text += &format!(", its 95% interval {interval}");
            }
        }
        text + "."
    }
}

fn round(number: usize) -> String {
    match number {
        0 => "before the first round".to_owned(),
        _ => format!("round {number}"),
    }
}
