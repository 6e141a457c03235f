//! The numbers of a report that tell where the time went. They are held against each other and
//! against the job log; none of them is a time that a loaded machine could change.

use std::fs;

use serde_json::Value;
use tests::binaries::{ALL, run};

use crate::joblog::{Ran, logged};

const PRIMES: &str = "primes --count 30 --limit 400000";

/// The report of a run without a job log.
fn reported(name: &str, arguments: &str) -> Value {
    let file = tempfile::NamedTempFile::new().unwrap();
    let report = format!("--report {}", file.path().display());
    let ran = run(name, &format!("{report} {arguments}"));
    assert_eq!(ran.code, Some(0), "{name} {arguments}: {ran:?}");
    serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap()
}

/// The times that workers were on a core, together.
fn cpu_of_workers(report: &Value) -> f64 {
    let workers = report["by_worker"].as_array().unwrap().iter();
    workers.map(|worker| worker["cpu"].as_f64().unwrap()).sum()
}

#[test]
fn the_times_of_jobs_are_those_of_the_log() {
    for name in ALL {
        let (rows, report) = logged(name, &format!("-w 2 {PRIMES}"));
        let ran: Vec<_> = rows.into_iter().map(|row| row.ran.unwrap()).collect();
        let took = |ran: &Ran| ran.end - ran.start;
        let told = |key: &str| report["job_times"][key].as_f64().unwrap();
        let near = |told: f64, expected: f64| (told - expected).abs() < 1e-6;
        assert!(near(told("in_jobs"), ran.iter().map(took).sum()), "{name}");
        let computing = ran.iter().map(|ran| ran.computing).sum();
        assert!(near(told("computing"), computing), "{name}");

        let mut times: Vec<_> = ran.iter().map(took).collect();
        times.sort_by(f64::total_cmp);
        assert!(near(told("longest"), times[29]), "{name}");
        // The 15th, the 29th and the 30th of 30.
        for (key, place) in [("p50", 14), ("p95", 28), ("p99", 29)] {
            let off = told(key) / times[place] - 1.0;
            assert!(off.abs() < 0.001, "{name}: {key} is {off} off");
        }
    }
}

/// A worker computes in its jobs, and does something besides; and the process does not do less than
/// its workers.
#[test]
fn workers_compute_at_least_what_their_jobs_do() {
    for name in ALL {
        for options in ["", "--timeout 1h"] {
            let (rows, report) = logged(name, &format!("-w 2 {options} {PRIMES}"));
            for worker in report["by_worker"].as_array().unwrap() {
                let ran = rows.iter().filter_map(|row| row.ran.as_ref());
                let its = ran.filter(|ran| worker["worker"] == ran.worker);
                let computing: f64 = its.map(|ran| ran.computing).sum();
                let cpu = worker["cpu"].as_f64().unwrap();
                assert!(cpu > computing, "{name} {options}: {cpu} s, {computing} s");
            }
            let (all, cpu) = (report["cpu"].as_f64().unwrap(), cpu_of_workers(&report));
            // The system counts the two in different ways.
            assert!(cpu < 1.05 * all + 0.05, "{name} {options}: {cpu} of {all}");
        }
    }
}

#[test]
fn a_worker_that_takes_anothers_place_adds_to_its_numbers() {
    let arguments = format!("-w 1 --max-jobs-per-worker 3 {PRIMES}");
    let (_, report) = logged("processpool-pattern", &arguments);
    assert_eq!(report["by_worker"].as_array().unwrap().len(), 1);
    let computing = report["job_times"]["computing"].as_f64().unwrap();
    let cpu = cpu_of_workers(&report);
    assert!(cpu > computing, "{cpu} s, {computing} s in jobs");
}

/// Four jobs of 32 MiB, of which a worker holds one with its output; the pool holds all of them.
#[test]
fn a_process_tells_of_its_own_memory() {
    const MIB: u64 = 1 << 20;
    let report = reported(
        "processpool-pattern",
        "-w 1 echo --count 4 --bytes 33554432",
    );
    let peak = report["by_worker"][0]["peak_memory"].as_u64().unwrap();
    assert!((64 * MIB..1024 * MIB).contains(&peak), "{peak} bytes");
    let report = reported("processpool-pattern", "-w 1 square");
    let peak = report["by_worker"][0]["peak_memory"].as_u64().unwrap();
    assert!((MIB / 2..64 * MIB).contains(&peak), "{peak} bytes");
    for name in ["workload", "threadpool-pattern", "async-pattern"] {
        let report = reported(name, "square");
        assert_eq!(report["by_worker"][0]["peak_memory"], Value::Null, "{name}");
    }
}

#[test]
fn what_travels_is_counted_in_bytes() {
    for name in ALL {
        let moved = reported(name, "-w 2 echo --count 20 --bytes 100000")["moved"].clone();
        if name == "processpool-pattern" {
            // There and back, and a few bytes more each time.
            let expected = 2 * 20 * 100_000;
            let moved = moved.as_u64().unwrap();
            assert!((expected..expected + 20 * 100).contains(&moved), "{moved}");
        } else {
            assert_eq!(moved, 0, "{name}");
        }
    }
}

#[test]
fn without_a_log_or_a_trace_no_job_is_timed() {
    for name in ALL {
        let report = reported(name, "-w 2 square --count 1000");
        assert_eq!(report["job_times"], Value::Null, "{name}");
        assert!(cpu_of_workers(&report) > 0.0, "{name}");
    }
}

/// The numbers are the system's; they have to be there, and of the right kind.
#[test]
#[cfg(target_os = "linux")]
fn waiting_for_cores_is_told() {
    let counted = fs::exists("/proc/thread-self/schedstat").unwrap();
    for name in ALL {
        let report = reported(name, "-w 2 primes --limit 400000");
        assert_eq!(report["run_queue"].is_number(), counted, "{name}");
        let wall = report["wall"].as_f64();
        assert!(report["run_queue"].as_f64() <= wall, "{name}: {report:#}");
        let switches = &report["context_switches"];
        for kind in ["voluntary", "involuntary"] {
            assert!(switches[kind].is_u64(), "{name}: {switches}");
        }
        if name != "workload" {
            // Somebody waited for a worker.
            assert!(switches["voluntary"].as_u64() > Some(0), "{name}");
        }
    }
}
