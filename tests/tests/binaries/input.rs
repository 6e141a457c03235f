//! Inputs one a line, from a file or as they come through a pipe.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use tests::binaries::{ALL, Ran, Running, command, run_with};
use tests::system::in_time;

/// Runs with `--from -` and this on stdin.
fn piped(name: &str, arguments: &str, input: &[u8]) -> Ran {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), input).unwrap();
    let mut command = command(name);
    command
        .args(arguments.split_whitespace())
        .args(["--from", "-"]);
    command.stdin(fs::File::open(file.path()).unwrap());
    command.output().unwrap().into()
}

/// The same lines, from a file and from stdin, with a last line that has no end.
#[test]
fn lines_make_jobs() {
    let cases = [
        (
            "square",
            "3\n-4\n 5 \n1000000",
            "9\n16\n25\n1000000000000\n",
        ),
        ("primes", "0..10\n10..20\n7..7", "4\n4\n0\n"),
        ("sleep --for 1ms", "9\n8\n7", "9\n8\n7\n"),
        ("hostile --every 1000", "3\n2\n1", "3\n2\n1\n"),
        ("square", "", ""),
    ];
    let file = tempfile::NamedTempFile::new().unwrap();
    for name in ALL {
        for (workload, input, expected) in cases {
            let ran = piped(name, workload, input.as_bytes());
            assert_eq!(
                (ran.stdout.as_str(), ran.code),
                (expected, Some(0)),
                "{name} {workload}"
            );
            fs::write(file.path(), input).unwrap();
            let mut arguments: Vec<_> = workload.split(' ').collect();
            arguments.extend(["--from", file.path().to_str().unwrap()]);
            let ran = run_with(name, arguments);
            assert_eq!(
                (ran.stdout.as_str(), ran.code),
                (expected, Some(0)),
                "{name} {workload}"
            );
        }
    }
}

#[test]
fn a_line_that_makes_no_sense_fails_with_its_number() {
    let huge = "9".repeat(30);
    let input = format!("1\ntwo\n3\n\n4294967296\n{huge}\n7\n\u{fffd}\n");
    let mut input = input.into_bytes();
    input.extend(b"\xff\xfe\n10\n");
    for name in ALL {
        let ran = piped(name, "square", &input);
        assert_eq!(
            (ran.stdout.as_str(), ran.code),
            ("1\n9\n49\n100\n", Some(3)),
            "{name}: {ran:?}"
        );
        for (line, job) in [(2, 1), (4, 3), (6, 5), (8, 7), (9, 8)] {
            let told = format!("job {job}: failed: line {line}: ");
            let mut told = ran
                .stderr
                .iter()
                .filter(|told_of| told_of.starts_with(&told));
            let told = told
                .next()
                .unwrap_or_else(|| panic!("{name}: no {told:?} in {ran:#?}"));
            assert!(told.contains("an integer of 64 bits"), "{told}");
        }
        // 4294967296 squared does not fit, which is the job's failure and not the line's.
        assert!(
            ran.stderr[2].starts_with("job 4: failed: the square of 4294967296"),
            "{ran:#?}"
        );
        assert_eq!(ran.stderr.len(), 6 + 1, "{ran:#?}");
    }
}

#[test]
fn a_missing_file_among_the_lines_fails_alone() {
    let directory = tempfile::tempdir().unwrap();
    let there = directory.path().join("there");
    fs::write(&there, "").unwrap();
    let (there, missing) = (there.display(), directory.path().join("missing"));
    let input = format!("{there}\n{}\n\n{there}\n", missing.display());
    for name in ALL {
        let ran = piped(name, "checksum", input.as_bytes());
        assert_eq!(
            (ran.stdout.lines().count(), ran.code),
            (2, Some(3)),
            "{name}: {ran:?}"
        );
        assert!(
            ran.stderr[0].contains(&*missing.to_string_lossy()),
            "{ran:?}"
        );
        assert!(
            ran.stderr[1].contains("line 3: an empty line is not a path"),
            "{ran:?}"
        );
    }
}

#[test]
fn a_hundred_thousand_lines_all_count() {
    let input: String = (0..100_000).map(|n| format!("{n}\n")).collect();
    let expected: String = (0..100_000_u64).map(|n| format!("{}\n", n * n)).collect();
    for name in ALL {
        let ran = piped(name, "square", input.as_bytes());
        assert!(ran.stdout == expected, "{name}");
        assert_eq!(ran.code, Some(0));
    }
}

/// The next line is written only when the output of the one before has been read.
#[test]
fn what_is_known_is_printed_before_the_next_line_comes() {
    in_time("what is known is printed", || {
        ALL.into_iter().for_each(answers_line_by_line);
    });
}

fn answers_line_by_line(name: &str) {
    let mut command = command(name);
    command
        .args(["square", "--from", "-"])
        .stdin(Stdio::piped());
    let mut running = Running::spawn(&mut command);
    let mut input = running.0.stdin.take().unwrap();
    let mut output = BufReader::new(running.0.stdout.take().unwrap());
    for n in [3_u64, 4, 5] {
        writeln!(input, "{n}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{}\n", n * n), "{name}");
    }
    drop(input);
    assert_eq!(running.wait().code(), Some(0), "{name}");
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "{name}");
}
