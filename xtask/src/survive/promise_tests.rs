//! Tests of what is promised and what breaks it.

use std::time::Duration;

use Kind::{Abort, Error, Exit, Hang, Kill, Oom, Overflow, Panic, Spin};
use Pattern::{Async, ProcessPool, Sequential, ThreadPool};
use clap::ValueEnum;

use super::super::invented::kept;
use super::*;

/// What the documentation says, once more and in other words.
#[test]
fn who_survives_what() {
    let mut all: Vec<_> = Kind::value_variants().iter().collect();
    let mut expect = |kinds: &[Kind], survivors: &[Pattern]| {
        for kind in kinds {
            all.retain(|one| *one != kind);
            for pattern in Pattern::ALL {
                let promise = promise(*kind, pattern);
                let survives = matches!(promise, Promise::OnlyTheCulprit { .. });
                assert_eq!(
                    survives,
                    survivors.contains(&pattern),
                    "{kind:?} {pattern:?}"
                );
            }
        }
    };
    expect(&[Error, Panic], &Pattern::ALL);
    expect(&[Abort, Exit, Overflow, Oom, Kill], &[ProcessPool]);
    expect(&[Hang], &[ThreadPool, ProcessPool, Async]);
    expect(&[Spin], &[ThreadPool, ProcessPool]);
    assert!(all.is_empty(), "{all:?}");
    assert_eq!(promise(Spin, Async), Promise::NeverEnds);
    assert_eq!(promise(Hang, Sequential), Promise::NeverEnds);
    assert_eq!(promise(Exit, Async), Promise::Dies(&[End::Exit(7)]));
}

#[test]
fn only_a_thread_that_is_stuck_is_left_behind() {
    for kind in Kind::value_variants() {
        for pattern in Pattern::ALL {
            if let Promise::OnlyTheCulprit { threads, .. } = promise(*kind, pattern) {
                let is_stuck = pattern == ThreadPool && matches!(kind, Hang | Spin);
                assert_eq!(threads, usize::from(is_stuck), "{kind:?} {pattern:?}");
            }
        }
    }
}

#[test]
fn a_promise_that_is_kept_is_not_broken() {
    for kind in Kind::value_variants() {
        for pattern in Pattern::ALL {
            let cell = kept(*kind, pattern);
            assert_eq!(cell.promise.breaches(&cell.fate), [], "{cell:?}");
        }
    }
}

/// What is broken when that which is promised of one comes of the other.
fn exchanged(promised: (Kind, Pattern), came: (Kind, Pattern)) -> Vec<Breach> {
    let fate = kept(came.0, came.1).fate;
    promise(promised.0, promised.1).breaches(&fate)
}

#[test]
fn each_way_to_break_a_promise_is_told() {
    let both = [Breach::Lost, Breach::Reported];
    assert_eq!(exchanged((Abort, ProcessPool), (Abort, Async)), both);
    assert_eq!(exchanged((Abort, Async), (Abort, ProcessPool)), both);
    assert_eq!(exchanged((Spin, ProcessPool), (Spin, Async)), both);
    let reported = [Breach::Reported];
    assert_eq!(exchanged((Error, Async), (Panic, Async)), reported);
    assert_eq!(
        exchanged((Abort, ProcessPool), (Kill, ProcessPool)),
        reported
    );
    assert_eq!(
        exchanged((Abort, ProcessPool), (Error, ProcessPool)),
        reported
    );
    assert_eq!(exchanged((Exit, Async), (Abort, Async)), reported);
    assert_eq!(exchanged((Spin, Async), (Abort, Async)), reported);
    let left = [Breach::Left];
    assert_eq!(exchanged((Hang, ProcessPool), (Hang, ThreadPool)), left);
    assert_eq!(exchanged((Hang, ThreadPool), (Hang, ProcessPool)), left);
    assert_eq!(exchanged((Overflow, ProcessPool), (Abort, ProcessPool)), []);
}

#[test]
fn whatever_is_left_behind_is_told() {
    let mut clean = kept(Kill, ProcessPool).fate;
    clean.went_on_after = Some(Duration::from_secs(9));
    let promise = promise(Kill, ProcessPool);
    assert_eq!(promise.breaches(&clean), [], "no time is promised");
    let breaches = |change: &dyn Fn(&mut Fate)| {
        let mut fate = clean.clone();
        change(&mut fate);
        promise.breaches(&fate)
    };
    let left = [Breach::Left];
    assert_eq!(breaches(&|fate| fate.left.threads = Some(1)), left);
    assert_eq!(breaches(&|fate| fate.left.descriptors = Some(2)), left);
    assert_eq!(breaches(&|fate| fate.left.processes = Some(1)), left);
    let socket = || vec!["socket".to_owned()];
    assert_eq!(breaches(&|fate| fate.left.files = socket()), left);
    assert_eq!(breaches(&|fate| fate.left.threads = None), []);
}
