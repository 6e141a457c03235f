//! What many jobs take of memory, and what large ones do.

use std::fs;

use serde_json::Value;
use tests::binaries::{ALL, run};

fn peak(name: &str, options: &str, jobs: u32) -> u64 {
    let file = tempfile::NamedTempFile::new().unwrap();
    let report = format!("--report {}", file.path().display());
    let ran = run(name, &format!("{report} {options} square --count {jobs}"));
    assert_eq!(ran.code, Some(0));
    let report: Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    assert_eq!(report["succeeded"], jobs);
    report["peak_memory"].as_u64().unwrap()
}

/// Kept outcomes would be 2 million times 16 bytes at the very least, twice what is allowed for.
#[test]
fn two_million_squares_take_the_memory_of_twenty_thousand() {
    for name in ALL {
        let (few, many) = (peak(name, "", 20_000), peak(name, "", 2_000_000));
        assert!(many < few + (16 << 20), "{name}: {few} bytes, then {many}");
    }
}

/// What is recorded of a job takes 40 bytes at the very least: twice what is allowed for.
#[test]
fn a_job_log_takes_no_memory() {
    for name in ALL {
        let peak = |jobs| peak(name, "--joblog /dev/null", jobs);
        let (few, many) = (peak(100_000), peak(1_000_000));
        assert!(many < few + (16 << 20), "{name}: {few} bytes, then {many}");
    }
}

/// A gibibyte in and a gibibyte out, in 64 jobs: all of them would fit the window if it only counted
/// jobs.
#[test]
fn large_payloads_do_not_pile_up() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let arguments = format!(
        "--report {} -w 2 echo --count 64 --bytes 16777216",
        file.path().display()
    );
    let ran = run("processpool-pattern", &arguments);
    assert_eq!(ran.code, Some(0));
    let report: Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    assert_eq!(report["succeeded"], 64);
    let peak = report["peak_memory"].as_u64().unwrap();
    assert!(peak < 600 << 20, "{peak} bytes");
}
