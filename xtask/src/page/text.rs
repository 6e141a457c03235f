//! What the page says in words: the verdict, what spoils it, where and how it was measured.

use maud::{Markup, html};

use super::words::{grouped, plural, times};
use crate::document::{Cache, Document};
use crate::measure::Machine;
use crate::print;

/// What was compared, and what came of it.
pub(super) fn head(document: &Document) -> Markup {
    let jobs = document.jobs.map(|jobs| plural(jobs as u64, "job"));
    let jobs = jobs.map(|jobs| match document.sampled_from {
        Some(all) => format!("{jobs}, drawn from {}", grouped(all as u64)),
        None => jobs,
    });
    let workers = document
        .workers
        .map(|workers| plural(workers as u64, "worker"));
    let rounds = plural(document.rounds as u64, "round");
    let made = document.made.replace('T', " ").replace('Z', " UTC");
    let facts = jobs.into_iter().chain(workers).chain([rounds]);
    html! {
        header {
            p.kicker { "Which concurrency pattern fits" }
            h1 { code { (document.workload) } }
            p.muted { (facts.collect::<Vec<_>>().join(" · ")) " · " time datetime=(document.made) { (made) } }
            (verdict(document))
            @for note in &document.notes { p.note { (note) } }
            (warnings(document))
        }
    }
}

fn verdict(document: &Document) -> Markup {
    html! {
        @if let Some(advice) = &document.verdict {
            section.verdict #verdict {
                h2 { (advice.headline) }
                p { (advice.reason) }
                dl {
                    @if let Some(otherwise) = &advice.otherwise {
                        dt { "What would change it" }
                        dd { (otherwise) }
                    }
                    @if let Some(risk) = &advice.risk {
                        dt { "The risk" }
                        dd { (risk) }
                    }
                    @let tied: Vec<_> = advice.tied.iter().map(|pattern| pattern.name()).collect();
                    @if !tied.is_empty() {
                        dt { "As fast, but less simple" }
                        dd { (tied.join(", ")) }
                    }
                }
            }
        } @else {
            section.verdict.none.differ[!document.differences.is_empty()] #verdict {
                h2 {
                    @if document.differences.is_empty() { "No verdict" }
                    @else { "The outputs differ" }
                }
                @if let Some(reason) = &document.no_verdict { p { (reason) } }
            }
        }
    }
}

fn warnings(document: &Document) -> Markup {
    html! {
        @if !document.warnings.is_empty() {
            aside.warnings #warnings {
                h2 { "What may have spoiled the result" }
                ul { @for warning in &document.warnings { li { (warning) } } }
            }
        }
    }
}

/// How the outputs differ.
pub(super) fn differences(document: &Document) -> Markup {
    html! {
        @if !document.differences.is_empty() {
            section #differences {
                h2 { "How the outputs differ" }
                @for difference in &document.differences {
                    pre.scrolls tabindex="0" role="region" aria-label="A difference" {
                        (difference)
                    }
                }
            }
        }
    }
}

/// Where and how it was measured.
pub(super) fn foot(document: &Document) -> Markup {
    let cache = match document.cache {
        Cache::Warm => "Files were in memory: they were read before the first timed run.",
        Cache::Cold => "The system was asked to drop files from memory before each run.",
    };
    let meanwhile = [
        ("Used by other programs", document.others),
        ("Given to others by the hypervisor", document.stolen),
    ];
    let meanwhile = meanwhile
        .into_iter()
        .filter_map(|(name, cores)| Some((name.to_owned(), format!("{} cores", times(cores?)))));
    html! {
        footer {
            section #machine {
                h2 { "The machine" }
                dl.facts {
                    @for (name, value) in facts(&document.machine).into_iter().chain(meanwhile) {
                        div { dt { (name) } dd { (value) } }
                    }
                }
            }
            section #method {
                h2 { "How it was measured" }
                p {
                    "Each program is run as a user would run it, in release, and timed from "
                    "outside. Rounds are interleaved: in each, every program runs once, in an "
                    "order that changes, and what is compared is compared within a round. "
                    "Medians, with intervals that hold in 95 of 100 cases whatever the times are "
                    "distributed like (from order statistics); with few rounds there is none."
                }
                p {
                    "Memory, job times and the timeline come from one more run of each program, "
                    "which is looked into and not timed. A page that several processes share "
                    "counts once. When in a job it computed and when it waited is not known, so "
                    "both are spread over the job. " (cache)
                }
                p { "To repeat it:" }
                pre.scrolls tabindex="0" role="region" aria-label="The command" {
                    code { (document.command) }
                }
            }
        }
    }
}

/// What is known of the machine.
fn facts(machine: &Machine) -> Vec<(String, String)> {
    let yes_or_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let allowed = machine
        .allowed_cores
        .filter(|allowed| Some(*allowed) != machine.cores);
    let governors = machine.governors.join(", ");
    let facts = [
        ("Processor", machine.cpu.clone()),
        ("Cores", machine.cores.map(|cores| cores.to_string())),
        (
            "Cores that may be used",
            allowed.map(|cores| cores.to_string()),
        ),
        (
            "Quota",
            machine.quota.map(|quota| format!("{} cores", times(quota))),
        ),
        (
            "Governor",
            Some(governors).filter(|governors| !governors.is_empty()),
        ),
        ("Turbo", machine.turbo.map(yes_or_no)),
        ("Memory", machine.memory.map(print::bytes)),
        ("Kernel", machine.kernel.clone()),
        ("System", machine.os.clone()),
        ("Virtual machine", machine.is_virtual.map(yes_or_no)),
    ];
    let known = facts.into_iter();
    known
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}
