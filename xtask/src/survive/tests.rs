//! Whole observations, on a script that stands in for a binary and knows by its name what to do.

use std::path::Path;

use super::fate::{Lost, Reported};
use super::*;
use crate::measure::End;

/// Watches the script do this.
fn observed(what: &str, patience: Duration) -> (Fate, Vec<Breach>, Option<String>) {
    orphans::adopt().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/survive/stand_in.sh");
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join(what);
    std::os::unix::fs::symlink(&script, &link).unwrap();
    let seen = observe(&link, Kind::Error, patience, &Interrupts::default()).unwrap();
    let fate = Fate::of(&seen);
    let breaches = promise(Kind::Error, Pattern::ProcessPool).breaches(&fate);
    (fate, breaches, seen.last_words)
}

/// Whether the process lives that the script has named last. A dead one has no arguments, even if
/// nobody has waited for it yet.
fn is_alive(last_words: Option<String>) -> bool {
    let process: u32 = last_words.unwrap().parse().unwrap();
    let arguments = std::fs::read(format!("/proc/{process}/cmdline"));
    !arguments.unwrap_or_default().is_empty()
}

#[test]
fn a_run_that_keeps_its_promise() {
    let (fate, breaches, _) = observed("keeps", PATIENCE);
    assert_eq!(breaches, [], "{fate:?}");
    assert_eq!(fate.left.processes, Some(0));
    assert!(fate.went_on_after.is_some(), "{fate:?}");
}

#[test]
fn a_chunk_that_is_lost() {
    let (fate, breaches, _) = observed("loses-its-chunk", PATIENCE);
    assert_eq!((fate.lost, fate.missing), (Lost::Chunk, 5));
    assert_eq!(breaches, [Breach::Lost]);
}

#[test]
fn a_run_that_dies() {
    let (fate, breaches, last_words) = observed("dies", PATIENCE);
    assert_eq!(fate.reported, Reported::Died(End::Signal(6)));
    assert_eq!((fate.lost, fate.missing), (Lost::Run, 49));
    assert_eq!(breaches, [Breach::Lost, Breach::Reported]);
    assert_eq!(last_words.as_deref(), Some("its last words"));
}

#[test]
fn a_run_that_never_ends_is_ended_with_all_that_it_started() {
    let patience = Duration::from_millis(300);
    let (fate, _, last_words) = observed("hangs", patience);
    assert!(!is_alive(last_words));
    assert_eq!(fate.reported, Reported::NeverEnded(patience));
    assert_eq!(fate.left.processes, Some(0));
}

#[test]
fn processes_that_outlive_their_run_are_found_and_ended() {
    let (fate, breaches, last_words) = observed("leaves-processes", PATIENCE);
    assert!(!is_alive(last_words));
    assert_eq!(fate.left.processes, Some(2));
    assert_eq!(breaches, [Breach::Left]);
}

#[test]
fn a_file_that_outlives_its_run_is_found() {
    let (fate, breaches, _) = observed("leaves-a-file", PATIENCE);
    assert_eq!(fate.left.files, ["here", "there", "beside"]);
    assert_eq!(breaches, [Breach::Left]);
}
