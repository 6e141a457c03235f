//! What jobs print: no result, never in the way, and the last words of those that die.

use libtest_mimic::Trial;
use tests::jobs::{Act, Deed};
use tests::trials::named;
use tests::{Processes, Subject};
use workload::{JobError, Options};

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 3] = [
        ("what_a_job_prints_is_no_result", is_no_result),
        ("printing_much_holds_nobody_up", much),
        ("what_a_job_printed_last_is_told_of_its_crash", last_words),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

fn is_no_result() {
    let pool = Processes::new(Options::new().workers(2).chunk(3));
    let outcomes = pool.collect(
        (0..20).map(|index| Act::new(index).does(Deed::Print(format!("a job prints {index}")))),
    );
    assert_eq!(outcomes, (0..20).map(Ok).collect::<Vec<_>>());
}

/// More than any pipe holds, without a line's end.
fn much() {
    let pool = Processes::new(Options::new().workers(2));
    let outcomes = pool.collect((0..4).map(|index| {
        let much = " ".repeat(300_000);
        Act::new(index).does(Deed::Print(much))
    }));
    assert_eq!(outcomes, (0..4).map(Ok).collect::<Vec<_>>());
}

/// Its neighbours print as well, and are not blamed for it.
fn last_words() {
    let pool = Processes::new(Options::new().workers(2).chunk(8));
    let outcomes = pool.collect((0..16).map(|index| {
        let text = format!("a job prints {index}");
        Act::new(index).does(match index {
            4 => Deed::PrintAndAbort(text),
            _ => Deed::Print(text),
        })
    }));
    for (index, outcome) in (0..).zip(outcomes) {
        match outcome {
            Err(JobError::Crashed { last_words, .. }) if index == 4 => {
                assert_eq!(last_words, "a job prints 4");
            }
            outcome => assert!(index != 4 && outcome == Ok(index), "{index}: {outcome:?}"),
        }
    }
}
