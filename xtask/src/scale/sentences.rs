//! What it comes to in sentences, and the whole for a terminal or a document.

use super::curve::{Curve, FEWEST_POINTS, Fit, Kind};
use super::document::Document;
use super::table;
use crate::document::Spread;
use crate::print::{Form, count, times};

/// Widths that a terminal has at the least.
const WIDTH: usize = 80;

/// What far too many workers lose without anyone minding, of the best rate.
const SLIGHT: f64 = 0.1;

/// A law that is farther from its points says nothing.
const FAR: f64 = 0.1;

const RATES: &str = "Jobs a second, without getting ready and stopping";
const NOTHING: &str = "Where outputs differ, or no run of a pattern comes to its end, nothing can be \
                       said of rates.";
const ONCE: &str = "Getting ready and stopping, once a run";

/// For a terminal; without a newline at the end.
pub(super) fn text(of: &Document) -> String {
    let mut text = String::new();
    if !of.curves.is_empty() {
        let (rates, once) = (table::rates(of, Form::Plain), table::once(of, Form::Plain));
        text = format!("{RATES}\n{rates}\n\n{ONCE}\n{once}\n\n");
    }
    let sentences = sentences(of);
    let sentences = sentences
        .iter()
        .map(|sentence| textwrap::fill(sentence, WIDTH));
    text += &sentences.collect::<Vec<_>>().join("\n");
    for difference in &of.differences {
        text += &format!("\n\n{difference}");
    }
    text
}

/// For a document.
pub(super) fn markdown(of: &Document) -> String {
    let mut text = String::new();
    if !of.curves.is_empty() {
        let (rates, once) = (
            table::rates(of, Form::Markdown),
            table::once(of, Form::Markdown),
        );
        text = format!("{RATES}:\n\n{rates}\n\n{ONCE}:\n\n{once}\n\n");
    }
    for sentence in sentences(of) {
        text += &format!("- {sentence}\n");
    }
    for difference in &of.differences {
        text += &format!("\n```text\n{difference}\n```\n");
    }
    text
}

/// What it comes to, a sentence each.
pub(super) fn sentences(of: &Document) -> Vec<String> {
    let mut all = vec![machine(of)];
    if of.curves.is_empty() {
        all.push(NOTHING.to_owned());
    }
    for curve in &of.curves {
        all.push(best(curve));
        all.extend(curve.fit.map(|fit| law(curve, &fit)));
        all.extend(over(curve, of.cores));
    }
    all.extend(too_few(of));
    all.extend(caveat(of));
    all.extend(of.notes.iter().cloned());
    let warnings = of.warnings.iter();
    all.extend(warnings.map(|warning| format!("Warning: {warning}")));
    all
}

fn machine(of: &Document) -> String {
    let cpu = of.machine.cpu.as_ref();
    let cpu = cpu.map_or(String::new(), |cpu| format!(", {cpu}"));
    let jobs = of
        .jobs
        .map_or(String::new(), |jobs| format!("; {jobs} jobs"));
    let rate = of.loop_jobs_per_second.map(|rate| count(rate.median));
    let rate = rate.map_or(String::new(), |rate| {
        format!(" The loop does {rate} jobs a second.")
    });
    let s = if of.cores == 1 { "" } else { "s" };
    let workload = &of.workload;
    format!(
        "On this machine ({} core{s}{cpu}), {workload}{jobs}.{rate}",
        of.cores
    )
}

fn best(of: &Curve) -> String {
    let best = of.points.iter();
    let best = best.filter(|point| point.workers == of.best_workers);
    let rate = best.map(|point| {
        let rate = count(point.jobs_per_second.median);
        format!(
            "{rate} jobs a second, {} times the loop",
            times(point.times_loop.median)
        )
    });
    format!(
        "{} does most with {}: {}.",
        capital(of.pattern.in_words()),
        workers(of.best_workers),
        rate.collect::<String>()
    )
}

/// What the law says of the most.
fn law(of: &Curve, fit: &Fit) -> String {
    let law = &fit.law;
    let last = of.points.last().map_or(0, |point| point.workers) as f64;
    let most = law.most.map_or(String::new(), times);
    let so = match law.peak_workers {
        Some(peak) if peak < 1.5 => "more workers than one bring nothing".to_owned(),
        Some(peak) => format!(
            "the most is {most} times one worker, with {}{}",
            workers(peak.round() as usize),
            if peak > last {
                ", more than were measured"
            } else {
                ""
            }
        ),
        None if law.most.is_some() => format!("it never exceeds {most} times one worker"),
        None => "it grows in proportion to the workers".to_owned(),
    };
    let contention = percent(law.contention);
    if law.residual > FAR {
        return format!(
            "Its {} points are off by {} from any law of scaling: too far to rely on one.",
            fit.points,
            percent(law.residual)
        );
    }
    match fit.kind {
        Kind::Universal => format!(
            "The universal scalability law, off by {} from its {} points, has contention \
             {contention} and coherency {}, so {so}.",
            percent(law.residual),
            fit.points,
            percent(law.coherency)
        ),
        Kind::Amdahl => format!(
            "Amdahl's law of its {} points up to the cores has contention {contention}, so {so}.",
            fit.points
        ),
    }
}

/// What far too many workers do.
fn over(of: &Curve, cores: usize) -> Option<String> {
    let over = of.over?;
    let ratio = times(over.of_best.median);
    let held_against_it = if over.workers == of.best_workers {
        ", which this is".to_owned()
    } else if over.of_best.median > 1.0 - SLIGHT {
        format!("{}: they do no harm", bounds(&over.of_best))
    } else {
        bounds(&over.of_best)
    };
    Some(format!(
        "With {} on {cores} core{} it does {ratio} times its best{held_against_it}.",
        workers(over.workers),
        if cores == 1 { "" } else { "s" },
    ))
}

/// Why there is no universal law.
fn too_few(of: &Document) -> Option<String> {
    let is_universal = |curve: &Curve| curve.fit.is_some_and(|fit| fit.kind == Kind::Universal);
    let points = of.curves.iter().map(|curve| curve.points.len()).max()?;
    (!of.curves.iter().any(is_universal)).then(|| {
        format!(
            "The universal scalability law needs {FEWEST_POINTS} numbers of workers, and these are \
             {points}: name more with --workers."
        )
    })
}

/// What a law of more workers than cores is one of.
fn caveat(of: &Document) -> Option<String> {
    let fits = of.curves.iter().filter_map(|curve| curve.fit);
    let fit = fits.max_by_key(|fit| fit.beyond_cores)?;
    (fit.beyond_cores > 0).then(|| {
        format!(
            "Mind that {} of the {} points have more workers than there are cores. If the jobs \
             compute, these laws say how soon the cores are used up and how well the rest is borne, \
             and nothing of how the patterns would scale on more cores.",
            fit.beyond_cores, fit.points
        )
    })
}

fn bounds(of: &Spread) -> String {
    of.low.zip(of.high).map_or(String::new(), |(low, high)| {
        format!(" ({} to {})", times(low), times(high))
    })
}

fn workers(of: usize) -> String {
    match of {
        1 => "1 worker".to_owned(),
        of => format!("{of} workers"),
    }
}

/// Two digits, however small.
fn percent(part: f64) -> String {
    if part == 0.0 {
        return "0%".to_owned();
    }
    let percent = part * 100.0;
    let places = (1.0 - percent.log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{percent:.places$}%")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

#[cfg(test)]
#[path = "sentences_tests.rs"]
mod tests;
