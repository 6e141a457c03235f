//! The verdict in words.

use super::*;
use crate::decide::{self, Setting, invented};

fn verdict() -> Verdict {
    let mut entries = invented::four([1900.0, 1000.0, 1020.0, 990.0], [0.98, 1.9, 1.9, 1.9]);
    entries[2].inside.as_mut().unwrap().peak_memory = Some(12 << 20);
    let setting = Setting {
        jobs: 1000,
        workers: 2,
        gil: false,
    };
    let mut verdict = decide::verdict(&entries, &setting).unwrap();
    verdict.times_loop = Some(Spread {
        median: 1.9,
        low: Some(1.881),
        high: Some(1.922),
    });
    verdict
}

#[test]
fn a_tie_is_explained() {
    let advice = advice(&verdict(), 2);
    let headline = "the thread pool, 1.90 times as fast as the loop (1.88 to 1.92); a tie with async \
                    and the process pool, which are less simple; the sequential loop takes";
    assert!(advice.headline.starts_with(headline), "{}", advice.headline);
    assert!(
        advice.headline.ends_with("took longer in 6 of 6 rounds."),
        "{}",
        advice.headline
    );
    assert_eq!(
        advice.reason,
        "The jobs were 98% computing, and kept 1.9 of 2 cores busy, so async had nothing to wait for."
    );
    let risk = advice.risk.unwrap();
    assert!(
        risk.contains("The price: 3.00 times the memory, 2% slower here."),
        "{risk}"
    );
}

#[test]
fn each_reason_is_a_sentence() {
    let reason = |why| reason(&Verdict { why, ..verdict() }, 2);
    let short = reason(Why::ShortJobs {
        job: 3e-7,
        handing: Some(5.6e-7),
    });
    let expected = "A job takes 300 ns, and with workers it takes 560 ns: no pattern pays for jobs \
                    so short.";
    assert_eq!(short, expected);
    let waiting = reason(Why::Waiting {
        share: 0.9991,
        at_once: Some(200),
    });
    assert_eq!(
        waiting,
        "The jobs were 99.9% waiting, and it had up to 200 of them wait at once."
    );
    let moving = Verdict {
        moving: Some(Moving {
            bytes: 2 << 20,
            share: 0.61,
        }),
        ..verdict()
    };
    let text = super::reason(&moving, 2);
    let part = "A job moves 2.00 MiB there and back, and worker processes spend 61% of their time";
    assert!(text.contains(part), "{text}");
}

#[test]
fn percentages_are_whole_unless_that_would_be_wrong() {
    let shown: Vec<_> = [0.0, 1e-6, 0.004, 0.5, 0.994, 0.9991, 0.99999, 1.0]
        .map(percent)
        .into();
    assert_eq!(
        shown,
        ["0%", "0.1%", "0.4%", "50%", "99%", "99.9%", "99.9%", "100%"]
    );
}
