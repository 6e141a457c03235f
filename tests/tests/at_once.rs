//! How much async holds at once: 100,000 jobs that sleep, and 10,000 connections. What it takes of time and
//! memory is for `cargo xtask bench`, whose program this runs; here it has to get there at all.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::process::Command;

use serde_json::Value;

/// What the program measures, if a process may have no more than so many open files, and has fewer.
fn measure(files: Option<u64>, measure: &str, jobs: u64) -> Value {
    let limit = files.map_or(String::new(), |files| {
        format!("ulimit -Sn 50 && ulimit -Hn {files} && ")
    });
    let script = format!("{limit}exec \"$0\" {measure} --jobs {jobs}");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_peers")]);
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{measure}: {stderr}");
    let took: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(took["jobs"], jobs);
    took
}

/// It measures when all of them sleep.
#[test]
fn a_hundred_thousand_jobs_sleep_at_once() {
    let took = measure(None, "async-waiting-memory", 100_000);
    assert!(took["bytes"].as_f64().unwrap() > 0.0, "{took}");
}

/// No request is made before all of them are open.
#[test]
fn ten_thousand_connections_are_open_at_once() {
    let took = measure(None, "async-connections", 10_000);
    match took["skipped"].as_str() {
        Some(why) => eprintln!("skipped: {why}"),
        None => assert!(took["seconds"].as_f64().unwrap() > 0.0, "{took}"),
    }
}

#[test]
fn who_may_not_open_as_many_files_is_told_how_many_are_needed() {
    for kind in ["async", "tokio"] {
        let allowed = measure(Some(150), &format!("{kind}-connections-memory"), 50);
        assert!(allowed["bytes"].as_f64().unwrap() > 0.0, "{allowed}");
        for what in ["connections-memory", "connections"] {
            let took = measure(Some(1000), &format!("{kind}-{what}"), 10_000);
            let why = took["skipped"].as_str().unwrap();
            let numbers = [
                "10000 connections",
                "10100 open files",
                "may have 1000 here",
            ];
            assert!(numbers.iter().all(|number| why.contains(number)), "{why}");
        }
    }
}
