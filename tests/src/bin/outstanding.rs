//! Submits jobs one by one, holds all their handles, and then waits for them: `outstanding PATTERN
//! COUNT [WORKERS]`. It prints what that took, as CSV, to see whether time and memory grow as the number
//! of jobs does.

use std::time::Instant;

use anyhow::{Context, bail};
use tests::{Asynchronous, Pool, Processes, Threads, Waiting};
use workload::catalog::Square;
use workload::{Options, Spent};

fn main() -> anyhow::Result<()> {
    processpool_pattern::worker(|jobs| {
        jobs.add::<Square>();
    });
    let mut args = std::env::args().skip(1);
    let usage = "usage: outstanding threads|processes|async COUNT [WORKERS]";
    let pattern = args.next().context(usage)?;
    let count = args.next().context(usage)?.parse().context(usage)?;
    let workers = args.next().map_or(Ok(2), |n| n.parse()).context(usage)?;
    let options = Options::new().workers(workers);
    match pattern.as_str() {
        "threads" => measure::<Threads>(options, count),
        "processes" => measure::<Processes>(options, count),
        "async" => measure::<Asynchronous>(options, count),
        _ => bail!(usage),
    }
}

/// Prints the pattern, jobs, workers, the seconds until the pool was ready, until all were submitted and
/// until all had ended, and the bytes of memory that this process had at most, before and after.
fn measure<P: Pool>(options: Options, count: u32) -> anyhow::Result<()> {
    let workers = options.workers;
    let before = Spent::by_process().peak_memory.unwrap_or(0);
    let began = Instant::now();
    let pool = P::new(options);
    let ready = began.elapsed().as_secs_f64();
    let handles: Vec<_> = (0..count).map(|n| pool.submit(Square(n.into()))).collect();
    let submitted = began.elapsed().as_secs_f64();
    for (n, handle) in (0_u64..).zip(handles) {
        let square = handle.wait().with_context(|| format!("job {n}"))?;
        if square != n * n {
            bail!("the square of {n} is not {square}");
        }
    }
    let ended = began.elapsed().as_secs_f64();
    let after = Spent::by_process().peak_memory.unwrap_or(0);
    pool.shutdown();
    let name = P::NAME;
    println!("{name},{count},{workers},{ready:.4},{submitted:.4},{ended:.4},{before},{after}");
    Ok(())
}
