//! A program whose workers take very long to get ready once there is a file named `tardy`, when it has
//! no use for them any more: its argument says why. On a log in the current directory, each of them
//! notes the start of that, and its end if it gets there.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{bail, ensure};
use processpool_pattern::{Options, ProcessPool};
use tests::Log;
use tests::jobs::{Act, Deed};

/// Longer than anything should take that does not wait for it, and shorter than a pool's patience.
const LONG: Duration = Duration::from_secs(30);
const TARDY: &str = "tardy";
const GATE: &str = "gate";

fn log() -> Log {
    Log::new(Path::new("."))
}

/// Of those that are tardy, the first waits for another, and fails.
fn prepare() -> anyhow::Result<()> {
    match fs::read_to_string(TARDY).unwrap_or_default().as_str() {
        "" => return Ok(()),
        "two" if fs::File::create_new("first").is_ok() => {
            let _other = log().wait_for_start(0);
            bail!("not in the mood");
        }
        _ => {}
    }
    log().start(0);
    std::thread::sleep(LONG);
    log().end(0);
    Ok(())
}

fn main() -> anyhow::Result<()> {
    processpool_pattern::worker(|jobs| {
        jobs.add::<Act>().on_start(prepare);
    });
    match std::env::args().nth(1).as_deref() {
        Some("refused") => refused(),
        Some("dropped") => dropped(),
        Some("shut-down") => shut_down(),
        Some("last-crashes") => last_crashes(),
        _ => bail!("usage: tardy refused|dropped|shut-down|last-crashes"),
    }
}

/// The other worker does not get ready at all.
fn refused() -> anyhow::Result<()> {
    fs::write(TARDY, "two")?;
    let pool = ProcessPool::new(Options::new().workers(2));
    ensure!(pool.is_err(), "one is not in the mood");
    Ok(())
}

/// It is to replace one that died, and the pool is dropped.
fn dropped() -> anyhow::Result<()> {
    let pool = ProcessPool::new(Options::new().workers(1))?;
    fs::write(TARDY, "one")?;
    let crashed = pool.submit(Act::new(1).does(Deed::Kill)).wait();
    ensure!(crashed.is_err(), "{crashed:?}");
    let _next = log().wait_for_start(0);
    drop(pool);
    Ok(())
}

/// It is to replace one that has run its last job, which is the pool's last, too.
fn shut_down() -> anyhow::Result<()> {
    let pool = ProcessPool::new(Options::new().workers(1).max_jobs_per_worker(1))?;
    fs::write(TARDY, "one")?;
    let last = pool.submit(Act::new(1).does(Deed::Await(GATE.into())));
    let _next = log().wait_for_start(0);
    fs::write(GATE, "")?;
    ensure!(last.wait() == Ok(1), "it was well");
    pool.shutdown();
    Ok(())
}

/// It is to replace one that died of the pool's last job.
fn last_crashes() -> anyhow::Result<()> {
    let pool = ProcessPool::new(Options::new().workers(1))?;
    fs::write(TARDY, "one")?;
    let last = pool.submit(Act::new(1).does(Deed::Kill)).wait();
    ensure!(last.is_err(), "{last:?}");
    let _next = log().wait_for_start(0);
    pool.shutdown();
    Ok(())
}
