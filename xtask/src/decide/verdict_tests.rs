//! The verdict on invented measurements.

use Pattern::{Async, ProcessPool, Sequential, ThreadPool};

use super::super::invented::{around, entry, four};
use super::*;
use crate::document::Output;

fn judge(entries: &[Entry]) -> Verdict {
    judge_in(entries, &setting(1000))
}

fn judge_in(entries: &[Entry], setting: &Setting) -> Verdict {
    verdict(entries, setting).expect("a verdict")
}

fn setting(jobs: usize) -> Setting {
    Setting {
        jobs,
        workers: 2,
        gil: false,
    }
}

#[test]
fn computing_jobs_go_to_the_thread_pool_when_all_use_the_cores() {
    // In the order of Pattern::ALL: the loop, threads, processes, async.
    let mut entries = four([1900.0, 1000.0, 1020.0, 990.0], [0.98, 1.9, 1.9, 1.9]);
    entries[2].inside.as_mut().unwrap().peak_memory = Some(12 << 20);
    let found = judge(&entries);
    assert_eq!(found.winner, ThreadPool);
    assert_eq!(found.tied, [Async, ProcessPool]);
    let gain = found.times_loop.unwrap();
    assert!((1.86..1.94).contains(&gain.median) && gain.low.is_some());
    let Why::Computing { share, cores } = found.why else {
        panic!("{:?}", found.why);
    };
    assert_eq!((share, cores), (Some(0.98), 1.9));
    assert_eq!(found.change, Some(Change::WaitingJobs));
    let price = found.price.unwrap();
    assert!(price.tied && price.memory == Some(3.0) && (1.0..1.05).contains(&price.wall));
    // The loop is the only one that is behind.
    let lead = found.lead.unwrap();
    assert_eq!((lead.over, lead.ahead_in, lead.rounds), (Sequential, 6, 6));
}

#[test]
fn waiting_jobs_go_to_async() {
    let mut entries = four([2000.0, 1000.0, 1010.0, 20.0], [0.01, 0.02, 0.03, 0.5]);
    entries[3].inside.as_mut().unwrap().in_flight = Some(200);
    let found = judge(&entries);
    assert_eq!((found.winner, found.tied.len()), (Async, 0));
    let waiting = Why::Waiting {
        share: 0.99,
        at_once: Some(200),
    };
    assert_eq!(found.why, waiting);
    assert_eq!(found.change, Some(Change::MoreWorkers(200)));
    assert_eq!(found.lead.unwrap().over, ThreadPool);
}

#[test]
fn short_jobs_stay_in_the_loop() {
    let entries = four([300.0, 560.0, 900.0, 700.0], [1.0, 1.4, 1.9, 1.6]);
    let found = judge_in(&entries, &setting(1_000_000));
    assert_eq!(found.winner, Sequential);
    let Why::ShortJobs {
        job,
        handing: Some(handing),
    } = found.why
    else {
        panic!("{:?}", found.why);
    };
    assert!((2.9e-7..3.1e-7).contains(&job) && (5.5e-7..5.7e-7).contains(&handing));
    assert_eq!(found.change, Some(Change::LongerJobs(handing)));
    assert_eq!(found.times_loop, None);
}

#[test]
fn a_short_run_and_a_run_without_gain_stay_in_the_loop() {
    let found = judge(&four([6.0, 9.0, 12.0, 9.0], [1.0; 4]));
    assert!(matches!(found.why, Why::ShortRun(_)), "{:?}", found.why);
    assert_eq!(found.change, Some(Change::LongerRun));
    let found = judge(&four([600.0, 640.0, 900.0, 650.0], [1.0, 1.5, 1.0, 1.2]));
    assert_eq!((found.winner, found.why), (Sequential, Why::NoGain(1.5)));
}

#[test]
fn a_tie_goes_to_the_simplest_the_loop_included() {
    let found = judge(&four([1000.0, 1000.0, 1000.0, 1000.0], [1.0; 4]));
    assert_eq!(found.winner, Sequential);
    assert_eq!(found.tied, [ThreadPool, Async, ProcessPool]);
    assert_eq!(found.lead, None);
}

#[test]
fn a_lead_below_the_margin_is_no_reason_for_the_less_simple() {
    let with = |walls| judge(&four(walls, [1.0, 1.9, 1.9, 1.9])).winner;
    assert_eq!(with([5000.0, 1000.0, 1500.0, 965.0]), ThreadPool);
    assert_eq!(with([5000.0, 1000.0, 1500.0, 900.0]), Async);
    // Nor is less than a moment, though it may be a third.
    assert_eq!(with([50.0, 1.9, 9.0, 1.2]), ThreadPool);
}

#[test]
fn what_the_rounds_leave_open_is_a_tie() {
    // Threads are behind by 20% in the median, but ahead in two of six rounds.
    let fast = [100.0; 6];
    let unsure = [120.0, 121.0, 95.0, 130.0, 96.0, 122.0];
    let mut entries = vec![
        entry(Sequential, &[500.0; 6], 1.0),
        entry(ThreadPool, &unsure, 1.9),
        entry(Async, &fast, 1.9),
    ];
    let found = judge(&entries);
    assert_eq!((found.winner, found.tied), (ThreadPool, vec![Async]));
    // If they are behind every time, it is none.
    entries[1] = entry(ThreadPool, &[120.0, 121.0, 108.0, 130.0, 109.0, 122.0], 1.9);
    assert_eq!(judge(&entries).winner, Async);
}

#[test]
fn a_loop_that_ran_only_first_and_last_must_be_behind_both_times() {
    let patterns = four([0.0, 1000.0, 1010.0, 1005.0], [1.0, 1.9, 1.9, 1.9]);
    let with = |first, last| {
        let mut entries = patterns.clone();
        entries[0] = entry(Sequential, &[first, last], 1.0);
        (entries[0].runs[0].round, entries[0].runs[1].round) = (0, 7);
        judge(&entries).winner
    };
    assert_eq!(with(4000.0, 4100.0), ThreadPool);
    assert_eq!(with(4000.0, 1020.0), Sequential);
}

#[test]
fn processes_alone_compute_at_once_under_a_lock() {
    let entries = four([1900.0, 1950.0, 1000.0, 1960.0], [0.98, 1.0, 1.9, 1.0]);
    let gil = Setting {
        gil: true,
        ..setting(1000)
    };
    let found = judge_in(&entries, &gil);
    assert_eq!((found.winner, found.why), (ProcessPool, Why::Lock));
    assert_eq!(found.change, Some(Change::NoLock));
}

#[test]
fn what_processes_move_is_named_when_it_holds_them_back() {
    let mut entries = four([900.0, 800.0, 2000.0, 830.0], [1.0, 1.3, 1.5, 1.3]);
    let inside = entries[2].inside.as_mut().unwrap();
    inside.moved = 2000 << 20;
    inside.shares.as_mut().unwrap().moving = 0.61;
    let moving = Moving {
        bytes: 2 << 20,
        share: 0.61,
    };
    let found = judge(&entries);
    assert_eq!(found.moving, Some(moving));
    // Not when they are as fast.
    entries[2] = entry(ProcessPool, &around(810.0, 3), 1.5);
    assert_eq!(judge(&entries).moving, None);
}

#[test]
fn a_gain_without_cores_is_not_explained() {
    let found = judge(&four(
        [1500.0, 900.0, 1600.0, 1600.0],
        [0.99, 1.0, 1.0, 1.0],
    ));
    assert_eq!(found.why, Why::Unexplained(1.0));
}

#[test]
fn whoever_is_left_alone_wins_and_others_in_another_language_do_not_stand() {
    let mut entries = four([500.0, 400.0, 600.0, 300.0], [1.0; 4]);
    for at in [0, 1, 3] {
        entries[at].output = Output::Lost;
    }
    let found = judge(&entries);
    assert_eq!((found.winner, found.why), (ProcessPool, Why::OnlySurvivor));

    let mut entries = four([500.0, 400.0, 600.0, 300.0], [1.0; 4]);
    entries[3].stands = false;
    assert_eq!(judge(&entries).winner, ThreadPool);
}

#[test]
fn fewer_than_six_rounds_are_no_verdict() {
    let five: Vec<_> = Pattern::ALL
        .iter()
        .zip([500.0, 100.0, 100.0, 100.0])
        .map(|(pattern, wall)| entry(*pattern, &[wall; 5], 1.0))
        .collect();
    assert_eq!(verdict(&five, &setting(1000)), None);
    assert_eq!(verdict(&[], &setting(1000)), None);
}

/// The winner may be as fast as the fastest only because it is noisy. Then it is not said to be ahead
/// of one that it cannot be told apart from, and the noise is told of.
#[test]
fn a_lead_that_may_be_none_is_not_told() {
    let noisy = [70.0, 160.0, 75.0, 158.0, 72.0, 161.0];
    let entries = [
        entry(Sequential, &[130.0; 6], 1.0),
        entry(ThreadPool, &noisy, 1.9),
        entry(Async, &[100.0; 6], 1.9),
    ];
    let entries: Vec<_> = entries
        .iter()
        .map(|entry| Entry {
            against_fastest: ratios(entry, &entries[2]),
            ..entry.clone()
        })
        .collect();
    let found = judge(&entries);
    assert_eq!(
        (found.winner, found.tied, found.lead),
        (ThreadPool, vec![Async], None)
    );
    assert!(
        matches!(found.change, Some(Change::LessNoise(_))),
        "{:?}",
        found.change
    );
}

/// The same program twice must be a tie: a winner may be named in at most 5% of all cases.
#[test]
fn two_that_are_the_same_tie() {
    let mut random = fastrand::Rng::with_seed(11);
    let mut named = 0;
    for _ in 0..1000 {
        // Noise as busy machines have it: often little, at times much, never less than nothing.
        let mut noisy = || -> Vec<f64> {
            let run = |_| 100.0 + 4.0 * -(1.0 - random.f64()).ln() + 60.0 * random.f64().powi(12);
            (0..12).map(run).collect()
        };
        let twins = [
            entry(ThreadPool, &noisy(), 1.9),
            entry(ThreadPool, &noisy(), 1.9),
        ];
        named += u32::from(judge(&twins).tied.is_empty());
    }
    assert!(named <= 50, "{named} of 1000");
}
