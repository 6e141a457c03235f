//! The distribution of the time per job, on a logarithmic axis that all programs share.

use maud::{Markup, html};

use super::axis::{Scale, Unit};
use super::histogram::begin;
use super::svg::{Chart, WIDTH, axis, columns, grid, percent, plane, row, upright};
use super::words::plural;
use super::{Pictures, slug};
use crate::document::{Document, Entry, JobTimes};
use crate::page::timeline::Timeline;
use crate::print::seconds;

const HEIGHT: f64 = 88.0;
/// Room for words above the columns.
const TOP: f64 = 15.0;

/// All programs of which it is known how long their jobs took.
pub(super) fn figure(document: &Document, pictures: &Pictures) -> Markup {
    let entries = document.programs.iter();
    let known: Vec<_> = entries
        .filter_map(|entry| {
            let timeline = pictures.timelines.get(&entry.name)?;
            (timeline.jobs > 0).then_some((entry, timeline))
        })
        .collect();
    let ranges = known
        .iter()
        .filter_map(|(_, timeline)| timeline.histogram.range());
    let steps = ranges.flat_map(|range| [*range.start(), *range.end() + 1]);
    let Some((first, last)) = steps.fold(None, |range: Option<(usize, usize)>, step| {
        let (first, last) = range.unwrap_or((step, step));
        Some((first.min(step), last.max(step)))
    }) else {
        return html! {};
    };
    // Some room, so that one time shared by all is a narrow column and not the whole chart.
    let scale = Scale::log(begin(first.saturating_sub(8)), begin(last + 8));
    html! {
        figure #distribution {
            figcaption {
                h2 { "How long a job took" }
                p {
                    "From its start to its end on a worker. Lines mark the time that 50, 95 and "
                    "99 of 100 jobs do not exceed. Each program’s highest column fills its row."
                }
            }
            @for (entry, timeline) in &known { (panel(entry, timeline, &scale)) }
            (axis("time per job, logarithmic", &scale, Unit::Time))
        }
    }
}

fn panel(entry: &Entry, timeline: &Timeline, scale: &Scale) -> Markup {
    let histogram = &timeline.histogram;
    let most = histogram.most().max(1) as f64;
    let tallest = most / histogram.total().max(1) as f64 * 100.0;
    let steps = histogram.steps().map(|(from, to, count)| {
        // One job among millions is still seen.
        let height = (count as f64 / most * (HEIGHT - TOP)).max(1.0);
        (scale.at(from) * WIDTH, scale.at(to) * WIDTH, height)
    });
    let path = columns(steps, HEIGHT - TOP);
    let times = entry.inside.as_ref().and_then(|inside| inside.job_times);
    let body = html! {
        (grid(scale, HEIGHT))
        (plane(TOP, HEIGHT - TOP, &html! { path.column d=(path) {} }))
        @if let Some(times) = times { (quantiles(&times, scale)) }
    };
    let jobs = plural(timeline.jobs, "job");
    let in_words = times.map(|times| {
        let JobTimes {
            p50,
            p95,
            p99,
            longest,
        } = times;
        [
            ("p50", p50),
            ("p95", p95),
            ("p99", p99),
            ("longest", longest),
        ]
        .map(|(name, time)| (name, seconds(time)))
    });
    let description = in_words
        .iter()
        .flatten()
        .map(|(name, time)| format!(", {name} {time}"));
    let description = format!(
        "{jobs}{}; the highest column holds {tallest:.0}% of them.",
        description.collect::<String>()
    );
    let chart = Chart {
        id: &format!("distribution-{}", slug(&entry.name)),
        title: &format!("Time per job of {}", entry.name),
        description: &description,
        height: HEIGHT,
    };
    let label = html! {
        b { (entry.name) }
        @if let Some(times) = &in_words {
            span.big { (times[0].1) }
            span.muted {
                @for (nth, (name, time)) in times[1..].iter().enumerate() {
                    @if nth > 0 { ", " }
                    span.pair { (name) " " (time) }
                }
            }
        }
        span.muted { (jobs) "; highest column " (format!("{tallest:.0}%")) }
    };
    row(&label, &chart.draw(&body))
}

/// Lines, each with its name beside it; where they are close, one name for all.
fn quantiles(times: &JobTimes, scale: &Scale) -> Markup {
    const CLOSE: f64 = 0.08;
    let lines = [("50", times.p50), ("95", times.p95), ("99", times.p99)];
    let lines = lines.map(|(name, time)| (name, scale.at(time)));
    let mut names: Vec<(f64, String)> = Vec::new();
    for (name, at) in lines {
        match names.last_mut() {
            Some((first, words)) if at - *first < CLOSE => *words += &format!(" {name}"),
            _ => names.push((at, format!("p{name}"))),
        }
    }
    let groups = names.len();
    html! {
        g.quantiles {
            @for (_, at) in lines { (upright(at, 0.0, HEIGHT)) }
            @for (nth, (at, words)) in names.iter().enumerate() {
                // The first stands left of its line, so that there is room for the others.
                @let is_left = if groups > 1 { nth == 0 } else { *at > 0.8 };
                @let (anchor, dx) = if is_left { ("end", "-4") } else { ("start", "4") };
                text x=(percent(*at)) dx=(dx) y="10" text-anchor=(anchor) { (words) }
            }
        }
    }
}
