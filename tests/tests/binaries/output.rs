//! Where output goes, and what happens when it cannot go there.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use serde_json::Value;
use tests::binaries::{ALL, Ran, Running, command, run};

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// As `| head -1`: one line is read, then nobody reads any more.
#[test]
fn a_closed_pipe_ends_quietly() {
    for name in ALL {
        for workload in ["square --count 10000000", "sleep --count 1000000 --for 1ms"] {
            let mut running = Running::start(name, workload);
            let mut output = BufReader::new(running.0.stdout.take().unwrap());
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            assert_eq!(line, "0\n");
            drop(output);
            assert_eq!(running.wait().code(), Some(0), "{name} {workload}");
            let mut told = String::new();
            running
                .0
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut told)
                .unwrap();
            assert_eq!(told, "", "{name} {workload}");
            running.wait_until_no_worker_is_left();
        }
    }
}

#[test]
fn a_full_disk_under_stdout_is_an_error() {
    for name in ALL {
        let mut command = command(name);
        command.stdout(File::create("/dev/full").unwrap());
        let ran = Ran::from(command.output().unwrap());
        assert_eq!(
            (ran.code, ran.stderr.len()),
            (Some(1), 1),
            "{name}: {ran:?}"
        );
        assert!(ran.stderr[0].contains("cannot write to stdout"), "{ran:?}");
    }
}

#[test]
fn what_cannot_be_told_on_stderr_changes_nothing() {
    for name in ALL {
        let mut command = command(name);
        command
            .stderr(File::create("/dev/full").unwrap())
            .stdout(Stdio::piped());
        let ran = Ran::from(command.spawn().unwrap().wait_with_output().unwrap());
        assert_eq!(
            (ran.code, ran.stdout.lines().count()),
            (Some(0), 10),
            "{name}: {ran:?}"
        );
    }
}

#[test]
fn a_report_says_what_happened() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report");
    for name in ALL {
        let path_text = path.display();
        let arguments = format!("-w 2 --report {path_text} hostile --count 60 --every 20");
        let ran = run(name, &arguments);
        assert_eq!(
            (ran.code, ran.stdout.lines().count()),
            (Some(3), 57),
            "{name}: {ran:?}"
        );
        let report = read(&path);
        for (key, expected) in [
            ("schema", Value::from("patterns.run/1")),
            ("pattern", name.into()),
            ("workload", "hostile".into()),
            ("workers", if name == "workload" { 1 } else { 2 }.into()),
            ("jobs", 60.into()),
            ("succeeded", 57.into()),
            ("failed", serde_json::json!({"failed": 2, "panicked": 1})),
            ("exit_code", 3.into()),
            ("interrupted_by", Value::Null),
            ("on_error", "continue".into()),
            (
                "left_behind",
                serde_json::json!({"threads": 0, "descriptors": 0, "processes": 0}),
            ),
        ] {
            assert_eq!(report[key], expected, "{name}: {key}");
        }
        let failures = report["failures"].as_array().unwrap();
        let failures = failures
            .iter()
            .map(|failure| (&failure["index"], &failure["kind"]));
        let expected = [(19, "failed"), (39, "panicked"), (59, "failed")];
        let expected = expected.map(|(index, kind)| (Value::from(index), Value::from(kind)));
        assert!(
            failures.eq(expected.iter().map(|(index, kind)| (index, kind))),
            "{report:#}"
        );
        let jobs = report["by_worker"].as_array().unwrap().iter();
        assert_eq!(
            jobs.map(|worker| worker["jobs"].as_u64().unwrap())
                .sum::<u64>(),
            60
        );
        for positive in ["wall", "cpu", "peak_memory"] {
            assert!(report[positive].as_f64() > Some(0.0), "{name}: {positive}");
        }
    }
    assert_eq!(
        names_in(directory.path()),
        ["report"],
        "and nothing beside it"
    );
}

#[test]
fn a_device_that_is_full_under_the_report_is_an_error() {
    for name in ALL {
        for option in ["--report", "--trace", "--joblog"] {
            let ran = run(name, &format!("{option} /dev/full"));
            assert_eq!(ran.code, Some(1), "{name} {option}: {ran:?}");
            let expected = format!("cannot write {option} /dev/full");
            assert!(ran.stderr[1].contains(&expected), "{ran:?}");
        }
    }
}

/// A limit to the size of files stands in for a disk that gets full: the report is larger than what
/// may be written.
#[test]
fn a_disk_that_gets_full_leaves_the_old_report_whole() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report");
    for name in ALL {
        for (option, blocks) in [
            ("--report", 0),
            ("--report", 1),
            ("--trace", 0),
            ("--joblog", 0),
        ] {
            fs::write(&path, "the one before").unwrap();
            let script = format!(
                "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {option} \"$1\" square --count 50"
            );
            let binary = command(name);
            let mut limited = Command::new("sh");
            limited
                .args(["-c", &script])
                .arg(binary.get_program())
                .arg(&path);
            let ran = Ran::from(limited.output().unwrap());
            assert_eq!(ran.code, Some(1), "{name} {option}: {ran:?}");
            if name == "processpool-pattern" {
                // The limit counts for memory that is shared as well, so there is no pool at all.
                assert_eq!(ran.stdout, "");
                assert!(
                    ran.stderr.concat().contains("the system refuses"),
                    "{ran:?}"
                );
            } else {
                assert_eq!(ran.stdout.lines().count(), 50, "{name}");
                assert!(
                    ran.stderr[1].contains("cannot write"),
                    "{name} {option}: {ran:?}"
                );
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), "the one before");
            assert_eq!(names_in(directory.path()), ["report"], "{name} {option}");
        }
    }
}

#[test]
fn a_run_that_is_killed_leaves_the_old_report_and_nothing_beside_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report");
    for name in ALL {
        fs::write(&path, "the one before").unwrap();
        for option in ["--report", "--joblog"] {
            let path = path.display();
            let arguments = format!("{option} {path} sleep --count 9 --for 1h");
            let mut running = Running::start(name, &arguments);
            running.wait_until_it_runs();
            running.signal(Signal::SIGKILL);
            running.wait();
            running.wait_until_no_worker_is_left();
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "the one before",
            "{name}"
        );
        assert_eq!(names_in(directory.path()), ["report"], "{name}");
    }
}
