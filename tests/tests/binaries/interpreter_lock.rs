//! `--gil` in the timeline: who computed while another did. Facts about overlap, and no times.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tests::binaries::run;

/// When a job ran, in nanoseconds, and on which lane of the timeline.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u64,
    end: u64,
    lane: u64,
}

/// The spans of a run, and the name of each lane.
fn spans(name: &str, arguments: &str) -> (Vec<Span>, BTreeMap<u64, String>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let ran = run(
        name,
        &format!("--trace {} {arguments}", file.path().display()),
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let trace: Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    let (mut spans, mut lanes) = (Vec::new(), BTreeMap::new());
    for event in trace["traceEvents"].as_array().unwrap() {
        let lane = event["tid"].as_u64();
        let nanos = |key: &str| (event[key].as_f64().unwrap() * 1000.0).round();
        match event["ph"].as_str() {
            Some("X") => spans.push(Span {
                start: nanos("ts") as u64,
                end: (nanos("ts") + nanos("dur")) as u64,
                lane: lane.unwrap(),
            }),
            _ if event["name"] == "thread_name" => {
                let name = event["args"]["name"].as_str().unwrap();
                lanes.insert(lane.unwrap(), name.to_owned());
            }
            _ => {}
        }
    }
    assert_eq!(spans.len(), ran.stdout.lines().count(), "a span a job");
    (spans, lanes)
}

/// Whether any two jobs ran at the same time; on two workers, if it is asked so.
fn overlap(name: &str, arguments: &str, of_two_workers: bool) -> bool {
    let (spans, lanes) = spans(name, arguments);
    let worker = |span: &Span| &lanes[&span.lane];
    let meet = |a: &Span, b: &Span| a.start < b.end && b.start < a.end;
    spans.iter().enumerate().any(|(i, a)| {
        let others = &spans[i + 1..];
        others
            .iter()
            .any(|b| meet(a, b) && !(of_two_workers && worker(a) == worker(b)))
    })
}

/// Long enough for a worker to be seen at it, whoever else has the cores.
const PRIMES: &str = "-w 2 --chunk 1 primes --count 24 --limit 400000";
const SLEEP: &str = "-w 2 --chunk 1 sleep --count 10 --for 30ms";

#[test]
fn threads_do_not_compute_at_once_under_the_lock() {
    assert!(!overlap(
        "threadpool-pattern",
        &format!("--gil {PRIMES}"),
        false
    ));
    assert!(!overlap("async-pattern", &format!("--gil {PRIMES}"), false));
    assert!(
        overlap("threadpool-pattern", PRIMES, true),
        "and without it, they do"
    );
}

#[test]
fn processes_compute_at_once_all_the_same() {
    assert!(overlap(
        "processpool-pattern",
        &format!("--gil {PRIMES}"),
        true
    ));
}

#[test]
fn waiting_overlaps_under_the_lock() {
    assert!(overlap(
        "threadpool-pattern",
        &format!("--gil {SLEEP}"),
        true
    ));
    assert!(overlap(
        "processpool-pattern",
        &format!("--gil {SLEEP}"),
        true
    ));
    assert!(overlap("async-pattern", &format!("--gil {SLEEP}"), false));
}

#[test]
fn the_reference_has_nothing_at_once() {
    assert!(!overlap("workload", PRIMES, false));
    assert!(!overlap("workload", SLEEP, false));
}

#[test]
fn the_lock_changes_no_output() {
    for name in tests::binaries::ALL {
        let with = run(name, &format!("--gil {PRIMES}"));
        assert_eq!(with.stdout, run(name, PRIMES).stdout, "{name}");
    }
}
