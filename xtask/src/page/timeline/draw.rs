//! The timelines of all programs under each other, on one time axis.

use maud::{Markup, html};

use super::Timeline;
use super::block::Block;
use crate::document::{Document, Entry, Shares};
use crate::page::axis::{Scale, Unit};
use crate::page::svg::{Chart, WIDTH, axis, grid, mark, percent, plane, row};
use crate::page::words::plural;
use crate::page::{Pictures, slug};
use crate::pattern::Pattern;
use crate::print::seconds;

/// A reference that takes so many times as long as all others is cut.
const MUCH_LONGER: f64 = 1.3;
/// What is narrower than this is also shown magnified.
const SLIVER: f64 = 0.15;
const STRIP: f64 = 16.0;
const FUNNEL: f64 = 20.0;
const AXIS: f64 = 16.0;

/// All programs that were looked into; nothing if there is none.
pub(in crate::page) fn figure(document: &Document, pictures: &Pictures) -> Markup {
    let entries = document.programs.iter();
    let shown: Vec<_> = entries
        .filter_map(|entry| {
            let timeline = pictures.timelines.get(&entry.name)?;
            (timeline.end > 0.0).then_some((entry, timeline))
        })
        .collect();
    if shown.is_empty() {
        return html! {};
    }
    let end = end_of_axis(&shown);
    let scale = Scale::linear(end);
    html! {
        figure #timeline {
            figcaption {
                h2 { "What the workers did, and when" }
                p {
                    "A strip is a worker; where one worker has many jobs at once, a strip holds "
                    "those that do not overlap. All programs share the time axis. The bar beside "
                    "sums up the whole run; moving is spread over the time outside jobs, because "
                    "only its sum is known."
                }
                (legend())
            }
            @for (entry, timeline) in &shown { (panel(entry, timeline, end, document.workers)) }
            (axis("time since the run began", &scale, Unit::Time))
        }
    }
}

/// The longest run, unless that is the reference by far.
fn end_of_axis(shown: &[(&Entry, &Timeline)]) -> f64 {
    let longest = |of: &mut dyn Iterator<Item = &(&Entry, &Timeline)>| {
        of.map(|(_, timeline)| timeline.end).fold(0.0, f64::max)
    };
    let is_pool = |(entry, _): &&(&Entry, &Timeline)| entry.pattern != Pattern::Sequential;
    let all = longest(&mut shown.iter());
    let pools = longest(&mut shown.iter().filter(is_pool));
    if pools > 0.0 && all > pools * MUCH_LONGER {
        pools * 1.02
    } else {
        all
    }
}

fn legend() -> Markup {
    html! {
        ul.legend {
            @for (class, word, meaning) in [
                ("computing", "computing", "in a job, on a core"),
                ("waiting", "waiting", "in a job, on no core"),
                ("moving", "moving", "on a core, in no job: handing over"),
                ("idle", "idle", "neither"),
            ] {
                li {
                    svg.key width="16" height="12" aria-hidden="true" {
                        rect class=(class) width="16" height="12" {}
                    }
                    b { (word) } " " span.muted { (meaning) }
                }
            }
        }
    }
}

fn panel(entry: &Entry, timeline: &Timeline, end: f64, threads: Option<usize>) -> Markup {
    let shares = entry.inside.as_ref().and_then(|inside| inside.shares);
    let block = Block::new(timeline, shares);
    let is_cut = timeline.end > end;
    let is_sliver = timeline.end < end * SLIVER;
    let threads = threads.filter(|_| entry.pattern == Pattern::Async);
    let notes = notes(timeline, &block, threads);
    let description = format!(
        "{} until the last job ended. {}{}",
        seconds(timeline.end),
        notes.join(", "),
        shares.map_or_else(String::new, |shares| format!(". {}", in_words(&shares))),
    );
    let body = if is_sliver {
        magnified(&block, timeline, end)
    } else {
        html! {
            (grid(&Scale::linear(end), block.height()))
            (block.draw(0.0, end))
            @if is_cut { (torn(block.height())) }
        }
    };
    let magnifier = STRIP + FUNNEL + AXIS;
    let chart = Chart {
        id: &format!("timeline-{}", slug(&entry.name)),
        title: &format!("Timeline of {}", entry.name),
        description: &description,
        height: block.height() + if is_sliver { magnifier } else { 0.0 },
    };
    let label = html! {
        b { (entry.name) }
        span.big { (seconds(timeline.end)) }
        @for note in &notes { span.muted { (note) } }
        @if let Some(shares) = shares { (share_bar(&shares)) }
    };
    html! {
        (row(&label, &html! {
            (chart.draw(&body))
            @if is_cut {
                p.beyond { "goes on until " (seconds(timeline.end)) " →" }
            }
            @if block.more > 0 {
                p.beyond { "and " (block.more) " more at the same time" }
            }
        }))
    }
}

/// What is to be known beside the picture.
fn notes(timeline: &Timeline, block: &Block<'_>, threads: Option<usize>) -> Vec<String> {
    let mut notes = vec![match threads {
        // An async job moves from thread to thread, so a log tells all of one worker.
        Some(threads) => plural(threads as u64, "thread"),
        None => plural(timeline.workers.len() as u64, "worker"),
    }];
    if block.lanes() > timeline.workers.len() || block.more > 0 {
        notes.push(format!("{} at once", plural(block.at_once as u64, "job")));
    }
    if timeline.failed > 0 {
        notes.push(format!("{} failed", plural(timeline.failed, "job")));
    }
    notes
}

/// At its place on the common axis, and below so large that one sees something.
fn magnified(block: &Block<'_>, timeline: &Timeline, end: f64) -> Markup {
    let scale = Scale::linear(timeline.end);
    let width = (timeline.end / end * WIDTH).max(2.0);
    let top = STRIP + FUNNEL;
    let funnel = format!("M0 0H{width}L{WIDTH} {FUNNEL}H0Z");
    html! {
        (grid(&Scale::linear(end), STRIP))
        (plane(0.0, STRIP, &html! {
            path.idle d=(format!("M0 0H{width}V{STRIP}H0Z")) {}
            (block.area(STRIP, end))
        }))
        (plane(STRIP, FUNNEL, &html! { path.funnel d=(funnel) {} }))
        (mark(0.5, STRIP + 14.0, &format!("magnified {:.0} times", end / timeline.end)))
        (block.draw(top, timeline.end))
        @for tick in scale.ticks() {
            (mark(scale.at(tick), top + block.height() + 11.0, &scale.label(tick, Unit::Time)))
        }
    }
}

/// The margin at which a run that goes on is cut.
fn torn(height: f64) -> Markup {
    let teeth = (0..=(height / 4.0) as usize).map(|tooth| {
        let x = if tooth % 2 == 0 { 0.0 } else { 6.0 };
        format!("L{x} {}", tooth as f64 * 4.0)
    });
    let edge: String = teeth.collect();
    html! {
        svg x="100%" overflow="visible" width="1" height=(height) {
            path.torn transform="translate(-7 0)" d=(format!("M8 0{edge}L8 {height}Z")) {}
        }
    }
}

/// What the workers' whole time went into.
fn share_bar(shares: &Shares) -> Markup {
    let mut from = 0.0;
    let parts = parts(shares).map(|(name, share)| {
        let part = (name, from, share);
        from += share;
        part
    });
    html! {
        svg.shares width="100%" height="10" aria-hidden="true" {
            @for (name, from, share) in parts {
                @if share > 0.0 {
                    rect class=(name) x=(percent(from)) width=(percent(share)) height="10" {}
                }
            }
        }
        span.muted { (in_words(shares)) }
    }
}

fn parts(shares: &Shares) -> [(&'static str, f64); 4] {
    [
        ("computing", shares.computing),
        ("waiting", shares.waiting),
        ("moving", shares.moving),
        ("idle", shares.idle),
    ]
}

fn in_words(shares: &Shares) -> String {
    let parts = parts(shares).into_iter();
    let shown = parts.filter(|(_, share)| *share >= 0.005);
    let words = shown.map(|(name, share)| format!("{:.0}% {name}", share * 100.0));
    words.collect::<Vec<_>>().join(", ")
}
