//! `--trace`: a lane for each worker, and more where its jobs overlap.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tests::binaries::{ALL, Ran, run};

/// Runs with a trace, and gives its events as well.
fn traced(name: &str, arguments: &str) -> (Ran, Vec<Value>, Value) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let trace = format!("--trace {}", file.path().display());
    let ran = run(name, &format!("{trace} {arguments}"));
    let trace: Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap().clone();
    (ran, events, trace["otherData"].clone())
}

/// The bars of each lane, as starts and ends in nanoseconds.
fn bars(events: &[Value]) -> BTreeMap<u64, Vec<(u64, u64)>> {
    let mut lanes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in events.iter().filter(|event| event["ph"] == "X") {
        let nanos = |key: &str| (event[key].as_f64().unwrap() * 1000.0).round() as u64;
        let (start, took) = (nanos("ts"), nanos("dur"));
        let computing = event["args"]["computing_us"].as_f64().unwrap();
        assert!(computing <= took as f64 / 1000.0 + 1e-6, "{event}");
        let lane = event["tid"].as_u64().unwrap();
        lanes.entry(lane).or_default().push((start, start + took));
    }
    lanes
}

/// The names of the lanes, in the order in which they are shown.
fn names(events: &[Value]) -> Vec<(u64, String)> {
    let about = |what: &str| {
        let events = events.iter().filter(|event| event["name"] == *what);
        let about = events.map(|event| (event["tid"].as_u64().unwrap(), event["args"].clone()));
        about.collect::<BTreeMap<_, _>>()
    };
    let names = about("thread_name");
    let mut lanes: Vec<_> = about("thread_sort_index").into_iter().collect();
    lanes.sort_by_key(|(_, args)| args["sort_index"].as_u64());
    assert_eq!(lanes.len(), names.len());
    let named = |(lane, _): (u64, _)| (lane, names[&lane]["name"].as_str().unwrap().to_owned());
    lanes.into_iter().map(named).collect()
}

#[test]
fn no_bars_of_a_lane_overlap_and_every_lane_has_its_name() {
    for name in ALL {
        let (ran, events, about) = traced(name, "-w 3 --chunk 1 sleep --count 40 --for 20ms");
        assert_eq!((ran.code, ran.stderr.len()), (Some(0), 1), "{ran:?}");
        assert_eq!(
            (&about["jobs"], &about["jobs drawn"]),
            (&40.into(), &40.into())
        );
        let (mut lanes, names) = (bars(&events), names(&events));
        assert_eq!(lanes.values().map(Vec::len).sum::<usize>(), 40, "{name}");
        assert!(names.iter().all(|(lane, _)| lanes.contains_key(lane)));
        for bars in lanes.values_mut() {
            bars.sort_unstable();
            let apart = bars.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            assert!(apart, "{name}: {bars:?}");
        }
        let names: Vec<_> = names.into_iter().map(|(_, name)| name).collect();
        if name == "async-pattern" {
            // All 40 wait at once, but a machine may be so busy that some do not.
            let lanes = (0..names.len()).map(|lane| format!("worker 0, lane {lane}"));
            assert!(
                names.len() > 1 && lanes.eq(names.iter().cloned()),
                "{names:?}"
            );
        } else {
            let workers = if name == "workload" { 1 } else { 3 };
            let mut workers = (0..workers).map(|worker| format!("worker {worker}"));
            let in_order = names
                .iter()
                .all(|name| workers.any(|worker| worker == *name));
            assert!(in_order, "{name}: {names:?}");
        }
    }
}

#[test]
fn a_bar_tells_how_its_job_ended() {
    for name in ALL {
        let (_, events, _) = traced(name, "-w 2 hostile --count 60 --every 20");
        for (job, expected) in [(18, "ok"), (19, "failed"), (39, "panicked")] {
            let job = format!("job {job}");
            let bar = events.iter().find(|event| event["name"] == *job).unwrap();
            assert_eq!(bar["args"]["outcome"], expected, "{name}: {bar}");
        }
    }
}

#[test]
fn of_too_many_jobs_one_in_so_many_is_drawn_and_that_is_said() {
    let (ran, events, about) = traced("threadpool-pattern", "square --count 600000");
    let expected = "note: trace: 1 job in 2 is drawn, 300,000 of 600,000";
    assert!(ran.stderr[1].ends_with(expected), "{:?}", ran.stderr);
    assert_eq!(ran.stderr.len(), 2);
    assert_eq!(about["1 job drawn in"], 2);
    assert_eq!(bars(&events).values().map(Vec::len).sum::<usize>(), 300_000);
}
