//! What a row says in a cell or in a sentence, the same in every format for people.

use super::document::{Document, Entry, Ratio, Sense, Taken};
use super::judge::Verdict;
use super::row::Target;
use crate::print::times;

/// What one side took.
pub(super) fn taken(of: &Taken) -> String {
    let shown = of.unit.zip(of.per_job);
    shown.map_or_else(none, |(unit, per_job)| unit.show(per_job.median))
}

/// What the peer took.
pub(super) fn peer(of: &Entry) -> String {
    of.peer.as_ref().map_or_else(none, taken)
}

/// One side in times of the other.
pub(super) fn ratio(of: &Entry) -> String {
    let ratio = of.ratio.as_ref();
    ratio.map_or_else(none, |ratio| format!("{}x", times(ratio.spread.median)))
}

/// How far off that which is judged may be.
pub(super) fn reach(of: &Entry) -> String {
    let reach = match (of.target, &of.ratio) {
        (Some(Target::Within(_)), _) => of.ours.per_job.and_then(|ours| ours.reach()),
        (_, ratio) => ratio.as_ref().and_then(|ratio| ratio.spread.reach()),
    };
    reach.map_or_else(none, |reach| format!("{:.0}%", reach * 100.0))
}

/// What ours is to reach.
pub(super) fn target(of: &Entry) -> String {
    match of.target {
        None => none(),
        Some(Target::AtLeast(least)) => format!(">= {}x", times(least)),
        Some(Target::AtMost(most)) => format!("<= {}x", times(most)),
        Some(Target::Within(most)) => format!("<= {}", limit(of, most)),
    }
}

/// How it is judged.
pub(super) fn verdict(of: &Entry) -> &'static str {
    match of.verdict {
        Verdict::Holds => "holds",
        Verdict::Short => "short",
        Verdict::Open => "open",
        Verdict::Shown => "-",
        Verdict::Skipped => "skipped",
    }
}

/// The row as a sentence, without its name.
pub(super) fn sentence(of: &Entry) -> String {
    let (done, ours) = (&of.done, &of.ours.by);
    let against = of.peer.as_ref();
    let against = against.map_or_else(String::new, |peer| format!(", against {}", peer.by));
    let who = format!("{done}: {ours}{against}");
    if let Some(why) = &of.skipped {
        return format!("{who}. Skipped: {why}.");
    }
    let found = match (of.target, &of.ratio) {
        (Some(Target::Within(_)), _) | (_, None) => taken(&of.ours),
        (_, Some(ratio)) => in_words(ratio),
    };
    let judged = match of.target {
        None => "only shown".to_owned(),
        Some(target) => {
            let target = match target {
                Target::AtLeast(least) => format!("at least {}", times(least)),
                Target::AtMost(most) => format!("at most {}", times(most)),
                Target::Within(most) => format!("at most {}", limit(of, most)),
            };
            let verdict = match of.verdict {
                Verdict::Holds => "holds",
                Verdict::Short => "falls short",
                _ => "is open: the noise is larger than the difference",
            };
            format!("the target of {target} {verdict}")
        }
    };
    format!("{who}. {}; {judged}.", capital(&found))
}

/// How many rows came to what.
pub(super) fn count(of: &Document) -> String {
    let number = |verdict| {
        let rows = of.rows.iter();
        rows.filter(|row| row.verdict == verdict).count()
    };
    let judged = of.rows.iter().filter(|row| row.target.is_some()).count();
    let mut parts = vec![format!("{} hold", number(Verdict::Holds))];
    for (verdict, what) in [(Verdict::Short, "short"), (Verdict::Open, "open")] {
        parts.push(format!("{} {what}", number(verdict)));
    }
    let skipped = number(Verdict::Skipped);
    let skipped = match skipped {
        0 => String::new(),
        1 => " One row was skipped.".to_owned(),
        rows => format!(" {rows} rows were skipped."),
    };
    if judged == 0 {
        return format!("No row here has a target.{skipped}");
    }
    let targets = if judged == 1 { "target" } else { "targets" };
    format!("Of {judged} {targets}: {}.{skipped}", parts.join(", "))
}

/// Where and how it was measured.
pub(super) fn machine(of: &Document) -> String {
    let machine = &of.machine;
    let cores = machine.allowed_cores.or(machine.parallelism);
    let cores = cores.map(|cores| match cores {
        1 => "one core".to_owned(),
        cores => format!("{cores} cores"),
    });
    let parts = [
        cores,
        machine.cpu.clone(),
        machine.kernel.clone(),
        of.python.clone(),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let rounds = of.rounds;
    format!(
        "On {}; two workers or threads on each side; medians of {rounds} pairs.",
        parts.join(", ")
    )
}

fn in_words(ratio: &Ratio) -> String {
    let spread = &ratio.spread;
    let bounds = spread.low.zip(spread.high);
    let bounds = bounds.map_or_else(String::new, |(low, high)| {
        format!(" ({} to {})", times(low), times(high))
    });
    let what = match ratio.of {
        Sense::Speed => "times the speed",
        Sense::Cost => "times the cost",
    };
    format!("{} {what}{bounds}", times(spread.median))
}

/// A limit, in the unit of what is limited.
fn limit(of: &Entry, most: f64) -> String {
    let unit = of.ours.unit;
    unit.map_or_else(|| most.to_string(), |unit| unit.show(most))
}

fn none() -> String {
    "-".to_owned()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
