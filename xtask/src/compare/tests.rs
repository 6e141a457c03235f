//! Whole comparisons, on a script that stands in for the binaries.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::*;
/// A script knows by its name which pattern it is, so each pattern is a link to the same one.
struct StandIns {
    _folder: TempDir,
    build: Build,
    give_up_after: Duration,
}

impl StandIns {
    fn new() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/compare/stand_in.sh");
        let folder = tempfile::tempdir().unwrap();
        let links = Pattern::ALL.map(|pattern| {
            let link = folder.path().join(pattern.binary());
            std::os::unix::fs::symlink(&script, &link).unwrap();
            (pattern, link)
        });
        Self {
            _folder: folder,
            build: Build::of(BTreeMap::from(links)),
            give_up_after: Duration::from_secs(60),
        }
    }

    fn compare(&self, args: &str) -> Compared {
        let args: Vec<OsString> = args.split_whitespace().map(OsString::from).collect();
        let bench = Bench {
            args: &args,
            stdin: &Stdin::Empty,
            give_up_after: Some(self.give_up_after),
            interrupts: &Interrupts::default(),
        };
        compare(&bench, &self.build, true).unwrap()
    }
}

fn fully(args: &str) -> Comparison {
    match StandIns::new().compare(args) {
        Compared::Fully(comparison) => comparison,
        Compared::BadUsage(message) => panic!("{message}"),
    }
}

#[test]
fn identical_outputs_get_a_table_and_a_verdict() {
    let comparison = fully("square");
    assert_eq!(comparison.exit_code(), 0);
    let text = print::comparison(&comparison, true);
    assert_eq!(text.matches(" same").count(), 3, "{text}");
    assert!(
        text.contains("reference") && text.contains("Verdict"),
        "{text}"
    );
    assert!(!print::comparison(&comparison, false).contains("Verdict"));
    let cpu: Vec<_> = comparison.rows.iter().map(|row| row.measured.cpu).collect();
    assert!(
        cpu.iter().all(|cpu| *cpu >= Duration::from_millis(500)),
        "{cpu:?}"
    );
}

#[test]
fn outputs_that_differ_are_explained_and_not_ranked() {
    let comparison =
        fully("square --lines=async-pattern=0,1,5,9,16 --lines=processpool-pattern=0,4,9");
    assert_eq!(comparison.exit_code(), 1);
    assert_eq!(comparison.verdict(), None);
    let text = print::comparison(&comparison, true);
    for part in [
        "async-pattern differs from workload first in line 2, of job 2",
        "0 missing, 0 extra, 0 reordered, 1 changed",
        "-4\n+5\n",
        "processpool-pattern differs from workload first in line 1",
        "2 missing, 0 extra, 0 reordered, 0 changed",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    assert!(!text.contains("Verdict"), "{text}");
}

#[test]
fn jobs_that_fail_alike_everywhere_are_no_difference() {
    let everywhere = Pattern::ALL.map(|pattern| format!("--fail={}", pattern.binary()));
    let comparison = fully(&everywhere.join(" "));
    assert_eq!(comparison.exit_code(), 3);
    let text = print::comparison(&comparison, true);
    assert!(
        text.contains("1 of 6 jobs failed (1 panicked), alike in every run that came to its end."),
        "{text}"
    );
    assert!(text.contains("Verdict"), "{text}");
}

#[test]
fn a_job_that_fails_on_one_pattern_only_is_a_difference() {
    let comparison = fully("--fail=threadpool-pattern");
    assert_eq!(comparison.exit_code(), 1);
    let text = print::comparison(&comparison, true);
    let note = "threadpool-pattern: job 7 ended as \"panicked\", but in the reference it succeeded";
    assert!(text.contains(note), "{text}");
}

#[test]
fn a_run_that_dies_is_lost_and_the_others_are_compared() {
    let comparison = fully("--die=threadpool-pattern --exit=async-pattern");
    assert_eq!(comparison.exit_code(), 3);
    let text = print::comparison(&comparison, true);
    for part in [
        " whole run lost\n",
        "threadpool-pattern: whole run lost: signal 6 (SIGABRT) after ",
        "it last said: its last words",
        "async-pattern: whole run lost: exit code 7 after ",
        " same",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn without_the_reference_the_survivors_are_compared() {
    let comparison = fully("--die=workload --lines=async-pattern=0");
    assert_eq!(comparison.exit_code(), 1);
    let text = print::comparison(&comparison, true);
    assert!(text.contains("held against threadpool-pattern"), "{text}");
    assert!(
        text.contains("async-pattern differs from threadpool-pattern"),
        "{text}"
    );

    let everywhere = Pattern::ALL.map(|pattern| format!("--die={}", pattern.binary()));
    let comparison = fully(&everywhere.join(" "));
    assert_eq!((comparison.exit_code(), comparison.verdict()), (3, None));
    let text = print::comparison(&comparison, true);
    assert!(text.contains("No run came to its end"), "{text}");
}

#[test]
fn runs_that_a_failure_stopped_are_not_compared() {
    let comparison = fully("--stop --fail=workload --fail=async-pattern --lines=async-pattern=0");
    assert_eq!((comparison.exit_code(), comparison.verdict()), (3, None));
    let text = print::comparison(&comparison, true);
    assert!(text.contains("The first failure stopped"), "{text}");
}

#[test]
fn a_run_that_hangs_is_given_up() {
    let began = Instant::now();
    let stand_ins = StandIns {
        give_up_after: Duration::from_millis(300),
        ..StandIns::new()
    };
    let Compared::Fully(comparison) = stand_ins.compare("--hang=processpool-pattern") else {
        panic!("bad usage");
    };
    assert!(began.elapsed() < Duration::from_secs(30));
    let text = print::comparison(&comparison, true);
    let note = "processpool-pattern: whole run lost: it did not end within 300 ms";
    assert!(text.contains(note), "{text}");
}

#[test]
fn a_refused_command_line_is_shown_as_the_binary_says_it() {
    let Compared::BadUsage(message) = StandIns::new().compare("square --conut 3") else {
        panic!("it was accepted");
    };
    assert_eq!(message, "error: unexpected argument '--conut'\n");
}
