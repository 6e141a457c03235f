//! The table for programs. A change that breaks readers gets a new number in the schema's name.

use serde::Serialize;

use super::fate::{Lost, Reported};
use super::promise::{Breach, Promise};
use super::{Cell, trial, words};
use crate::measure::End;

/// The name of this format.
const SCHEMA: &str = "patterns.survive/1";

/// All that was found. Times are in seconds.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: &'static str,
    as_promised: bool,
    run: Run,
    cells: Vec<Found<'a>>,
}

/// The run that was made of each kind on each pattern.
#[derive(Debug, Serialize)]
struct Run {
    workload: &'static str,
    workers: usize,
    jobs: usize,
    chunk: usize,
    window: usize,
    culprit: usize,
    /// For the kinds that never end; the others have none.
    time_limit: f64,
}

/// What came of one kind on one pattern.
#[derive(Debug, Serialize)]
struct Found<'a> {
    kind: String,
    /// The name of the pattern's binary.
    pattern: &'static str,
    /// `nothing`, `culprit`, `chunk`, `others`, `run` or `order`.
    lost: &'static str,
    /// Healthy jobs without a line.
    missing_jobs: usize,
    reported: Report<'a>,
    /// Null if they never did.
    went_on_after: Option<f64>,
    left_behind: Left<'a>,
    as_promised: bool,
    /// Which of `lost`, `reported` and `left_behind` are not.
    broken: Vec<&'static str>,
    promised: Promised,
}

/// How it was reported.
#[derive(Debug, Serialize)]
struct Report<'a> {
    /// A kind of error, or `not`, `died` or `never-ended` for the whole run.
    r#as: &'a str,
    /// The signal that ended the worker or the program.
    signal: Option<i32>,
    /// The exit code with which the worker or the program ended of the culprit.
    exit_code: Option<i32>,
}

/// A number each; null where the program died or the system does not say.
#[derive(Debug, Serialize)]
struct Left<'a> {
    threads: Option<usize>,
    descriptors: Option<usize>,
    processes: Option<usize>,
    files: &'a [String],
}

/// What the documentation promises.
#[derive(Debug, Serialize)]
struct Promised {
    lost: &'static str,
    threads_left_behind: usize,
    words: String,
}

/// The document.
pub(super) fn json(cells: &[Cell]) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Document {
        schema: SCHEMA,
        as_promised: cells.iter().all(Cell::is_as_promised),
        run: Run {
            workload: "hostile",
            workers: trial::WORKERS,
            jobs: trial::JOBS,
            chunk: trial::CHUNK,
            window: trial::WINDOW,
            culprit: trial::CULPRIT,
            time_limit: trial::LIMIT.as_secs_f64(),
        },
        cells: cells.iter().map(found).collect(),
    })
}

fn found(cell: &Cell) -> Found<'_> {
    let fate = &cell.fate;
    let broken = cell.breaches.iter().map(|breach| match breach {
        Breach::Lost => "lost",
        Breach::Reported => "reported",
        Breach::Left => "left_behind",
    });
    Found {
        kind: cell.kind.name(),
        pattern: cell.pattern.binary(),
        lost: lost(fate.lost),
        missing_jobs: fate.missing,
        reported: reported(&fate.reported),
        went_on_after: fate.went_on_after.map(|after| after.as_secs_f64()),
        left_behind: Left {
            threads: fate.left.threads,
            descriptors: fate.left.descriptors,
            processes: fate.left.processes,
            files: &fate.left.files,
        },
        as_promised: cell.is_as_promised(),
        broken: broken.collect(),
        promised: promised(cell.promise),
    }
}

fn lost(lost: Lost) -> &'static str {
    match lost {
        Lost::Nothing => "nothing",
        Lost::Culprit => "culprit",
        Lost::Chunk => "chunk",
        Lost::Others => "others",
        Lost::Run => "run",
        Lost::Order => "order",
    }
}

fn reported(reported: &Reported) -> Report<'_> {
    let (r#as, end) = match reported {
        Reported::Failed { kind, death } => (kind.as_str(), *death),
        Reported::Not => ("not", None),
        Reported::Died(end) => ("died", Some(*end)),
        Reported::NeverEnded(_) => ("never-ended", None),
    };
    let (signal, exit_code) = match end {
        Some(End::Signal(signal)) => (Some(signal), None),
        Some(End::Exit(code)) => (None, Some(code)),
        Some(End::GaveUp(_)) | None => (None, None),
    };
    Report {
        r#as,
        signal,
        exit_code,
    }
}

fn promised(promise: Promise) -> Promised {
    let (lost, threads_left_behind) = match promise {
        Promise::OnlyTheCulprit { threads, .. } => ("culprit", threads),
        Promise::Dies(_) | Promise::NeverEnds => ("run", 0),
    };
    Promised {
        lost,
        threads_left_behind,
        words: words::promised(promise),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::invented::{all, broken};
    use super::super::kind::Kind;
    use super::*;
    use crate::pattern::Pattern;

    fn parsed(cells: &[Cell]) -> Value {
        serde_json::from_str(&json(cells).unwrap()).unwrap()
    }

    #[test]
    fn a_program_can_read_every_fact() {
        let document = parsed(&all());
        assert_eq!(document["schema"], "patterns.survive/1");
        assert_eq!(document["as_promised"], true);
        let cells = document["cells"].as_array().unwrap();
        assert_eq!(cells.len(), 36);
        let find = |kind: &str, pattern: &str| {
            let mut cells = cells.iter();
            let cell = cells.find(|cell| cell["kind"] == kind && cell["pattern"] == pattern);
            cell.unwrap()
        };
        let cell = find("hang", "threadpool-pattern");
        assert_eq!(cell["lost"], "culprit");
        assert_eq!(cell["went_on_after"], 0.505);
        assert_eq!(cell["left_behind"]["threads"], 1);
        assert_eq!(cell["promised"]["threads_left_behind"], 1);
        let cell = find("exit", "processpool-pattern");
        let reported = json!({"as": "crashed", "signal": null, "exit_code": 7});
        assert_eq!(cell["reported"], reported);
        let cell = find("kill", "async-pattern");
        assert_eq!(
            (&cell["lost"], &cell["went_on_after"]),
            (&json!("run"), &Value::Null)
        );
        assert_eq!(cell["reported"]["signal"], 9);
    }

    #[test]
    fn what_breaks_a_promise_is_named() {
        let document = parsed(&[broken(Kind::Kill, Pattern::ProcessPool)]);
        assert_eq!(document["as_promised"], false);
        let cell = &document["cells"][0];
        assert_eq!(cell["as_promised"], false);
        assert_eq!(cell["broken"], json!(["lost", "reported"]));
    }
}
