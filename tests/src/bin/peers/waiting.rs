//! Many jobs that wait at once: what memory each takes, and whether time grows with their number
//! only.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use async_pattern::{AsyncPool, Job};
use futures_util::StreamExt;
use tokio::time::{sleep, timeout};

use crate::Amount;
use crate::asynchronous::runtime;
use crate::clock::{options, time as seconds};
use crate::memory::resident;

/// Longer than anything is measured.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// How long a job waits where waiting is timed.
const A_WHILE: Duration = Duration::from_secs(1);

/// How often it is looked whether all jobs wait.
const TICK: Duration = Duration::from_millis(1);

/// A job that waits. What all of them share is behind one pointer, so that the job itself is small.
struct Nap(Arc<Naps>);

struct Naps {
    asleep: AtomicU64,
    time: Duration,
}

impl Nap {
    async fn take(&self) {
        self.0.asleep.fetch_add(1, Ordering::Relaxed);
        sleep(self.0.time).await;
    }
}

impl Job for Nap {
    type Output = ();

    fn run(&self) -> Result<()> {
        std::thread::sleep(self.0.time);
        Ok(())
    }

    async fn run_async(&self) -> Result<()> {
        self.take().await;
        Ok(())
    }
}

/// What so many jobs of `map` take while all of them wait.
pub(crate) fn memory(jobs: u64) -> Result<Amount> {
    let pool = pool(jobs)?;
    let naps = Naps::new(FOR_EVER);
    pool.block_on(async {
        let before = resident()?;
        let mut map = pin!(pool.map((0..jobs).map(|_| naps.another())));
        while naps.asleep() < jobs {
            // Nothing comes: jobs start while the stream is polled.
            let _ = timeout(TICK, map.next()).await;
        }
        Ok(Amount::Bytes(resident()? - before))
    })
}

/// What so many tasks take while all of them wait.
pub(crate) fn tokio_memory(jobs: u64) -> Result<Amount> {
    let runtime = runtime()?;
    let naps = Naps::new(FOR_EVER);
    runtime.block_on(async {
        let before = resident()?;
        let tasks: Vec<_> = (0..jobs)
            .map(|_| naps.another())
            .map(|nap| tokio::spawn(async move { nap.take().await }))
            .collect();
        while naps.asleep() < jobs {
            sleep(TICK).await;
        }
        let taken = resident()? - before;
        drop(tasks);
        Ok(Amount::Bytes(taken))
    })
}

/// What so many jobs of `map` that wait at once take beyond the time that one of them waits.
pub(crate) fn time(jobs: u64) -> Result<Amount> {
    let pool = pool(jobs)?;
    let naps = Naps::new(A_WHILE);
    let map = pool.map((0..jobs).map(|_| naps.another()));
    let took = seconds(|| Ok(pool.block_on(map.count())))?;
    Ok(Amount::Seconds(took - A_WHILE.as_secs_f64()))
}

/// A pool on which so many jobs are under way at once, and whose threads are awake.
fn pool(jobs: u64) -> Result<AsyncPool> {
    let pool = AsyncPool::new(options().window(usize::try_from(jobs)?))?;
    let nap = Naps::new(TICK).another();
    pool.block_on(pool.submit(nap))?;
    Ok(pool)
}

impl Naps {
    fn new(time: Duration) -> Arc<Self> {
        let asleep = AtomicU64::new(0);
        Arc::new(Self { asleep, time })
    }

    fn another(self: &Arc<Self>) -> Nap {
        Nap(self.clone())
    }

    fn asleep(&self) -> u64 {
        self.asleep.load(Ordering::Relaxed)
    }
}
