//! `cargo xtask bench`, end to end: which rows it measures and what it says of them. What it finds
//! is up to the machine, so no number is held against anything but another of the same row.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::Value;
use tests::binaries::cargo;

/// Runs `cargo xtask bench` with these arguments.
fn bench(arguments: &str) -> (Option<i32>, String, String) {
    let mut command = cargo();
    command.args(["xtask", "bench", "--quiet"]);
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

/// The median is between its bounds.
fn is_spread(spread: &Value) {
    let [low, median, high] = ["low", "median", "high"].map(|which| positive(&spread[which]));
    assert!(low <= median && median <= high, "{spread:#}");
}

#[test]
fn a_program_reads_what_was_found_and_what_it_comes_to() {
    let rows = [
        "async-waiting-100k",
        "processes-trip-pinned",
        "processes-crash-seen",
    ];
    let only = rows.map(|row| format!("--only {row}")).join(" ");
    let (code, stdout, stderr) = bench(&format!("{only} --format json"));
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(found["schema"], "patterns.bench/1");
    assert_eq!(found["rounds"], 9);
    let [trip, seen, waiting] = found["rows"].as_array().unwrap().as_slice() else {
        panic!("three rows were asked for: {stdout}");
    };
    let names = [trip, seen, waiting].map(|row| &row["name"]);
    assert_eq!(names, [rows[1], rows[2], rows[0]], "by pattern");

    assert_eq!(trip["ours"]["unit"], "seconds");
    is_spread(&trip["peer"]["per_job"]);
    assert_eq!(trip["ratio"]["by_pair"].as_array().unwrap().len(), 9);
    is_judged(trip, "at_most", &trip["ratio"]);

    assert_eq!(seen["ours"]["unit"], "seconds");
    assert_eq!([&seen["peer"], &seen["ratio"]], [&Value::Null; 2]);
    is_judged(seen, "within", &seen["ours"]["per_job"]);

    assert_eq!(waiting["ours"]["unit"], "bytes");
    is_spread(&waiting["ratio"]);
    is_judged(waiting, "within", &waiting["ours"]["per_job"]);
}

/// The interval is on the side of the target that the verdict says, or on both.
fn is_judged(row: &Value, target: &str, spread: &Value) {
    is_spread(spread);
    let most = positive(&row["target"][target]);
    let (low, high) = (positive(&spread["low"]), positive(&spread["high"]));
    let expected = match (high <= most, low > most) {
        (true, _) => "holds",
        (_, true) => "short",
        _ => "open",
    };
    assert_eq!(row["verdict"], expected, "{row:#}");
    assert_eq!(row["skipped"], Value::Null);
    if !row["ratio"].is_null() {
        assert_eq!(row["ratio"]["of"], "cost", "{row:#}");
    }
}

#[test]
fn the_table_and_the_page_say_which_row_came_to_what() {
    for (format, row, line) in [
        ("table", "processes-crash-seen  ", "\nOf 1 target: "),
        (
            "markdown",
            "| `processes-crash-seen` ",
            "\n- `processes-crash-seen`: ",
        ),
    ] {
        let arguments = format!("--only processes-crash-seen --format {format}");
        let (code, stdout, stderr) = bench(&arguments);
        assert_eq!(code, Some(0), "{stdout}{stderr}");
        let row = stdout.lines().find(|line| line.starts_with(row)).unwrap();
        let verdicts = ["holds", "short", "open"];
        assert!(
            verdicts.iter().any(|verdict| row.contains(verdict)),
            "{row}"
        );
        assert!(stdout.contains(line), "{stdout}");
        assert!(stdout.contains("medians of 9 pairs."), "{stdout}");
    }
}

#[test]
fn what_it_does_not_know_is_refused_before_anything_is_built() {
    for (bad, word) in [
        ("--only everything", "processes-start"),
        ("--rounds 8", "9"),
        ("--format csv", "markdown"),
        ("--python /nowhere/python3", "/nowhere/python3"),
        ("threads", "threads"),
    ] {
        let (code, stdout, stderr) = bench(bad);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{bad}: {stderr}");
        assert!(stderr.contains(word), "{bad}: {stderr}");
        assert!(!stderr.contains("Compiling"), "{bad}: {stderr}");
    }
}
