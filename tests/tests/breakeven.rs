//! `cargo xtask breakeven`, end to end: what it measures and says, in a form so short that its
//! numbers mean nothing. So none of them is held against anything but the others.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::Value;
use tests::binaries::cargo;

/// Runs `cargo xtask breakeven` with these arguments.
fn breakeven(arguments: &str) -> (Option<i32>, String, String) {
    let mut command = cargo();
    command.args(["xtask", "breakeven", "--quiet"]);
    let output = command.args(arguments.split(' ')).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A number above zero.
fn positive(value: &Value) -> f64 {
    let number = value.as_f64().unwrap();
    assert!(number > 0.0, "{value}");
    number
}

/// A break-even says where, and the bounds are on either side of it.
fn is_break_even(found: &Value, longest: f64) {
    positive(&found["at_least"]);
    let seconds = |which: &str| {
        let crossing = &found[which];
        match crossing["at"].as_str() {
            Some("every-size") => 0.0,
            Some("from") => positive(&crossing["seconds"]),
            Some("no-size") => f64::INFINITY,
            _ => panic!("{which} in {found:#}"),
        }
    };
    let (early, from, late) = (seconds("earliest"), seconds("from"), seconds("latest"));
    assert!(early <= from && from <= late, "{found:#}");
    assert!(late <= longest || late.is_infinite(), "{found:#}");
}

#[test]
fn a_program_reads_the_curves_and_what_follows_from_them() {
    let (code, stdout, stderr) = breakeven("--quick --rounds 6 --format json");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(found["schema"], "patterns.breakeven/1");
    assert_eq!(found["rounds"], 6);
    let workers = positive(&found["workers"]);
    let most = positive(&found["capacity"]["times_loop"]);
    assert!(most <= workers, "{stdout}");

    let curves = found["curves"].as_array().unwrap();
    let patterns: Vec<_> = curves.iter().map(|curve| &curve["pattern"]).collect();
    assert_eq!(patterns, ["thread pool", "process pool", "async"]);
    let sizes = |curve: &Value| -> Vec<f64> {
        let points = curve["points"].as_array().unwrap().iter();
        points.map(|at| positive(&at["loop_per_job"])).collect()
    };
    for curve in curves {
        assert_eq!(sizes(curve), sizes(&curves[0]), "the same jobs");
        assert_eq!(sizes(curve).len(), 3);
        positive(&curve["once"]);
        for point in curve["points"].as_array().unwrap() {
            positive(&point["per_job"]);
            let ratio = &point["times_loop"];
            let low = positive(&ratio["low"]);
            assert!(low <= positive(&ratio["median"]), "{point:#}");
        }
        let (shortest, longest) = (sizes(curve)[0], sizes(curve)[2]);
        // It is to be ten thousand times as much work: that shows on any loaded machine.
        assert!(longest > 10.0 * shortest, "{curve:#}");
        is_break_even(&curve["faster"], longest);
        is_break_even(&curve["nearly_all"], longest);
        assert_eq!(curve["faster"]["at_least"], 1.0);
        let nearly_all = positive(&curve["nearly_all"]["at_least"]);
        assert!((nearly_all / most - 0.9).abs() < 1e-9, "{curve:#}");
    }

    let payloads = found["payloads"].as_array().unwrap();
    let bytes: Vec<_> = payloads.iter().map(|payload| &payload["bytes"]).collect();
    assert_eq!(bytes, [64, 16 << 10, 4 << 20]);
    for payload in payloads {
        let there_and_back = payload["there_and_back"].as_u64().unwrap();
        assert_eq!(there_and_back, 2 * payload["bytes"].as_u64().unwrap());
        positive(&payload["threads"]["median"]);
        positive(&payload["processes"]["median"]);
        assert_eq!(
            payload["worth_from"].is_null(),
            workers < 2.0,
            "{payload:#}"
        );
    }
}

#[test]
fn the_tables_and_sentences_fit_a_terminal() {
    let (code, stdout, stderr) = breakeven("--quick");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    for part in [
        "time per job  thread pool",
        "threads  processes",
        "\nOn this machine (",
        "\nThe thread pool pays ",
        "\nThe process pool pays ",
        "\nAsync pays ",
        "\n64 B there and back costs ",
    ] {
        assert!(stdout.contains(part), "no {part:?} in {stdout}");
    }
    let too_wide = stdout.lines().find(|line| line.chars().count() > 80);
    assert_eq!(too_wide, None);
}

#[test]
fn what_it_does_not_know_is_refused() {
    for bad in ["--rounds 0", "--format csv", "primes"] {
        let (code, stdout, stderr) = breakeven(bad);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{bad}: {stderr}");
    }
}
