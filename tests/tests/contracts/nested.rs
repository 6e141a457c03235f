//! A job that uses a pool, be it the very one that it runs on, ends.

use futures_util::StreamExt;
use libtest_mimic::Trial;
use tests::jobs::{self, Nested};
use tests::trials::named;
use tests::{Asynchronous, Processes, Reference, Subject, Threads};
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, _, fn()); 12] = [
        ("a_job_uses_a_pool_of_its_own", Reference::NAME, || {
            own::<Reference>(Nested::Reference, false)
        }),
        ("a_job_uses_a_pool_of_its_own", Threads::NAME, || {
            own::<Threads>(Nested::OwnThreads(false), false)
        }),
        ("a_job_uses_a_pool_of_its_own", Processes::NAME, || {
            own::<Processes>(Nested::OwnProcesses(false), false);
        }),
        ("a_job_uses_a_pool_of_its_own", Asynchronous::NAME, || {
            own::<Asynchronous>(Nested::OwnAsync(false), false);
        }),
        ("under_the_interpreter_lock_too", Threads::NAME, || {
            own::<Threads>(Nested::OwnThreads(true), true)
        }),
        ("under_the_interpreter_lock_too", Processes::NAME, || {
            own::<Processes>(Nested::OwnProcesses(true), true);
        }),
        ("under_the_interpreter_lock_too", Asynchronous::NAME, || {
            own::<Asynchronous>(Nested::OwnAsync(true), true);
        }),
        ("a_job_on_a_process_uses_threads", Processes::NAME, || {
            own::<Processes>(Nested::OwnThreads(false), false);
        }),
        (
            "a_job_maps_on_the_one_worker_it_runs_on",
            Threads::NAME,
            || same_threads(Nested::SameThreads),
        ),
        (
            "a_job_submits_to_the_one_worker_it_runs_on",
            Threads::NAME,
            || {
                same_threads(Nested::SameThreadsSubmit);
            },
        ),
        (
            "a_job_maps_on_the_one_worker_it_runs_on",
            Asynchronous::NAME,
            || same_async(Nested::SameAsync),
        ),
        (
            "a_job_submits_to_the_one_worker_it_runs_on",
            Asynchronous::NAME,
            || {
                same_async(Nested::SameAsyncSubmit);
            },
        ),
    ];
    let facts = facts.map(|(fact, pattern, test)| named(module_path!(), fact, pattern, test));
    facts.into_iter().collect()
}

/// Several such jobs at once.
const JOBS: usize = 6;

fn own<S: Subject>(job: Nested, gil: bool) {
    let subject = S::new(Options::new().workers(2).gil(gil));
    let outcomes = subject.collect([job; JOBS]);
    assert_eq!(outcomes, [const { Ok(Nested::SUM) }; JOBS]);
}

fn same_threads(job: Nested) {
    let outcomes: Vec<_> = jobs::threads().map([job; JOBS]).collect();
    assert_eq!(outcomes, [const { Ok(Nested::SUM) }; JOBS]);
    assert_eq!(jobs::threads().submit(job).wait(), Ok(Nested::SUM));
}

fn same_async(job: Nested) {
    let pool = jobs::asynchronous();
    let outcomes: Vec<_> = pool.block_on(pool.map([job; JOBS]).collect());
    assert_eq!(outcomes, [const { Ok(Nested::SUM) }; JOBS]);
    assert_eq!(pool.block_on(pool.submit(job)), Ok(Nested::SUM));
}
