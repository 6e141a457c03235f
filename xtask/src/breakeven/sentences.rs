//! The three numbers of this machine in sentences, and the whole for a terminal or a document.

use super::crossing::{BreakEven, Crossing};
use super::curve::Curve;
use super::document::Document;
use super::moving::Payload;
use super::table;
use crate::print::{Form, bytes, seconds, times};

/// Widths that a terminal has at the least.
const WIDTH: usize = 80;

/// Bounds that are not farther apart than this need not be told.
const SHARP: f64 = 1.25;

/// Payloads that are told of in a sentence, if they were measured.
const TOLD: [u32; 2] = [64, 1 << 20];

/// For a terminal; without a newline at the end.
pub(super) fn text(of: &Document) -> String {
    let mut text = format!(
        "{}\n{}\n\n{}\n{}\n",
        SPEED,
        table::sizes(of, Form::Plain),
        MOVING,
        table::payloads(of, Form::Plain)
    );
    for sentence in sentences(of) {
        text += &format!("\n{}", textwrap::fill(&sentence, WIDTH));
    }
    text
}

/// For a document.
pub(super) fn markdown(of: &Document) -> String {
    let mut text = format!(
        "{}:\n\n{}\n\n{}:\n\n{}\n\n",
        SPEED,
        table::sizes(of, Form::Markdown),
        MOVING,
        table::payloads(of, Form::Markdown)
    );
    for sentence in sentences(of) {
        text += &format!("- {sentence}\n");
    }
    text
}

const SPEED: &str = "Times faster than the loop, by the time that a job takes in the loop";
const MOVING: &str = "A job that only carries a payload there and back";

/// What it comes to, a sentence each.
pub(super) fn sentences(of: &Document) -> Vec<String> {
    let mut all = vec![machine(of)];
    all.extend(of.curves.iter().map(|curve| pays(curve, of)));
    let once = of.curves.iter().map(|curve| {
        let (pattern, once) = (curve.pattern.in_words(), seconds(curve.once));
        format!("{pattern} {once}")
    });
    let once: Vec<_> = once.collect();
    all.push(format!(
        "Getting ready and stopping is not in this, and comes once a run: {}.",
        once.join(", ")
    ));
    let told = of.payloads.iter();
    let told = told.filter(|payload| TOLD.contains(&payload.bytes));
    all.extend(told.map(moving));
    let warnings = of.warnings.iter();
    all.extend(warnings.map(|warning| format!("Warning: {warning}")));
    all
}

/// How much there is to gain.
fn machine(of: &Document) -> String {
    let workers = match of.workers {
        1 => "one worker".to_owned(),
        workers => format!("{workers} workers"),
    };
    let cpu = of.machine.cpu.as_ref();
    let cpu = cpu.map_or(String::new(), |cpu| format!(", {cpu}"));
    let most = times(of.capacity.times_loop);
    let from = match of.capacity.plateau_of {
        None => "as many as there are workers".to_owned(),
        Some(pattern) => format!("as {} reaches with the longest jobs", pattern.in_words()),
    };
    format!(
        "On this machine ({workers}{cpu}), the most to be had is {most} times the loop, {from}."
    )
}

/// From where on a pattern pays, and from where on it gives nearly all.
fn pays(curve: &Curve, of: &Document) -> String {
    let pattern = capital(curve.pattern.in_words());
    let longest = curve.points.last().map_or(0.0, |at| at.loop_per_job);
    let unsure = if of.rounds < 6 { " roughly" } else { "" };
    let when = |found: &BreakEven| match found.from {
        Crossing::EverySize => format!("at every size measured{}", bounds(found)),
        Crossing::From(from) => {
            let from = seconds(from);
            format!("from{unsure} {from} on{}", bounds(found))
        }
        Crossing::NoSize => format!("at no size up to {}{}", seconds(longest), bounds(found)),
    };
    let (faster, nearly_all) = (when(&curve.faster), when(&curve.nearly_all));
    format!("{pattern} pays {faster}, and gives 90% of the most {nearly_all}.")
}

/// Between what, if that is not nearly one.
fn bounds(found: &BreakEven) -> String {
    use Crossing::{EverySize, From, NoSize};
    match (found.earliest, found.latest) {
        (one, other) if one == other => String::new(),
        (From(early), From(late)) if late <= early * SHARP => String::new(),
        (From(early), From(late)) => format!(" (between {} and {})", seconds(early), seconds(late)),
        (From(early), _) => format!(" (from {} on at the earliest)", seconds(early)),
        (_, From(late)) => format!(" (from {} on at the latest)", seconds(late)),
        (EverySize | NoSize, EverySize | NoSize) => " (too noisy to be sure)".to_owned(),
    }
}

/// What a payload costs.
fn moving(of: &Payload) -> String {
    let payload = bytes(of.bytes.into());
    let costs = if of.more.allows(0.0) {
        "costs no more on processes than on threads, as far as the rounds can tell".to_owned()
    } else if of.more.median > 0.0 {
        let more = seconds(of.more.median);
        format!("costs a job {more} more on processes than on threads")
    } else {
        let less = seconds(-of.more.median);
        format!("costs a job {less} less on processes than on threads")
    };
    let worth = match of.worth_from {
        Some(from) if from > 0.0 => {
            let from = seconds(from);
            format!("processes beat the loop if it computes for {from} or more besides")
        }
        Some(_) => "processes beat the loop without computing anything".to_owned(),
        None => "one process never beats the loop".to_owned(),
    };
    format!("{payload} there and back {costs}; {worth}.")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breakeven::invented::document;

    #[test]
    fn the_three_numbers_are_said() {
        let text = markdown(&document());
        for part in [
            "(2 workers, Invented 9000), the most to be had is 2.00 times the loop, as many as",
            "- The thread pool pays at every size measured, and gives 90% of",
            "- The process pool pays from 10.0 µs on (between 9.61 µs and 12.2 µs), and gives \
             90% of the most from ",
            "- Async pays at no size up to 10.0 ms, and gives",
            "the thread pool 250 µs, the process pool 250 µs, async 250 µs.",
            "64 B there and back costs a job 1.00 µs more on processes than on threads; processes \
             beat the loop if it computes for 2.00 µs or more besides.",
            "1.00 MiB there and back costs a job 400 µs more",
            "- Warning: It was invented.",
        ] {
            assert!(text.contains(part), "no {part:?} in {text}");
        }
    }

    #[test]
    fn the_tables_fit_a_terminal() {
        let text = text(&document());
        for part in [
            "time per job  thread pool   ±  process pool   ±   async   ±",
            "      100 ns        1.10x  2%         0.10x  2%  0.012x  2%",
            "payload    loop  threads  processes",
            " nothing ",
            " 5.24 GB/s ",
        ] {
            assert!(text.contains(part), "no {part:?} in {text}");
        }
        let too_wide = text.lines().find(|line| line.chars().count() > WIDTH);
        assert_eq!(too_wide, None, "{text}");
    }

    #[test]
    fn a_noisy_crossing_is_an_interval() {
        let of = |earliest, latest| {
            let found = BreakEven {
                at_least: 1.0,
                from: Crossing::From(5e-6),
                earliest,
                latest,
            };
            bounds(&found)
        };
        let from = Crossing::From;
        assert_eq!(of(from(4.9e-6), from(5.1e-6)), "");
        assert_eq!(of(from(2e-6), from(8e-6)), " (between 2.00 µs and 8.00 µs)");
        let (every, none) = (Crossing::EverySize, Crossing::NoSize);
        assert_eq!(of(from(2e-6), none), " (from 2.00 µs on at the earliest)");
        assert_eq!(of(every, from(8e-6)), " (from 8.00 µs on at the latest)");
        assert_eq!(of(every, none), " (too noisy to be sure)");
        assert_eq!(of(every, every), "");
    }
}
