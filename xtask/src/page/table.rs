//! The table of a comparison, a line a program, as in the terminal.

use maud::{Markup, html};

use super::words::{NONE, grouped, interval, or_none, times};
use crate::document::{Document, Entry, Output, Spread};
use crate::measure::Switches;
use crate::print::{self, seconds};

/// What is said in each column, and what the number is.
const HEADERS: [(&str, &str); 13] = [
    (
        "wall",
        "from starting the program until it was gone: median, and its 95% interval",
    ),
    (
        "times the loop",
        "how many times faster than the sequential loop",
    ),
    ("cores", "that were busy on average"),
    ("CPU", "user and system time of the whole process tree"),
    ("memory", "most of the whole process tree at once"),
    ("jobs/s", "by wall time"),
    ("p50", "half of the jobs took no longer"),
    ("p95", "95 of 100 jobs took no longer"),
    ("p99", "99 of 100 jobs took no longer"),
    ("start-up", "until the pool was ready"),
    ("stop", "from telling the pool to stop until it was gone"),
    (
        "switches",
        "how often it gave up a core to wait, and how often one was taken from it",
    ),
    ("output", "how it compares with the reference’s"),
];

pub(super) fn table(document: &Document) -> Markup {
    html! {
        section #numbers {
            h2 { "The numbers" }
            div.scrolls tabindex="0" role="region" aria-label="Table of the numbers" {
                table {
                    thead {
                        tr {
                            th scope="col" { "program" }
                            @for (name, meaning) in HEADERS {
                                th scope="col" title=(meaning) { (name) }
                            }
                        }
                    }
                    tbody {
                        @for entry in &document.programs { (line(entry, document.is_advised(entry))) }
                    }
                }
            }
            @for entry in &document.programs {
                @if let Some(note) = &entry.note { p { b { (entry.name) } ": " (note) } }
            }
        }
    }
}

fn line(entry: &Entry, is_advised: bool) -> Markup {
    let inside = entry.inside.as_ref();
    let job_times = inside.and_then(|inside| inside.job_times);
    let cells = [
        or_none(entry.times_loop.as_ref(), |spread| {
            times(spread.median) + "×"
        }),
        or_none(entry.cores, |cores| format!("{cores:.2}")),
        or_none(entry.cpu, seconds),
        or_none(inside.and_then(|inside| inside.peak_memory), print::bytes),
        or_none(entry.jobs_per_second, print::count),
        or_none(job_times, |times| seconds(times.p50)),
        or_none(job_times, |times| seconds(times.p95)),
        or_none(job_times, |times| seconds(times.p99)),
        or_none(entry.startup, seconds),
        or_none(entry.shutdown, seconds),
    ];
    html! {
        tr.advised[is_advised] {
            th scope="row" {
                (entry.name)
                @if is_advised { " " span.badge { "fits" } }
                small { (entry.pattern.name()) }
            }
            td { (wall(entry.wall.as_ref())) }
            @for cell in cells { td { (cell) } }
            td { (switches(entry.switches)) }
            td.words.bad[entry.output.is_bad()] { (output(entry.output)) }
        }
    }
}

fn wall(wall: Option<&Spread>) -> Markup {
    html! {
        @match wall {
            None => (NONE),
            Some(wall) => {
                b { (seconds(wall.median)) }
                @if let Some(interval) = interval(wall, seconds) { small { (interval) } }
            }
        }
    }
}

fn switches(switches: Option<Switches>) -> Markup {
    html! {
        @match switches {
            None => (NONE),
            Some(switches) => {
                (grouped(switches.voluntary))
                small { (grouped(switches.involuntary)) " forced" }
            }
        }
    }
}

fn output(output: Output) -> &'static str {
    match output {
        Output::Reference => "reference",
        Output::Same => "same",
        Output::Differs => "DIFFERS",
        Output::FailsOtherwise => "FAILS OTHERWISE",
        Output::Stopped => "stopped",
        Output::Lost => "whole run lost",
    }
}
