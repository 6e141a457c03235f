//! A program all of whose threads are interrupted by signals, again and again, while its process pool
//! starts workers, replaces them and runs jobs. It prints how its jobs end.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::{Pid, gettid};
use processpool_pattern::{Options, ProcessPool};
use tests::handler::interrupt_on;
use tests::jobs::{Act, Deed};

/// How many jobs a worker may run.
const JOBS: usize = 20;

/// As long as it takes for a few signals to arrive while the pool waits until a worker is ready.
fn prepare() -> anyhow::Result<()> {
    thread::sleep(Duration::from_millis(5));
    Ok(())
}

fn main() -> anyhow::Result<()> {
    processpool_pattern::worker(|jobs| {
        jobs.add::<Act>().on_start(prepare);
    });
    interrupt_on(Signal::SIGUSR1);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| interrupt_all_until(&is_over));
        let ran = run();
        is_over.store(true, Ordering::SeqCst);
        ran
    })
}

fn run() -> anyhow::Result<()> {
    let options = Options::new().workers(2).max_jobs_per_worker(JOBS);
    let pool = ProcessPool::new(options)?;
    let nap = |index| Act::new(index).does(Deed::Nap(Duration::from_millis(2)));
    for outcome in pool.map((0..100).map(nap)) {
        println!("{outcome:?}");
    }
    for index in 100..150 {
        println!("{:?}", pool.submit(nap(index)).wait());
    }
    pool.shutdown();
    Ok(())
}

/// Signals each thread of this process but the calling one.
fn interrupt_all_until(is_over: &AtomicBool) {
    let mut signal = SigSet::empty();
    signal.add(Signal::SIGUSR1);
    let blocked = signal.thread_block();
    while blocked.is_ok() && !is_over.load(Ordering::SeqCst) {
        let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
        for thread in threads.flatten() {
            let number = thread.file_name().to_str().and_then(|n| n.parse().ok());
            if let Some(number) = number.filter(|&number| number != gettid().as_raw()) {
                // The system tries the thread of that number first. It may be gone.
                let _ = kill(Pid::from_raw(number), Signal::SIGUSR1);
            }
        }
        thread::sleep(Duration::from_micros(500));
    }
}
