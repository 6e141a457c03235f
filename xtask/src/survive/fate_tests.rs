//! Tests of what an observation means.

use super::super::invented::{line, seen};
use super::*;

#[test]
fn only_the_culprit() {
    let fate = Fate::of(&seen("failed: on purpose"));
    assert_eq!((fate.lost, fate.missing), (Lost::Culprit, 0));
    let reported = Reported::Failed {
        kind: "failed".to_owned(),
        death: None,
    };
    assert_eq!(fate.reported, reported);
    // Invented lines come a millisecond a job: from 47 to 51.
    assert_eq!(fate.went_on_after, Some(Duration::from_millis(4)));
    assert_eq!(fate.left.threads, Some(0));
}

#[test]
fn how_a_worker_died_is_read_from_the_words_for_it() {
    let crash = "crashed its worker: signal 9 (SIGKILL), having said \"exit code 1\"";
    assert_eq!(death(crash), Some(End::Signal(9)));
    assert_eq!(death("crashed its worker: exit code 7"), Some(End::Exit(7)));
    assert_eq!(death("timed out after 500ms"), None);
}

#[test]
fn more_than_the_culprit() {
    let without = |lost: &[usize]| {
        let mut seen = seen("failed: on purpose");
        let is_lost = |text: &str| lost.iter().any(|job| job.to_string() == text);
        seen.lines.retain(|line| !is_lost(&line.text));
        let fate = Fate::of(&seen);
        (fate.lost, fate.missing)
    };
    assert_eq!(without(&[48, 49, 51, 55]), (Lost::Chunk, 4));
    assert_eq!(without(&[55, 56]), (Lost::Others, 2));
    assert_eq!(without(&[47]), (Lost::Others, 1));
}

#[test]
fn a_healthy_job_that_is_said_to_have_failed_is_lost_though_it_printed() {
    let mut seen = seen("failed: on purpose");
    let failures = &mut seen.report.as_mut().unwrap().failures;
    failures[0].index = 51;
    let fate = Fate::of(&seen);
    assert_eq!((fate.lost, fate.reported), (Lost::Chunk, Reported::Not));
}

#[test]
fn less_than_the_culprit() {
    let mut seen = seen("failed: on purpose");
    seen.lines.insert(CULPRIT, line(CULPRIT));
    assert_eq!(Fate::of(&seen).lost, Lost::Nothing);

    seen.lines.remove(CULPRIT);
    seen.end = End::Exit(0);
    assert_eq!(Fate::of(&seen).reported, Reported::Not);
    seen.report.as_mut().unwrap().failures.clear();
    assert_eq!(Fate::of(&seen).lost, Lost::Nothing);
}

#[test]
fn the_whole_run() {
    let mut seen = seen("failed: on purpose");
    seen.report = None;
    seen.lines.truncate(CULPRIT - 3);
    for (end, reported) in [
        (End::Signal(6), Reported::Died(End::Signal(6))),
        (End::Exit(7), Reported::Died(End::Exit(7))),
        // Only a report says that it was a run that failed so.
        (End::Exit(3), Reported::Died(End::Exit(3))),
        (
            End::GaveUp(Duration::from_secs(2)),
            Reported::NeverEnded(Duration::from_secs(2)),
        ),
    ] {
        seen.end = end;
        let fate = Fate::of(&seen);
        assert_eq!((fate.lost, fate.missing), (Lost::Run, 52));
        assert_eq!((fate.reported, fate.went_on_after), (reported, None));
        assert_eq!((fate.left.threads, fate.left.processes), (None, Some(0)));
    }
}

#[test]
fn lines_that_no_run_prints() {
    let changed = |change: &dyn Fn(&mut Vec<_>)| {
        let mut seen = seen("failed: on purpose");
        change(&mut seen.lines);
        Fate::of(&seen).lost
    };
    assert_eq!(changed(&|lines| lines.swap(3, 4)), Lost::Order);
    assert_eq!(changed(&|lines| lines.insert(3, line(3))), Lost::Order);
    assert_eq!(changed(&|lines| lines.push(line(100))), Lost::Order);
    assert_eq!(
        changed(&|lines| lines[3].text = "three".to_owned()),
        Lost::Order
    );
}

#[test]
fn a_process_that_was_left_is_seen_from_inside_or_from_outside() {
    let mut seen = seen("failed: on purpose");
    seen.processes = Some(2);
    assert_eq!(Fate::of(&seen).left.processes, Some(2));
    let inside = &mut seen.report.as_mut().unwrap().left_behind;
    inside.processes = Some(3);
    assert_eq!(Fate::of(&seen).left.processes, Some(3));
}
