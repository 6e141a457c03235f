//! The rate limit under any order of times: never too many jobs in any time, and never too few.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use proptest::prelude::*;
use workload::Rate;
use workload::mechanism::Pace;

const SECOND: u64 = 1_000_000_000;
const MILLI: u64 = SECOND / 1000;

/// What a timer's lateness is made up by.
const SLACK: u64 = 2 * MILLI;

/// When jobs start that are asked for at these times and, if it says so, `late` after the time it names.
fn starts(rate: Rate, gaps: &[u64], late: u64) -> Vec<u64> {
    let mut pace = Pace::new(rate);
    let mut now = 5 * SECOND;
    let start = |gap: &u64| {
        now += gap;
        while pace.wait(now) > Duration::ZERO {
            now += pace.wait(now).as_nanos() as u64 + late;
        }
        pace.started(now);
        now
    };
    gaps.iter().map(start).collect()
}

#[test]
fn an_even_rate_starts_one_job_in_each_interval() {
    let starts = starts(Rate::per_second(50), &[0; 101], 0);
    let took = starts[100] - starts[0];
    assert_eq!(took, 100 * 20 * MILLI - SLACK);
}

#[test]
fn a_burst_comes_at_once_and_again_after_a_pause() {
    let rate = Rate::per_second(10).burst(5);
    let mut gaps = [0; 20];
    gaps[10] = 10 * SECOND;
    let starts = starts(rate, &gaps, 0);
    for (at, burst) in [(0, 0), (10, 10)] {
        let within = |job: usize| (starts[at + job] - starts[burst]) / MILLI;
        assert_eq!([0, 4, 5, 6, 9].map(within), [0, 0, 100, 200, 500]);
    }
}

/// With an interval of a tenth of the timer's tick, each wake-up starts about ten jobs.
#[test]
fn a_rate_faster_than_the_timer_is_reached() {
    let starts = starts(Rate::per_second(10_000), &[0; 10_001], MILLI);
    let took = starts[10_000] - starts[0];
    assert!((SECOND - SLACK..SECOND + SLACK).contains(&took), "{took}");
}

#[test]
fn no_number_overflows() {
    for rate in [
        Rate::per_second(0),
        Rate::per_second(u32::MAX).burst(usize::MAX),
        Rate::every(Duration::ZERO),
        Rate::every(Duration::MAX).burst(0),
    ] {
        let mut pace = Pace::new(rate);
        for now in [0, 1, u64::MAX - 1, u64::MAX] {
            let _ = pace.wait(now);
            pace.started(now);
        }
    }
    assert_eq!(
        starts(Rate::every(Duration::ZERO), &[0; 9], 7),
        [5 * SECOND; 9]
    );
}

proptest! {
    #[test]
    fn in_no_time_start_more_than_the_burst_and_one_an_interval(
        interval in 1..50 * MILLI,
        burst in 1..20_usize,
        gaps in prop::collection::vec(0..60 * MILLI, 1..120),
        late in 0..3 * MILLI,
    ) {
        let rate = Rate::every(Duration::from_nanos(interval)).burst(burst);
        let starts = starts(rate, &gaps, late);
        let ahead = (interval * (burst as u64 - 1)).max(SLACK);
        for (first, since) in starts.iter().enumerate() {
            for (jobs, at) in starts[first..].iter().enumerate() {
                // Between the first of them and the last there is an interval for each but the last.
                prop_assert!(jobs as u64 * interval <= at - since + ahead);
            }
        }
        // And none waits that need not: the first `burst` start when they are asked for.
        let asked: Vec<u64> = gaps.iter().scan(5 * SECOND, |at, gap| { *at += gap; Some(*at) }).collect();
        let at_once = burst.min(starts.len());
        prop_assert_eq!(&starts[..at_once], &asked[..at_once]);
    }
}
