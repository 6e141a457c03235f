//! `cargo xtask survive`, end to end: what a job that misbehaves takes with it, as a program reads
//! it, and whether that is what was promised.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::{Value, json};
use tests::binaries::cargo;

/// Runs `cargo xtask survive` with these arguments.
fn survive(arguments: &str) -> (Option<i32>, String, String) {
    let mut command = cargo();
    command.args(["xtask", "survive", "--quiet"]);
    let output = command.args(arguments.split(' ')).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The cells of a run in which all is as promised.
fn cells(kinds: &str, patterns: &str) -> Vec<Value> {
    let arguments = format!("--format json --kinds {kinds} --patterns {patterns}");
    let (code, stdout, stderr) = survive(&arguments);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(found["schema"], "patterns.survive/1");
    assert_eq!(found["as_promised"], true, "{stdout}");
    found["cells"].as_array().unwrap().clone()
}

#[test]
fn only_processes_survive_what_ends_a_process() {
    let all = "workload,threadpool-pattern,processpool-pattern,async-pattern";
    let found = cells("panic,abort", all);
    assert_eq!(found.len(), 8);
    for cell in &found {
        let aborts = cell["kind"] == "abort";
        let is_process = cell["pattern"] == "processpool-pattern";
        let (lost, is_complete, reported, signal) = match (aborts, is_process) {
            (false, _) => ("culprit", true, "panicked", Value::Null),
            (true, true) => ("culprit", true, "crashed", json!(6)),
            (true, false) => ("run", false, "died", json!(6)),
        };
        assert_eq!(cell["lost"], lost, "{cell:#}");
        assert_eq!(cell["missing_jobs"] == 0, is_complete, "{cell:#}");
        assert_eq!(cell["went_on_after"].is_number(), is_complete, "{cell:#}");
        assert_eq!(cell["reported"]["as"], reported, "{cell:#}");
        assert_eq!(cell["reported"]["signal"], signal, "{cell:#}");
        // What a program that died had left, nobody but the system could say.
        let inside = if is_complete { json!(0) } else { Value::Null };
        let left = json!({"threads": inside, "descriptors": inside, "processes": 0, "files": []});
        assert_eq!(cell["left_behind"], left, "{cell:#}");
    }
}

#[test]
fn a_time_limit_ends_what_never_ends_unless_it_computes_on_async() {
    let found = cells(
        "hang,spin",
        "threadpool-pattern,processpool-pattern,async-pattern",
    );
    assert_eq!(found.len(), 6);
    for cell in &found {
        let never = cell["kind"] == "spin" && cell["pattern"] == "async-pattern";
        let (lost, reported) = match never {
            true => ("run", "never-ended"),
            false => ("culprit", "timed-out"),
        };
        assert_eq!(cell["lost"], lost, "{cell:#}");
        assert_eq!(cell["reported"]["as"], reported, "{cell:#}");
        assert_eq!(cell["went_on_after"].is_null(), never, "{cell:#}");
        let stuck = match cell["pattern"] == "threadpool-pattern" {
            true => json!(1),
            false if never => Value::Null,
            false => json!(0),
        };
        assert_eq!(cell["left_behind"]["threads"], stuck, "{cell:#}");
        assert_eq!(cell["left_behind"]["processes"], 0, "{cell:#}");
    }
}

#[test]
fn the_table_says_in_words_who_survives_what() {
    let arguments = "--kinds exit --patterns processpool-pattern,async-pattern";
    let (code, stdout, stderr) = survive(arguments);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    for part in [
        "the culprit  crashed: exit 7",
        "process pool  survives exit\n",
        "async         whole run lost: exit\n",
        "All 2 are as the documentation promises.",
    ] {
        assert!(stdout.contains(part), "no {part:?} in {stdout}");
    }
    assert!(stdout.lines().all(|line| line.len() <= 80), "{stdout}");
}

#[test]
fn what_it_does_not_know_is_refused() {
    for bad in [
        "--kinds melt",
        "--patterns tokio",
        "--format csv",
        "hostile",
    ] {
        let (code, stdout, stderr) = survive(bad);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{bad}: {stderr}");
    }
}

/// It names the kinds itself, for it is linked with no workload.
#[test]
fn it_knows_every_kind_that_there_is() {
    let kinds = |arguments: &str| -> Vec<String> {
        let output = cargo().args(arguments.split(' ')).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let (_, kinds) = help.split_once("--kinds").unwrap();
        let kinds = kinds.lines().map(str::trim);
        let kinds = kinds.skip_while(|line| !line.starts_with("- "));
        let kinds = kinds.map_while(|line| line.strip_prefix("- ")?.split(':').next());
        let mut kinds: Vec<_> = kinds.map(str::to_owned).collect();
        kinds.sort();
        kinds
    };
    let known = kinds("xtask survive --help");
    assert!(known.len() > 5, "{known:?}");
    assert_eq!(known, kinds("run --quiet -p workload -- hostile --help"));
}
