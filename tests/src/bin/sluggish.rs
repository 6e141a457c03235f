//! A program whose workers may run only so many jobs each, and of which all but the first get ready
//! when a file named `gate` is there. It makes that file when all outcomes of the first worker are
//! there, which are more than what fits into a channel. It prints how many bytes its jobs gave.

use std::fs;
use std::path::Path;
use std::time::Duration;

use processpool_pattern::{Options, ProcessPool};
use tests::jobs::Blob;

/// How many jobs a worker may run.
const JOBS: usize = 20;
const LATER: &str = "later";
const GATE: &str = "gate";

fn prepare() -> anyhow::Result<()> {
    while Path::new(LATER).exists() && !Path::new(GATE).exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    processpool_pattern::worker(|jobs| {
        jobs.add::<Blob>().on_start(prepare);
    });
    let options = Options::new()
        .workers(1)
        .chunk(JOBS)
        .max_jobs_per_worker(JOBS)
        .timeout(Duration::from_secs(5));
    let pool = ProcessPool::new(options)?;
    fs::write(LATER, "")?;
    let jobs = (0..2 * JOBS).map(|_| Blob::new(0, 0, 50_000));
    for (index, outcome) in pool.map(jobs).enumerate() {
        println!("{}", outcome?.len());
        if index + 1 == JOBS {
            fs::write(GATE, "")?;
        }
    }
    Ok(())
}
