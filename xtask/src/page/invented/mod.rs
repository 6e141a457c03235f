//! Invented comparisons, as they could be measured on a machine with two cores.

mod program;

use super::{BreakEven, Curve, Pictures, Scaling, Survival};
use crate::document::{Advice, Document, Output};
use crate::pattern::Pattern;

pub(super) use program::{Plan, compared};

/// Jobs that compute.
pub(super) fn computing() -> (Document, Pictures) {
    let plan = |wall, workers| Plan {
        wall,
        workers,
        at_once: workers,
        a_job: 0.0295,
        computing: 0.99,
    };
    let plans = [plan(3.92, 1), plan(2.01, 2), plan(2.07, 2), plan(2.03, 2)];
    let (mut document, pictures) = compared("primes --count 128 --limit 4000000", 128, 12, &plans);
    document.verdict = Some(Advice {
        pattern: Pattern::ThreadPool,
        tied: vec![Pattern::Async, Pattern::ProcessPool],
        headline: "The thread pool, 1.95 times the loop".to_owned(),
        reason: "The jobs compute, and 1.98 cores were busy; that async and the process pool are \
                 slower cannot be told from noise, and the thread pool is simpler."
            .to_owned(),
        otherwise: Some("Jobs that may crash or hang: only a process can be lost alone.".into()),
        risk: Some("The process pool survives crashes for 3.1 times the memory.".to_owned()),
    });
    (document, pictures)
}

/// Jobs that wait.
pub(super) fn waiting() -> (Document, Pictures) {
    let plan = |wall, workers, at_once| Plan {
        wall,
        workers,
        at_once,
        a_job: 0.010_1,
        computing: 0.002,
    };
    let plans = [
        plan(2.02, 1, 1),
        plan(1.02, 2, 2),
        plan(1.03, 2, 2),
        plan(0.0124, 1, 200),
    ];
    let (mut document, pictures) = compared("sleep --count 200 --for 10ms", 200, 12, &plans);
    document.verdict = Some(Advice {
        pattern: Pattern::Async,
        tied: Vec::new(),
        headline: "Async, 163 times the loop".to_owned(),
        reason: "The jobs wait: the loop kept 0.01 cores busy, and async has 200 of them wait at \
                 once on one thread."
            .to_owned(),
        otherwise: Some("200 threads would wait as well, for 200 stacks.".to_owned()),
        risk: Some("The process pool takes 83 times as long, and survives crashes.".to_owned()),
    });
    document.warnings = vec!["Other programs used 0.7 of 2 cores meanwhile.".to_owned()];
    (document, pictures)
}

/// A million jobs that are over at once.
pub(super) fn tiny(jobs: usize) -> (Document, Pictures) {
    let plan = |wall, workers| Plan {
        wall,
        workers,
        at_once: workers,
        a_job: 6.0e-8,
        computing: 1.0,
    };
    let scale = jobs as f64 / 1e6;
    let plans = [0.31, 0.42, 1.9, 0.55].map(|wall| plan(wall * scale, 2));
    let plans = [
        plan(plans[0].wall, 1),
        plans[1],
        plans[2],
        plan(plans[3].wall, 1),
    ];
    let (mut document, pictures) = compared(&format!("square --count {jobs}"), jobs, 3, &plans);
    document.no_verdict = Some("With --quick, one look is too little to judge by.".to_owned());
    (document, pictures)
}

/// Two of which say something else, so that none is ranked.
pub(super) fn differing() -> (Document, Pictures) {
    let (mut document, pictures) = waiting();
    document.verdict = None;
    document.no_verdict = Some("The outputs differ, so nothing is ranked.".to_owned());
    document.exit_code = 1;
    for entry in &mut document.programs {
        (entry.against_fastest, entry.times_loop) = (None, None);
    }
    document.programs[2].output = Output::Differs;
    document.programs[3].output = Output::FailsOtherwise;
    document.differences = vec![
        "processpool-pattern: 1 of 200 lines changed, none missing\n\
         --- workload\n+++ processpool-pattern\n@@ -2,3 +2,3 @@\n 1\n-4 <none>\n+5\n 9\n"
            .to_owned(),
    ];
    (document, pictures)
}

/// One of which died.
pub(super) fn lost() -> (Document, Pictures) {
    let (mut document, mut pictures) = computing();
    document.exit_code = 3;
    document.no_verdict = Some("A run was lost, so there is no fair comparison.".to_owned());
    document.verdict = None;
    let entry = &mut document.programs[1];
    pictures.timelines.remove(&entry.name);
    entry.output = Output::Lost;
    entry.note = Some("It was killed by signal 6 (SIGABRT).".to_owned());
    entry.runs.clear();
    (entry.wall, entry.times_loop, entry.against_fastest) = (None, None, None);
    (entry.cpu, entry.cores, entry.jobs_per_second) = (None, None, None);
    (entry.startup, entry.shutdown, entry.switches) = (None, None, None);
    entry.inside = None;
    (document, pictures)
}

/// With all that is only measured when asked for.
pub(super) fn extra() -> (Document, Pictures) {
    let (document, mut pictures) = computing();
    let curves = |points: fn(usize, f64) -> f64, xs: &[f64]| {
        let patterns = Pattern::ALL[1..].iter().enumerate();
        let curves = patterns.map(|(nth, pattern)| Curve {
            name: pattern.name().to_owned(),
            points: xs.iter().map(|x| (*x, points(nth, *x))).collect(),
        });
        curves.collect()
    };
    let sizes = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
    let overhead = |nth: usize, x: f64| 1.95 / (1.0 + [4e-7, 9e-6, 1.5e-6][nth] / x);
    pictures.break_even = Some(BreakEven {
        curves: curves(overhead, &sizes),
        summary: vec!["The thread pool pays from jobs of 0.4 µs.".to_owned()],
    });
    let rate = |nth: usize, x: f64| 900.0 * [1.0, 0.93, 0.98][nth] * x / (1.0 + 0.08 * x);
    pictures.scaling = Some(Scaling {
        curves: curves(rate, &[1.0, 2.0, 3.0, 4.0, 6.0, 8.0]),
        summary: vec!["Two workers do 1.85 times as much as one.".to_owned()],
    });
    let columns = Pattern::ALL.map(|pattern| pattern.name().to_owned());
    let row = |kind: &str, cells: [&str; 4]| (kind.to_owned(), cells.map(str::to_owned).into());
    pictures.survival = Some(Survival {
        columns: columns.into(),
        rows: vec![
            row("panic", ["that job"; 4]),
            row("abort", ["the run", "the run", "that job", "the run"]),
            row("hang", ["the run", "its worker", "that job", "its worker"]),
        ],
    });
    (document, pictures)
}

/// All of them, by name.
pub(super) fn all() -> [(&'static str, (Document, Pictures)); 6] {
    [
        ("computing", computing()),
        ("waiting", waiting()),
        ("tiny", tiny(50_000)),
        ("differing", differing()),
        ("lost", lost()),
        ("extra", extra()),
    ]
}
