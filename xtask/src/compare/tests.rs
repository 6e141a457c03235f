//! Whole comparisons, on a script that stands in for the binaries.

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::found::Found;
use super::rounds::Plan;
use super::*;
use crate::document::{Document, Output};
use crate::print;

/// A script knows by its name which pattern it is, so each pattern is a link to the same one.
struct StandIns {
    _folder: TempDir,
    programs: Vec<Program>,
    give_up_after: Duration,
    plan: Plan,
}

impl StandIns {
    fn new() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/compare/stand_in.sh");
        let folder = tempfile::tempdir().unwrap();
        let programs = Pattern::ALL.map(|pattern| {
            let link = folder.path().join(pattern.binary());
            std::os::unix::fs::symlink(&script, &link).unwrap();
            Program::new(pattern, &link)
        });
        Self {
            _folder: folder,
            programs: programs.into(),
            give_up_after: Duration::from_secs(60),
            plan: Plan::Rounds(Some(6)),
        }
    }

    fn compare(&self, line: &str) -> Compared<Found> {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let bench = Bench {
            args: &args,
            stdin: &Stdin::Empty,
            give_up_after: Some(self.give_up_after),
            cold: None,
            interrupts: &Interrupts::default(),
        };
        let setup = Setup {
            command: format!("cargo xtask compare {line}"),
            workload: line.to_owned(),
            note: None,
            programs: self.programs.clone(),
            python: None,
            plan: self.plan,
            quiet: true,
        };
        found::compare(&bench, &setup).unwrap()
    }

    fn fully(&self, line: &str) -> Document {
        match self.compare(line) {
            Compared::Fully(found) => found.document,
            Compared::BadUsage(message) => panic!("{message}"),
        }
    }
}

fn fully(line: &str) -> Document {
    StandIns::new().fully(line)
}

fn text(of: &Document) -> String {
    anstream::adapter::strip_str(&print::text(of, false)).to_string()
}

/// The same without line breaks, so that a sentence is found wherever it was wrapped.
fn flowing(of: &Document) -> String {
    text(of).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn identical_outputs_get_a_table_and_a_verdict() {
    let document = fully("square");
    assert_eq!(document.exit_code, 0);
    let text = text(&document);
    assert_eq!(text.matches(" same").count(), 3, "{text}");
    assert!(
        text.contains("reference") && text.contains("Verdict"),
        "{text}"
    );
    for entry in &document.programs {
        assert!(entry.cpu >= Some(0.5), "{entry:?}");
        // The reference runs before and after the rounds as well, and in them only if it is close.
        let runs = entry.runs.len();
        let is_reference = entry.output == Output::Reference;
        assert!(
            runs == 6 || is_reference && (runs == 2 || runs == 8),
            "{entry:?}"
        );
    }
    let mut places: Vec<_> = document
        .programs
        .iter()
        .flat_map(|entry| entry.runs.iter().map(|run| run.place))
        .collect();
    places.sort_unstable();
    assert_eq!(places, (0..places.len()).collect::<Vec<_>>());
}

#[test]
fn a_quick_look_is_one_run_each_and_no_verdict() {
    let stand_ins = StandIns {
        plan: Plan::Quick { inside: false },
        ..StandIns::new()
    };
    let document = stand_ins.fully("square");
    assert!(document.programs.iter().all(|entry| entry.runs.len() == 1));
    assert_eq!((document.rounds, document.verdict.as_ref()), (0, None));
    assert!(text(&document).contains("No verdict: one look"));
}

#[test]
fn too_few_rounds_are_no_verdict() {
    let stand_ins = StandIns {
        plan: Plan::Rounds(Some(2)),
        ..StandIns::new()
    };
    let document = stand_ins.fully("square");
    assert_eq!(document.programs[1].runs.len(), 2);
    assert!(text(&document).contains("No verdict: 6 rounds at least"));
}

#[test]
fn outputs_that_differ_are_explained_and_not_ranked() {
    let document =
        fully("square --lines=async-pattern=0,1,5,9,16 --lines=processpool-pattern=0,4,9");
    assert_eq!((document.exit_code, document.verdict.as_ref()), (1, None));
    assert_eq!(document.programs[3].output, Output::Differs);
    // Nothing is timed once that is known.
    assert!(document.programs.iter().all(|entry| entry.runs.len() == 1));
    let text = text(&document);
    for part in [
        "async-pattern differs from workload first in line 2, of job 2",
        "its input: job 2 as workload knows it\n\
         first byte that differs: byte 0 of the line, byte 4 of the output\n\
         differing: changed job 2\n",
        "its input: job 1 as workload knows it\n",
        "differing: missing jobs 1, 4\n",
        "0 missing, 0 extra, 0 reordered, 1 changed",
        "-4\n+5\n",
        "processpool-pattern differs from workload first in line 1",
        "2 missing, 0 extra, 0 reordered, 0 changed",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    assert!(!text.contains("Verdict"), "{text}");
}

/// A program that is right at first and wrong in a later run is wrong.
#[test]
fn an_output_that_differs_in_a_later_round_is_found() {
    let document = fully("square --later=async-pattern=0,1,4,9,17");
    assert_eq!((document.exit_code, document.verdict.as_ref()), (1, None));
    let text = text(&document);
    assert!(
        text.contains("async-pattern differs from workload"),
        "{text}"
    );
    assert!(text.contains("async-pattern: in round"), "{text}");
}

#[test]
fn jobs_that_fail_alike_everywhere_are_no_difference() {
    let everywhere = Pattern::ALL.map(|pattern| format!("--fail={}", pattern.binary()));
    let document = fully(&everywhere.join(" "));
    assert_eq!(document.exit_code, 3);
    let text = flowing(&document);
    assert!(
        text.contains("1 of 6 jobs failed (1 panicked), alike in every run that came to its end."),
        "{text}"
    );
    assert!(text.contains("Verdict"), "{text}");
}

#[test]
fn a_job_that_fails_on_one_pattern_only_is_a_difference() {
    let document = fully("--fail=threadpool-pattern");
    assert_eq!(document.exit_code, 1);
    let text = flowing(&document);
    let note = "threadpool-pattern: job 7 ended as \"panicked\", but in the reference it succeeded";
    assert!(text.contains(note), "{text}");
}

#[test]
fn a_run_that_dies_is_lost_and_the_others_are_compared() {
    let document = fully("--die=threadpool-pattern --exit=async-pattern");
    assert_eq!(document.exit_code, 3);
    let text = flowing(&document);
    for part in [
        " run lost ",
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
    let document = fully("--die=workload --lines=async-pattern=0");
    assert_eq!(document.exit_code, 1);
    let text = flowing(&document);
    assert!(text.contains("held against threadpool-pattern"), "{text}");
    assert!(
        text.contains("async-pattern differs from threadpool-pattern"),
        "{text}"
    );
    assert!(!text.contains("its input"), "the reference is lost: {text}");

    let everywhere = Pattern::ALL.map(|pattern| format!("--die={}", pattern.binary()));
    let document = fully(&everywhere.join(" "));
    assert_eq!((document.exit_code, document.verdict.as_ref()), (3, None));
    let text = flowing(&document);
    assert!(text.contains("No run came to its end"), "{text}");
}

#[test]
fn runs_that_a_failure_stopped_are_not_compared() {
    let document = fully("--stop --fail=workload --fail=async-pattern --lines=async-pattern=0");
    assert_eq!((document.exit_code, document.verdict.as_ref()), (3, None));
    let text = flowing(&document);
    assert!(text.contains("The first failure stopped"), "{text}");
}

#[test]
fn a_run_that_hangs_is_given_up() {
    let began = Instant::now();
    let stand_ins = StandIns {
        give_up_after: Duration::from_millis(300),
        ..StandIns::new()
    };
    let document = stand_ins.fully("--hang=processpool-pattern");
    assert!(began.elapsed() < Duration::from_secs(30));
    let text = flowing(&document);
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
