//! What workers do before their first job.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_pattern::AsyncPool;
use libtest_mimic::Trial;
use tests::jobs::Stuck;
use tests::trials::named;
use tests::{Asynchronous, Processes, Subject, Threads};
use threadpool_pattern::ThreadPool;
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, _, fn()); 3] = [
        (
            "on_start_is_called_once_a_worker_with_its_number",
            Threads::NAME,
            on_threads,
        ),
        (
            "on_start_is_called_before_the_first_job",
            Processes::NAME,
            on_processes,
        ),
        (
            "on_start_is_called_on_each_thread_of_the_runtime",
            Asynchronous::NAME,
            on_async,
        ),
    ];
    let facts = facts.map(|(fact, pattern, test)| named(module_path!(), fact, pattern, test));
    facts.into_iter().collect()
}

fn on_threads() {
    let started = Arc::new(Mutex::new(Vec::new()));
    let note = started.clone();
    let builder = ThreadPool::builder(Options::new().workers(3));
    let builder = builder.on_start(move |worker| note.lock().unwrap().push(worker));
    builder.build().unwrap().shutdown();
    let mut started = started.lock().unwrap().clone();
    started.sort_unstable();
    assert_eq!(started, [0, 1, 2]);
}

fn on_processes() {
    assert!(!tests::jobs::prepared(), "it is called in workers only");
    let pool = Processes::new(Options::new().workers(2));
    assert_eq!(pool.collect([Stuck::Nowhere; 20]), [const { Ok(true) }; 20]);
}

fn on_async() {
    let started = Arc::new(AtomicUsize::new(0));
    let note = started.clone();
    let builder = AsyncPool::builder(Options::new().workers(3));
    let builder = builder.on_start(move || {
        note.fetch_add(1, Ordering::SeqCst);
    });
    drop(builder.build().unwrap());
    assert_eq!(started.load(Ordering::SeqCst), 3);
}
