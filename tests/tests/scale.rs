//! `cargo xtask scale`, end to end: what it measures and says, of so few and short jobs that its
//! numbers mean nothing. So none of them is held against anything but the others.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::Value;
use tests::binaries::cargo;

const PATTERNS: [&str; 3] = ["thread pool", "process pool", "async"];

/// Runs `cargo xtask scale` with these arguments.
fn scale(arguments: &str) -> (Option<i32>, String, String) {
    let mut command = cargo();
    command.args(["xtask", "scale", "--quiet"]);
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

#[test]
fn a_program_reads_the_rates_and_the_law_that_they_follow() {
    let (code, stdout, stderr) =
        scale("--workers 5,1,2,3,4,64 --rounds 6 --format json primes --count 50 --limit 50000");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(found["schema"], "patterns.scale/1");
    assert_eq!((&found["rounds"], &found["jobs"]), (&6.into(), &50.into()));
    assert_eq!(found["workload"], "primes --count 50 --limit 50000");
    positive(&found["loop_jobs_per_second"]["median"]);
    let cores = positive(&found["cores"]);

    let curves = found["curves"].as_array().unwrap();
    let patterns: Vec<_> = curves.iter().map(|curve| &curve["pattern"]).collect();
    assert_eq!(patterns, PATTERNS);
    for curve in curves {
        let points = curve["points"].as_array().unwrap();
        let workers: Vec<_> = points.iter().map(|at| &at["workers"]).collect();
        assert_eq!(workers, [1, 2, 3, 4, 5, 64]);
        let mut highest = (0.0, 0.0);
        for point in points {
            let rate = &point["jobs_per_second"];
            let median = positive(&rate["median"]);
            assert!(positive(&rate["low"]) <= median && median <= positive(&rate["high"]));
            positive(&point["times_loop"]["median"]);
            positive(&point["startup"]);
            let runs = point["runs"].as_array().unwrap();
            let mut rounds: Vec<_> = runs.iter().map(|run| positive(&run["round"])).collect();
            rounds.sort_unstable_by(f64::total_cmp);
            assert_eq!(rounds, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
            if median > highest.0 {
                highest = (median, positive(&point["workers"]));
            }
        }
        assert_eq!(positive(&curve["best_workers"]), highest.1, "{curve:#}");
        let fit = &curve["fit"];
        assert_eq!(
            (&fit["kind"], &fit["points"]),
            (&"universal".into(), &6.into())
        );
        let beyond = workers.iter().filter(|n| n.as_f64().unwrap() > cores);
        assert_eq!(fit["beyond_cores"], beyond.count());
        positive(&fit["rate"]);
        for part in ["contention", "coherency", "residual"] {
            assert!(fit[part].as_f64().unwrap() >= 0.0, "{fit:#}");
        }
        let over = &curve["over"];
        assert_eq!(over.is_null(), cores >= 64.0);
        if !over.is_null() {
            assert_eq!(over["workers"], 64);
            positive(&over["of_best"]["median"]);
        }
    }
}

#[test]
fn tables_and_sentences_fit_a_terminal() {
    let (code, stdout, stderr) = scale("--workers 1,2,40 --rounds 1 square --count 100");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    for part in [
        "workers  thread pool  ±  process pool  ± ",
        "\nOn this machine (",
        "\nThe thread pool does most with ",
        "\nThe process pool does most with ",
        "\nAsync does most with ",
        "\nThe universal scalability law needs 6 numbers of workers, and these are 3",
    ] {
        assert!(stdout.contains(part), "no {part:?} in {stdout}");
    }
    let too_wide = stdout.lines().find(|line| line.chars().count() > 80);
    assert_eq!(too_wide, None);
}

#[test]
fn csv_has_a_row_a_run_and_markdown_has_tables() {
    let (code, stdout, stderr) = scale("--workers 1,2 --rounds 2 --format csv square --count 10");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let rows: Vec<_> = stdout.lines().collect();
    assert_eq!(rows.len(), 1 + 3 * 2 * 2, "{stdout}");
    assert!(rows[0].starts_with("workload,pattern,workers,jobs,round,running"));
    assert!(
        rows[1].starts_with("square --count 10,thread pool,1,10,1,"),
        "{stdout}"
    );
    let (_, stdout, _) = scale("--workers 1,2 --rounds 1 --format markdown square --count 10");
    assert_eq!(stdout.matches("\n| ").count(), 2 * (1 + 2), "{stdout}");
}

#[test]
fn outputs_that_differ_have_no_rates() {
    let (code, stdout, stderr) =
        scale("--workers 1,2 --rounds 1 square --count 100 --falsify async-pattern:change:40");
    assert_eq!(code, Some(1), "{stdout}{stderr}");
    assert!(stdout.contains("async-pattern with --workers 1 differs from workload"));
    assert!(!stdout.contains("Jobs a second"), "{stdout}");
}

#[test]
fn jobs_that_fail_alike_are_measured_and_told_of() {
    let (code, stdout, stderr) =
        scale("--workers 1,2 --rounds 1 hostile --count 60 --every 10 --kinds error");
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    assert!(stdout.contains("Async does most with "), "{stdout}");
    assert!(stdout.contains("6 of 60 jobs failed"), "{stdout}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    for bad in [
        "--workers 0",
        "--workers 1,2,1",
        "--workers 1,x",
        "--workers 1025",
        "--rounds 0",
        "--format xml",
        "primes --workers 2",
        "primes -w 2",
        "nonsense",
    ] {
        let (code, stdout, stderr) = scale(bad);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{bad}: {stderr}");
    }
}
