//! Jobs seen by `tracing`: what they say while they run is printed with the span of the job that says it.

use std::time::Duration;

use async_pattern::{AsyncPool, Job, Options};
use futures_util::StreamExt;
use tracing::info;
use tracing_subscriber::fmt::format::FmtSpan;

/// A wait of some milliseconds, told of in between.
struct Nap(u64);

impl Job for Nap {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        std::thread::sleep(Duration::from_millis(self.0));
        Ok(self.0)
    }

    async fn run_async(&self) -> anyhow::Result<u64> {
        info!("going to sleep");
        tokio::time::sleep(Duration::from_millis(self.0)).await;
        anyhow::ensure!(self.0 < 30, "{} ms is too long", self.0);
        Ok(self.0)
    }
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_ansi(false)
        // A line when a job is over, with how it ended and how long it was busy and idle.
        .with_span_events(FmtSpan::CLOSE)
        .init();
    let pool = AsyncPool::new(Options::new())?;
    pool.block_on(pool.map([30, 20, 10].map(Nap)).count());
    Ok(())
}
