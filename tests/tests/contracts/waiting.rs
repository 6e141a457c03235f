//! Who waits for a submitted job: one thread after another, many at once, or nobody.

use std::time::Duration;

use libtest_mimic::Trial;
use tests::jobs::Act;
use tests::system::until;
use tests::trials::named;
use tests::{Asynchronous, Pool, Processes, Subject, Threads, Waiting, trials};
use workload::{JobError, Options};

use super::handles::Place;

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_pools::<Threads>();
    trials.extend(on_pools::<Processes>());
    trials.extend(on_pools::<Asynchronous>());
    let fact = "what_travels_with_a_slow_job_is_cancelled_or_run_elsewhere";
    let (pattern, test) = (Processes::NAME, travels_with_a_slow_job);
    trials.push(named(module_path!(), fact, pattern, test));
    trials
}

fn on_pools<P: Pool>() -> Vec<Trial> {
    trials![P:
        who_gives_up_waiting_leaves_it_to_another,
        many_threads_wait_for_one_worker_in_any_order,
        what_nobody_waits_for_is_said_to_have_ended,
    ]
}

fn who_gives_up_waiting_leaves_it_to_another<P: Pool>() {
    let place = Place::new();
    let pool = P::new(Options::new().workers(1));
    let handle = pool.submit(place.waiting(0));
    let _ = place.log.wait_for_start(0);
    let Err(handle) = handle.wait_timeout(Duration::from_millis(20)) else {
        panic!("the job cannot have ended");
    };
    // Too short to wait at all, and too short for what counts in milliseconds.
    let Err(handle) = handle.wait_timeout(Duration::ZERO) else {
        panic!("the job cannot have ended");
    };
    let Err(handle) = handle.wait_timeout(Duration::from_micros(300)) else {
        panic!("the job cannot have ended");
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(move || handle.wait());
        place.open_gate();
        assert_eq!(other.join().unwrap(), Ok(0));
    });
    assert_eq!(pool.submit(Act::new(1)).wait(), Ok(1));
}

fn many_threads_wait_for_one_worker_in_any_order<P: Pool>() {
    let pool = P::new(Options::new().workers(1));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let pool = &pool;
            scope.spawn(move || {
                let submit = |index| (index, pool.submit(Act::new(index)));
                for round in 0..20 {
                    let first = 1000 * thread + 10 * round;
                    let mut handles: Vec<_> = (first..first + 10).map(submit).collect();
                    fastrand::shuffle(&mut handles);
                    for (index, handle) in handles {
                        assert_eq!(handle.wait(), Ok(index));
                    }
                }
            });
        }
    });
}

fn what_nobody_waits_for_is_said_to_have_ended<P: Pool>() {
    let pool = P::new(Options::new().workers(1));
    for index in 0..100 {
        let handle = pool.submit(Act::new(index));
        until("the handle says so", || handle.is_ended());
        assert_eq!(handle.wait(), Ok(index));
        drop(pool.submit(Act::new(index)));
    }
}

/// Quick jobs that are submitted in a row travel together. A slow one among them holds up those
/// behind it no longer than it takes to see that it is slow, and each of them is still cancelled for
/// itself.
fn travels_with_a_slow_job() {
    let place = Place::new();
    let pool = Processes::new(Options::new().workers(1));
    let quick = |index| pool.submit(Act::new(index));
    let before: Vec<_> = (0..500).map(quick).collect();
    let slow = pool.submit(place.blocking(500));
    let logged = |index| pool.submit(Act::new(index).logs(&place.log));
    let behind: Vec<_> = (501..550).map(logged).collect();
    for (index, handle) in (0..).zip(before) {
        assert_eq!(handle.wait(), Ok(index));
    }
    let _ = place.log.wait_for_start(500);
    let odd = || behind.iter().step_by(2);
    odd().for_each(|handle| handle.cancel());
    until("what is cancelled has ended", || {
        odd().all(|handle| handle.is_ended())
    });
    place.open_gate();
    assert_eq!(slow.wait(), Ok(500));
    for (index, handle) in (501..).zip(behind) {
        let expected = match index % 2 {
            0 => Ok(index),
            _ => Err(JobError::Cancelled),
        };
        assert_eq!(handle.wait(), expected);
    }
    let ran: Vec<_> = place.log.starts().into_keys().collect();
    let expected: Vec<_> = (500..550).step_by(2).collect();
    assert_eq!(ran, expected);
}
