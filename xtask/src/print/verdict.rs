//! The verdict in words.

use super::number::{bytes, seconds, times};
use crate::decide::{Change, Lead, Moving, Price, Verdict, Why};
use crate::document::{Advice, Spread};
use crate::pattern::Pattern;

/// Says it in sentences.
pub(crate) fn advice(of: &Verdict, workers: usize) -> Advice {
    Advice {
        pattern: of.winner,
        tied: of.tied.clone(),
        headline: headline(of),
        reason: reason(of, workers),
        otherwise: of
            .change
            .as_ref()
            .map(|change| otherwise(change, of.winner)),
        risk: of.price.as_ref().map(|price| risk(price, of.winner)),
    }
}

fn headline(of: &Verdict) -> String {
    let mut headline = of.winner.in_words().to_owned();
    if let Some(ratio) = &of.times_loop {
        headline += &format!(
            ", {} times as fast as the loop{}",
            times(ratio.median),
            bounds(ratio)
        );
    }
    if !of.tied.is_empty() {
        let are = if of.tied.len() == 1 { "is" } else { "are" };
        headline += &format!("; a tie with {}, which {are} less simple", list(&of.tied));
    }
    if let Some(lead) = &of.lead {
        headline += &format!("; {}", behind(lead));
    }
    headline + "."
}

fn behind(lead: &Lead) -> String {
    let Lead {
        over,
        ratio,
        ahead_in,
        rounds,
    } = lead;
    let over = over.in_words();
    let bounds = bounds(ratio);
    format!(
        "{over} takes {} times as long{bounds}, and took longer in {ahead_in} of {rounds} rounds",
        times(ratio.median)
    )
}

/// ` (1.92 to 1.97)`, if the bounds are known and differ.
fn bounds(of: &Spread) -> String {
    match (of.low.map(times), of.high.map(times)) {
        (Some(low), Some(high)) if low != high => format!(" ({low} to {high})"),
        _ => String::new(),
    }
}

fn list(patterns: &[Pattern]) -> String {
    let names: Vec<_> = patterns.iter().map(|pattern| pattern.in_words()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

fn reason(of: &Verdict, workers: usize) -> String {
    let mut reason = why(of, workers);
    if let Some(Moving { bytes: size, share }) = &of.moving {
        let size = bytes(*size);
        reason += &format!(
            " A job moves {size} there and back, and worker processes spend {} of their time on \
             moving it.",
            percent(*share)
        );
    }
    reason
}

fn why(of: &Verdict, workers: usize) -> String {
    match &of.why {
        Why::OnlySurvivor => {
            "It is the only one that came to its end with the right output.".into()
        }
        Why::ShortJobs { job, handing } => {
            let job = seconds(*job);
            let handing = handing.map_or_else(
                || "handing it to a worker costs more".to_owned(),
                |handing| format!("with workers it takes {}", seconds(handing)),
            );
            format!("A job takes {job}, and {handing}: no pattern pays for jobs so short.")
        }
        Why::ShortRun(wall) => {
            let wall = seconds(*wall);
            format!("The whole run takes {wall}, so there is next to nothing to gain.")
        }
        Why::NoGain(cores) => {
            format!(
                "No pattern showed a gain from its workers: at most {cores:.1} cores were busy."
            )
        }
        Why::Computing { share, cores } => {
            let share = share.map_or_else(
                || "The jobs compute".to_owned(),
                |share| format!("The jobs were {} computing", percent(share)),
            );
            let async_lost = of.winner != Pattern::Async;
            let idle = if async_lost {
                ", so async had nothing to wait for"
            } else {
                ""
            };
            format!("{share}, and kept {cores:.1} of {workers} cores busy{idle}.")
        }
        Why::Waiting { share, at_once } => {
            let at_once = at_once.map_or_else(String::new, |jobs| {
                format!(", and it had up to {jobs} of them wait at once")
            });
            format!("The jobs were {} waiting{at_once}.", percent(*share))
        }
        Why::Lock => "The jobs compute, each process has one interpreter lock, and only processes \
                      have several."
            .into(),
        Why::Unexplained(cores) => format!(
            "But it kept only {cores:.1} cores busy: something else slowed the loop down, so run \
             it again."
        ),
    }
}

fn otherwise(change: &Change, winner: Pattern) -> String {
    match change {
        Change::LongerJobs(seconds_a_job) => format!(
            "Jobs of more than about {} each would change that; `cargo xtask breakeven` finds \
             from where on.",
            seconds(*seconds_a_job)
        ),
        Change::LongerRun => "A longer run may change that: measure one that takes seconds.".into(),
        Change::WaitingJobs => {
            "Jobs that wait for most of their time would change that: then async.".into()
        }
        Change::MoreWorkers(workers) => {
            format!("Threads could wait as much at once with `--workers {workers}`.")
        }
        Change::NoLock => {
            "Without the lock, as in Rust, threads do the same for less: leave out --gil.".into()
        }
        Change::LessNoise(noise) => format!(
            "Differences of less than {} were lost in the noise, and {} is only the simplest: \
             more rounds (--rounds 30) or a quieter machine would tell more.",
            percent(*noise),
            winner.in_words()
        ),
    }
}

/// The process pool is the one that survives what a job does to its process.
fn risk(price: &Price, winner: Pattern) -> String {
    let Price { wall, memory, tied } = price;
    let memory = memory.map_or_else(String::new, |memory| {
        format!("{} times the memory, ", times(memory))
    });
    let behind = (wall - 1.0) * 100.0;
    let speed = match wall {
        _ if *tied && behind.abs() < 1.0 => "as fast here".to_owned(),
        wall if *wall >= 1.995 => format!("{} times as long here", times(*wall)),
        _ if behind >= 0.0 => format!("{behind:.0}% slower here"),
        _ => format!("{:.0}% faster here", -behind),
    };
    let besides = if winner == Pattern::Sequential {
        "a panic is all that a loop survives"
    } else {
        "only processes survive that"
    };
    format!(
        "Choose processes if a job may abort, exit, overflow its stack or never end: {besides}. \
         The price: {memory}{speed}."
    )
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    // Neither 0% nor 100% unless it is so.
    if percent > 0.0 && percent < 1.0 {
        format!("{:.1}%", percent.max(0.1))
    } else if percent > 99.5 && percent < 100.0 {
        format!("{:.1}%", percent.min(99.9))
    } else {
        format!("{percent:.0}%")
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
