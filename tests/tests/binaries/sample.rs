//! `--sample`: some of the jobs, the same everywhere.

use std::fs;

use serde_json::Value;
use tests::binaries::{ALL, Ran, run};

/// Runs with a report, and gives that as well.
fn reported(name: &str, arguments: &str) -> (Ran, Value) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let report = format!("--report {}", file.path().display());
    let ran = run(name, &format!("{report} {arguments}"));
    let report = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    (ran, report)
}

#[test]
fn every_pattern_runs_the_same_sample_in_input_order() {
    let expected = run("workload", "--sample 100 sleep --count 5000 --for 0s").stdout;
    let jobs: Vec<u32> = expected.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(jobs.len(), 100);
    assert!(jobs.windows(2).all(|pair| pair[0] < pair[1]), "{jobs:?}");
    assert!((jobs[0], jobs[99]) != (0, 99), "not just the first");
    for name in ALL {
        let arguments = "-w 3 --sample 100 sleep --count 5000 --for 0s";
        let (ran, report) = reported(name, arguments);
        assert_eq!((&ran.stdout, ran.code), (&expected, Some(0)), "{name}");
        assert_eq!(
            (&report["sampled_from"], &report["jobs"]),
            (&5000.into(), &100.into())
        );
        assert!(
            ran.stderr[0].contains("100 jobs, drawn from 5000: "),
            "{ran:?}"
        );
    }
}

#[test]
fn lines_are_drawn_as_well_and_those_that_make_no_sense_fail() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let lines: String = (1..=1000)
        .map(|n| {
            if n % 2 == 0 {
                format!("{n}\n")
            } else {
                format!("line {n}\n")
            }
        })
        .collect();
    fs::write(file.path(), lines).unwrap();
    let arguments = format!(
        "--sample 50 sleep --for 0s --from {}",
        file.path().display()
    );
    let expected = run("workload", &arguments);
    for name in ALL {
        let (ran, report) = reported(name, &arguments);
        assert_eq!(
            (&ran.stdout, ran.code),
            (&expected.stdout, Some(3)),
            "{name}"
        );
        assert_eq!(report["sampled_from"], 1000, "{name}");
        let (good, bad) = (ran.stdout.lines().count(), ran.stderr.len() - 1);
        assert_eq!(good + bad, 50, "{name}");
        for told in &ran.stderr[..bad] {
            let (_, line) = told.split_once("failed: line ").unwrap();
            let (number, what) = line.split_once(": ").unwrap();
            let expected = format!("\"line {number}\" is not");
            assert!(what.starts_with(&expected), "{name}: {told}");
        }
    }
}

#[test]
fn a_sample_of_more_than_there_is_is_all_of_it() {
    for name in ALL {
        let (ran, report) = reported(name, "--sample 100 square");
        assert_eq!(ran.stdout, run(name, "square").stdout, "{name}");
        assert_eq!(report["sampled_from"], 10, "{name}");
        let (_, report) = reported(name, "square");
        assert_eq!(report["sampled_from"], Value::Null, "{name}");
    }
}
