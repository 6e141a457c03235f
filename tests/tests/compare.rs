//! `cargo xtask compare`, end to end: it builds the binaries in release as a user would, and says
//! whether outputs differ.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;
use std::process::{Command, Output};

/// Runs `cargo xtask compare` with these arguments.
fn compare(arguments: &str) -> (Option<i32>, String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .args(["xtask", "compare", "--quiet"]);
    let Output {
        status,
        stdout,
        stderr,
    } = command.args(arguments.split(' ')).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn equal_outputs_are_a_table_and_a_verdict() {
    let (code, stdout, stderr) = compare("primes --count 20 --limit 300000");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    for pattern in ["threadpool-pattern", "processpool-pattern", "async-pattern"] {
        let row = stdout.lines().find(|line| line.starts_with(pattern));
        assert!(
            row.is_some_and(|row| row.trim_end().ends_with("same")),
            "{stdout}"
        );
    }
    assert!(stdout.contains("Verdict"), "{stdout}");
    assert!(
        stdout
            .lines()
            .filter(|line| line.contains("pattern "))
            .all(|line| line.len() <= 80)
    );
}

#[test]
fn each_way_to_differ_is_found_and_counted() {
    let ways = [
        ("drop", "1 missing"),
        ("extra", "1 extra"),
        ("swap", "reordered"),
        ("change", "1 changed"),
    ];
    for (way, counted) in ways {
        let (code, stdout, _) = compare(&format!(
            "square --count 100 --falsify async-pattern:{way}:40"
        ));
        assert_eq!(code, Some(1), "{way}: {stdout}");
        assert!(stdout.contains(counted), "{way}: {stdout}");
        assert!(
            !stdout.contains("Verdict"),
            "{way}: outputs that differ are not ranked"
        );
        let row = stdout
            .lines()
            .find(|line| line.starts_with("threadpool-pattern"));
        assert!(
            row.is_some_and(|row| row.trim_end().ends_with("same")),
            "{way}: {stdout}"
        );
    }
}

#[test]
fn failures_that_are_the_same_everywhere_are_no_difference() {
    let (code, stdout, stderr) = compare("hostile --count 60 --every 10");
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    assert!(stdout.contains("6 of 60 jobs failed"), "{stdout}");
}

#[test]
fn a_run_that_is_lost_is_said_to_be_lost() {
    let (code, stdout, stderr) = compare("hostile --count 60 --every 20 --kinds abort");
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    for pattern in ["workload", "threadpool-pattern", "async-pattern"] {
        let mut rows = stdout.lines().filter(|line| line.starts_with(pattern));
        let row = rows.next().unwrap();
        assert!(row.ends_with("whole run lost"), "{stdout}");
        let note = rows.next().unwrap();
        assert!(note.contains("whole run lost: signal 6"), "{stdout}");
    }
    let mut rows = stdout
        .lines()
        .filter(|line| line.starts_with("processpool"));
    assert!(rows.all(|row| !row.contains("lost")), "{stdout}");
}

#[test]
fn bad_input_is_refused_before_anything_runs() {
    for bad in ["melt", "square -w 0", "checksum /no/such/file"] {
        let (code, stdout, stderr) = compare(bad);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{bad}: {stderr}");
    }
}
