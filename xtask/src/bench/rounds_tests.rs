//! Rounds of a program that only notes what it is asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::row::{Programs, Target};
use super::*;
use crate::measure::Interrupts;

/// A program that notes on `log` what it is asked, and answers as `script` says.
fn program(folder: &Path, script: &str) -> PathBuf {
    let file = folder.join("peers");
    let log = folder.join("log");
    let log = log.display();
    let text = format!("#!/bin/sh\necho \"$1\" >> {log}\n{script}\n");
    let written = folder.join("written");
    fs::write(&written, text).unwrap();
    // What somebody holds open for writing cannot be run, and a child that another test forks holds
    // whatever we have open: so it is a process of its own that writes what is run.
    let install = Command::new("install").args([&written, &file]).status();
    assert!(install.unwrap().success());
    file
}

fn row(name: &'static str, peer: Side) -> Row {
    Row {
        name,
        done: "nothing",
        ours: Side::rust("ours", "ours", 2),
        peer: Some(peer),
        target: Some(Target::AtLeast(1.0)),
    }
}

fn run_with(script: &str, rows: &[Row]) -> (anyhow::Result<Ran>, String) {
    let folder = tempfile::tempdir().unwrap();
    let program = program(folder.path(), script);
    let runner = Runner {
        programs: Programs {
            rust: &program,
            python: None,
        },
        interrupts: &Interrupts::default(),
    };
    let ran = run(&runner, rows, 4, &Progress::new(true));
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    (ran, log)
}

const ANSWER: &str = r#"echo '{"seconds":0.5,"jobs":2}'"#;

#[test]
fn sides_take_turns_and_each_pair_is_kept() {
    let rows = [row("one", Side::rust("peer", "theirs", 2))];
    let (ran, log) = run_with(ANSWER, &rows);
    let Came::Measured(pairs) = &ran.unwrap().rows[0] else {
        panic!("it was skipped");
    };
    assert_eq!(
        (&*pairs.ours, &*pairs.peer),
        (&[0.25; 4][..], &[0.25; 4][..])
    );
    let order: Vec<_> = log.lines().skip(1).collect();
    assert_eq!(log.lines().next(), Some("calibrate"));
    let firsts = order.chunks(2).map(|pair| pair[0]);
    assert_eq!(
        firsts.filter(|first| *first == "ours").count(),
        2,
        "{order:?}"
    );
    for pair in order.chunks(2) {
        assert_ne!(pair[0], pair[1], "{order:?}");
    }
}

#[test]
fn a_peer_that_fails_costs_its_row_only_and_ours_costs_all() {
    let peer = |measure| Side::rust("peer", measure, 2);
    let rows = [
        row("one", peer("broken")),
        row("two", peer("theirs")),
        row("three", Side::python("Python", "gather", 1)),
    ];
    let script = |broken| format!("[ $1 = {broken} ] && {{ echo oops >&2; exit 1; }}\n{ANSWER}");
    let (ran, log) = run_with(&script("broken"), &rows);
    let rows_of = ran.unwrap().rows;
    let [Came::Skipped(one), Came::Measured(_), Came::Skipped(three)] = &*rows_of else {
        panic!("{rows_of:?}");
    };
    assert!(
        one.starts_with("the peer failed: ") && one.ends_with("oops"),
        "{one}"
    );
    assert!(three.contains("--python"), "{three}");
    // What failed once is not run again.
    assert_eq!(log.matches("broken").count(), 1, "{log}");
    let (ran, _) = run_with(&script("ours"), &rows);
    let error = format!("{:#}", ran.unwrap_err());
    assert!(
        error.starts_with("cannot measure: peers ours --jobs 2: "),
        "{error}"
    );
}
