//! `--joblog`: a line for each job, with what is known of it and nothing else.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::binaries::{ALL, run};

/// A line of the log.
#[derive(Debug)]
pub(crate) struct Row {
    job: usize,
    pub(crate) ran: Option<Ran>,
    outcome: String,
}

/// Where a job ran, and for how many seconds.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) worker: u32,
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) computing: f64,
}

fn row(line: &str) -> Row {
    let cells: Vec<_> = line.split(',').collect();
    let [job, worker, start, end, computing, outcome] = cells[..] else {
        panic!("{line:?} has not six cells");
    };
    let seconds = |cell: &str| {
        let (_, digits) = cell.split_once('.').unwrap();
        assert_eq!(digits.len(), 9, "nanoseconds in {line:?}");
        cell.parse::<f64>().unwrap()
    };
    let ran = match [worker, start, end, computing] {
        ["", "", "", ""] => None,
        _ => Some(Ran {
            worker: worker.parse().unwrap(),
            start: seconds(start),
            end: seconds(end),
            computing: seconds(computing),
        }),
    };
    Row {
        job: job.parse().unwrap(),
        ran,
        outcome: outcome.to_owned(),
    }
}

fn read(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header = "job,worker,start,end,computing,outcome";
    assert_eq!(lines.next(), Some(header));
    assert!(text.ends_with('\n'));
    lines.map(row).collect()
}

/// Runs with these arguments; gives the log and the report.
pub(crate) fn logged(name: &str, arguments: &str) -> (Vec<Row>, Value) {
    let directory = tempfile::tempdir().unwrap();
    let (log, report) = (
        directory.path().join("log"),
        directory.path().join("report"),
    );
    let files = format!("--joblog {} --report {}", log.display(), report.display());
    let ran = run(name, &format!("{files} {arguments}"));
    let report: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    assert_eq!(ran.code.map(Value::from), Some(report["exit_code"].clone()));
    (read(&log), report)
}

#[test]
fn every_job_has_its_line_in_input_order() {
    for name in ALL {
        for arguments in ["", "--chunk 1", "--window 3", "--timeout 1h"] {
            let arguments = format!("-w 2 {arguments} hostile --count 60 --every 20");
            let (rows, report) = logged(name, &arguments);
            assert!(rows.iter().map(|row| row.job).eq(0..60), "{name}: {rows:?}");
            let wall = report["wall"].as_f64().unwrap();
            for row in &rows {
                let expected = match row.job {
                    19 | 59 => "failed",
                    39 => "panicked",
                    _ => "ok",
                };
                assert_eq!(row.outcome, expected, "{name}: {row:?}");
                let ran = row.ran.as_ref().unwrap();
                assert!(ran.worker < 2, "{name}: {row:?}");
                assert!(0.0 <= ran.start && ran.start <= ran.end, "{name}: {row:?}");
                assert!(ran.end <= wall, "{name}: {row:?} in {wall} s");
                let took = ran.end - ran.start;
                assert!(ran.computing <= took + 1e-6, "{name}: {row:?}");
            }
        }
    }
}

/// A job that sleeps is not on a core, nor is one that waits for the interpreter lock.
#[test]
fn waiting_is_not_computing() {
    for name in ALL {
        for gil in ["", "--gil"] {
            let (rows, _) = logged(name, &format!("-w 2 {gil} sleep --count 6 --for 50ms"));
            for row in rows {
                let ran = row.ran.unwrap();
                let took = ran.end - ran.start;
                assert!(ran.computing < took / 2.0, "{name} {gil}: {ran:?}");
            }
        }
        let (rows, _) = logged(name, "-w 2 primes --count 8 --limit 400000");
        let computing = |row: &Row| row.ran.as_ref().unwrap().computing;
        // Whoever else has the cores: the last range alone takes more than 50,000 divisions.
        assert!(rows.iter().map(computing).sum::<f64>() > 1e-4, "{name}");
    }
}

#[test]
fn what_is_not_known_is_left_empty() {
    let arguments = "-w 2 hostile --count 60 --every 20 --kinds kill,abort,error";
    let (rows, _) = logged("processpool-pattern", arguments);
    assert_eq!(rows.len(), 60);
    for row in rows {
        let crashed = matches!(row.job, 19 | 39);
        assert_eq!(row.outcome == "crashed", crashed, "{row:?}");
        assert_eq!(row.ran.is_none(), crashed, "{row:?}");
    }
    for name in ALL {
        let arguments = "-w 2 --on-error stop hostile --count 5000 --every 40";
        let (rows, report) = logged(name, arguments);
        assert_eq!(Value::from(rows.len()), report["jobs"], "{name}");
        for row in rows {
            let never_ran = row.outcome == "cancelled";
            assert_eq!(row.ran.is_none(), never_ran, "{name}: {row:?}");
        }
    }
}

#[test]
fn a_device_takes_the_log_as_well() {
    for name in ALL {
        let ran = run(name, "--joblog /dev/stderr square --count 3");
        assert_eq!((ran.code, ran.stderr.len()), (Some(0), 5), "{ran:?}");
        assert_eq!(ran.stderr[1], "job,worker,start,end,computing,outcome");
        assert!(ran.stderr[4].starts_with("2,"), "{ran:?}");
    }
}
