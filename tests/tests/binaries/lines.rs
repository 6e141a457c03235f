//! What is printed is the same for every pattern, whatever the workers, the window and the chunks.

use std::fmt::Write;
use std::fs;

use tests::binaries::{self, ALL, run};

#[test]
fn without_arguments_ten_squares_and_nothing_else() {
    for name in ALL {
        let ran = run(name, "");
        assert_eq!(ran.stdout, "0\n1\n4\n9\n16\n25\n36\n49\n64\n81\n", "{name}");
        assert_eq!(
            (ran.code, ran.stderr.len()),
            (Some(0), 1),
            "{name}: {ran:?}"
        );
        assert!(ran.stderr[0].contains("10 jobs: 10 succeeded"), "{ran:?}");
    }
}

#[test]
fn no_jobs_give_no_lines() {
    for name in ALL {
        let ran = run(name, "square --count 0");
        assert_eq!((ran.stdout.as_str(), ran.code), ("", Some(0)), "{name}");
    }
}

#[test]
fn square_is_the_same_everywhere() {
    let mut expected = String::new();
    for n in 0..300 {
        writeln!(expected, "{}", n * n).unwrap();
    }
    same_everywhere("square --count 300", &expected);
}

#[test]
fn primes_is_the_same_everywhere() {
    let ran = run("workload", "primes --count 30 --limit 10000");
    let counts = ran.stdout.lines().map(|line| line.parse::<u32>().unwrap());
    assert_eq!(
        counts.sum::<u32>(),
        1229,
        "the number of primes below 10,000"
    );
    same_everywhere("primes --count 30 --limit 10000", &ran.stdout);
}

#[test]
fn sleep_is_the_same_everywhere() {
    let mut expected = String::new();
    for index in 0..20 {
        writeln!(expected, "{index}").unwrap();
    }
    same_everywhere("sleep --count 20 --for 1ms", &expected);
}

#[test]
fn checksum_is_the_same_everywhere() {
    let directory = tempfile::tempdir().unwrap();
    for file in 0..40 {
        let path = directory.path().join(format!("file {file}"));
        fs::write(path, vec![file; 1000 * usize::from(file)]).unwrap();
    }
    let arguments = format!("checksum {}", directory.path().display());
    let reference = run("workload", &arguments).stdout;
    assert_eq!(reference.lines().count(), 40);
    same_everywhere(&arguments, &reference);
}

#[test]
fn echo_is_the_same_everywhere() {
    for arguments in [
        "echo --count 40 --bytes 1000",
        "echo --count 6 --bytes 300000",
    ] {
        let reference = run("workload", arguments).stdout;
        let digests: std::collections::BTreeSet<_> = reference.lines().collect();
        assert_eq!(digests.len(), if arguments.contains("40") { 40 } else { 6 });
        same_everywhere(arguments, &reference);
    }
}

fn same_everywhere(arguments: &str, expected: &str) {
    for name in ALL {
        for workers in ["", "-w 1", "-w 2", "-w 5"] {
            for rest in [
                "",
                "--window 1",
                "--window 3",
                "--chunk 1",
                "--chunk 7",
                "--window 3 --chunk 7",
            ] {
                let arguments = format!("{workers} {rest} {arguments}");
                let ran = run(name, &arguments);
                assert_eq!(ran.stdout, expected, "{name} {arguments}");
                assert_eq!(
                    (ran.code, ran.stderr.len()),
                    (Some(0), 1),
                    "{name} {arguments}: {ran:?}"
                );
            }
        }
    }
}

#[test]
fn options_count_wherever_they_stand() {
    let report = tempfile::NamedTempFile::new().unwrap();
    let path = report.path().display();
    let ran = run(
        "threadpool-pattern",
        &format!("square --count 5 -w 3 --report {path}"),
    );
    assert_eq!(ran.code, Some(0));
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(report.path()).unwrap()).unwrap();
    assert_eq!(
        (&report["workers"], &report["jobs"]),
        (&3.into(), &5.into())
    );
}

#[test]
fn help_and_version_are_answers_and_no_errors() {
    for name in ALL {
        for arguments in ["--help", "--version", "checksum --help"] {
            let ran = run(name, arguments);
            assert_eq!(
                (ran.code, ran.stderr.len()),
                (Some(0), 0),
                "{name} {arguments}: {ran:?}"
            );
            assert!(!ran.stdout.is_empty());
        }
        let help = run(name, "--help").stdout;
        for workload in [
            "square", "primes", "sleep", "checksum", "thumbs", "echo", "hostile",
        ] {
            assert!(
                help.contains(workload),
                "{name} --help does not name {workload}"
            );
        }
        assert!(!help.contains("falsify"), "that is for tests");
    }
    let ran = binaries::run_with("workload", ["--help"]);
    assert!(ran.stdout.contains("Exit codes"));
}
