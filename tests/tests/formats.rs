//! What `cargo xtask compare` writes for other programs: JSON, CSV, Markdown and the job log.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use serde_json::Value;
use tests::binaries::cargo;

/// What the command prints on stdout.
fn compare(arguments: &[&str]) -> String {
    let output = cargo()
        .args(["xtask", "compare", "--quiet"])
        .args(arguments)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

const SMALL: [&str; 5] = ["primes", "--count", "20", "--limit", "200000"];
const PROGRAMS: [&str; 4] = [
    "workload",
    "threadpool-pattern",
    "processpool-pattern",
    "async-pattern",
];

#[test]
fn json_is_as_its_schema_says() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/compare.schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = compare(&[&["--rounds", "6", "--format", "json"][..], &SMALL].concat());
    let document: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");

    assert_eq!(document["schema"], "patterns.compare/1");
    assert_eq!(
        (&document["jobs"], &document["rounds"]),
        (&20.into(), &6.into())
    );
    let programs = document["programs"].as_array().unwrap();
    let names: Vec<_> = programs
        .iter()
        .map(|program| program["name"].clone())
        .collect();
    assert_eq!(names, PROGRAMS);
    for program in programs {
        let inside = &program["inside"];
        let parts = ["computing", "waiting", "moving", "idle"].map(|part| &inside["shares"][part]);
        let whole: f64 = parts.iter().map(|part| part.as_f64().unwrap()).sum();
        assert!((whole - 1.0).abs() < 1e-6, "{program}");
        assert!(inside["job_times"]["p50"].as_f64() <= inside["job_times"]["p99"].as_f64());
        assert!(inside["peak_memory"].as_u64() > Some(100_000), "{program}");
        let worked: u64 = inside["workers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|worker| worker["jobs"].as_u64().unwrap())
            .sum();
        assert_eq!(worked, 20, "{program}");
    }
    let processes = &programs[2]["inside"];
    assert!(processes["moved"].as_u64() > Some(0), "{processes}");
    assert!(
        processes["workers"][0]["peak_memory"].as_u64() > Some(100_000),
        "{processes}"
    );
}

#[test]
fn csv_has_a_row_a_run_and_markdown_a_table() {
    let text = compare(&[&["--quick", "--format", "csv"][..], &SMALL].concat());
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<_> = rows
        .records()
        .map(|row| row.unwrap()[1].to_owned())
        .collect();
    assert_eq!(names, PROGRAMS);

    let text = compare(&[&["--quick", "--format", "markdown"][..], &SMALL].concat());
    let rows = text.lines().filter(|line| line.starts_with("| "));
    assert_eq!(rows.count(), 5, "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn the_job_log_has_a_row_a_job_of_each_program() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.csv");
    let log = ["--quick", "--joblog", file.to_str().unwrap()];
    compare(&[&log[..], &SMALL].concat());
    let mut rows = csv::Reader::from_path(&file).unwrap();
    assert_eq!(rows.headers().unwrap().iter().next(), Some("program"));
    let mut jobs = std::collections::BTreeMap::<String, usize>::new();
    for row in rows.records() {
        let row = row.unwrap();
        let program = row[0].to_owned();
        let job = jobs.entry(program).or_default();
        assert_eq!(row[1], job.to_string());
        assert_eq!(&row[6], "ok", "{row:?}");
        let time = |column: usize| row[column].parse::<f64>().unwrap();
        assert!(time(3) <= time(4), "{row:?}");
        *job += 1;
    }
    assert_eq!(jobs.len(), 4);
    assert!(jobs.values().all(|jobs| *jobs == 20), "{jobs:?}");
    // Nothing but what was asked for.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_anything_runs() {
    for option in ["--joblog", "--report"] {
        let output = cargo()
            .args(["xtask", "compare", option, "/no/such/folder/file", "square"])
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(
            stderr.contains(&format!("cannot write {option}")),
            "{stderr}"
        );
        assert!(output.stdout.is_empty());
    }
}
