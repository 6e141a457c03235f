//! `--show-job N` says what a job is, the same on every pattern, and runs nothing.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use tests::binaries::{ALL, Ran, Running, command, run, run_with};

fn check(name: &str, ran: &Ran, expected: &str) {
    assert_eq!(ran.stdout, expected.to_owned() + "\n", "{name}: {ran:?}");
    assert_eq!(
        (ran.code, ran.stderr.len()),
        (Some(0), 0),
        "{name}: {ran:?}"
    );
}

/// Some of these jobs would end the program, or outlast the test.
#[test]
fn a_job_is_shown_and_not_run() {
    let jobs = [
        ("--show-job 9", "9"),
        ("square --count 4000000000 --show-job 70000", "70000"),
        (
            "primes --count 2 --limit 100 --show-job 1",
            r#"{"start":25,"end":100}"#,
        ),
        (
            "--show-job 1 sleep --for 1h",
            r#"{"index":1,"time":{"secs":3600,"nanos":0}}"#,
        ),
        (
            "hostile --kinds abort --show-job=9",
            r#"{"index":9,"kind":"Abort"}"#,
        ),
    ];
    for name in ALL {
        for (arguments, expected) in jobs {
            check(name, &run(name, arguments), expected);
        }
    }
    let ran = run("workload", "echo --bytes 100000 --show-job 5");
    assert!(ran.stdout.contains(r#""bytes":100000"#), "{ran:?}");
    assert_eq!(
        (ran.stdout.lines().count(), ran.code),
        (1, Some(0)),
        "{ran:?}"
    );
}

#[test]
fn a_path_is_shown_as_text_and_the_file_need_not_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list");
    fs::write(&list, b"/no/such file\ncaf\xe9\n").unwrap();
    let list = list.to_str().unwrap();
    for name in ALL {
        let shown = |job| run_with(name, ["checksum", "--from", list, "--show-job", job]);
        check(name, &shown("0"), r#"{"path":"/no/such file"}"#);
        check(
            name,
            &shown("1"),
            r#"{"path":{"are":"caf\\xe9","bytes":4}}"#,
        );
    }
    fs::write(folder.path().join(OsStr::from_bytes(b"\xff")), "").unwrap();
    let mut command = command("workload");
    command.current_dir(folder.path());
    command.args(["checksum", ".", "--show-job", "1"]);
    let ran = Ran::from(command.output().unwrap());
    check("workload", &ran, r#"{"path":{"are":"./\\xff","bytes":3}}"#);
}

/// The run of a sample counts its jobs, and so must who asks what one of them is.
#[test]
fn a_job_of_a_sample_is_the_one_that_the_sample_runs() {
    for name in ALL {
        let ran = run(name, "square --count 1000 --sample 5");
        let squares: Vec<u64> = ran
            .stdout
            .lines()
            .map(|line| line.parse().unwrap())
            .collect();
        assert_eq!(squares.len(), 5, "{name}");
        for (job, square) in squares.iter().enumerate() {
            let shown = run(
                name,
                &format!("square --count 1000 --sample 5 --show-job {job}"),
            );
            check(name, &shown, &square.isqrt().to_string());
        }
        let beyond = run(name, "square --count 1000 --sample 5 --show-job 5");
        assert_eq!(beyond.code, Some(2), "{name}");
    }
}

/// The line comes late, and no more than it is waited for.
#[test]
fn a_line_of_stdin_is_shown_as_soon_as_it_is_there() {
    for name in ALL {
        let mut command = command(name);
        command.args(["--from", "-", "--show-job", "1"]);
        command.stdin(Stdio::piped());
        let mut running = Running::spawn(&mut command);
        let mut stdin = running.0.stdin.take().unwrap();
        stdin.write_all(b"7\nx\n").unwrap();
        // Stdin stays open.
        assert!(running.wait().success(), "{name}");
        let text = std::io::read_to_string(running.0.stdout.take().unwrap()).unwrap();
        let expected = r#"{"line":2,"makes no sense":"\"x\" is not an integer of 64 bits"}"#;
        assert_eq!(text.trim_end(), expected, "{name}");
    }
}

#[test]
fn no_file_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for name in ALL {
        let mut command = command(name);
        command.current_dir(folder.path());
        command.args(["--show-job", "0", "--report", "report", "--trace", "trace"]);
        check(name, &command.output().unwrap().into(), "0");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
