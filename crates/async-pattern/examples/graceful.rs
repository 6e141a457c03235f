//! An endless stream of requests that ends well: so many at once, so many a second, none for longer than its
//! limit, and at a signal what is under way is finished.

use std::time::Duration;

use async_pattern::{AsyncPool, Job, Options, Rate};
use futures_util::StreamExt;
use tokio::runtime::{Handle, Runtime};
use tokio::time::sleep;

/// A request to some service, which answers soon, but one time in four far too late.
struct Request(u64);

impl Request {
    fn time(&self) -> Duration {
        match self.0 % 4 {
            3 => Duration::from_secs(3600),
            _ => Duration::from_millis(10),
        }
    }
}

impl Job for Request {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        std::thread::sleep(self.time());
        Ok(self.0)
    }

    async fn run_async(&self) -> anyhow::Result<u64> {
        sleep(self.time()).await;
        Ok(self.0)
    }
}

/// What `#[tokio::main]` would write, if your program is of that kind.
fn main() -> anyhow::Result<()> {
    Runtime::new()?.block_on(program());
    Ok(())
}

// ANCHOR: program
async fn program() {
    let options = Options::new()
        .window(16) // requests under way at once
        .rate(Rate::per_second(100)) // that start in a second, evenly
        .timeout(Duration::from_millis(50)); // for each of them
    let pool = AsyncPool::builder(options).build_on(Handle::current());

    let signal = sleep(Duration::from_millis(200)); // or `tokio::signal::ctrl_c()`
    let mut answers = pool
        .map_unordered((0..).map(Request))
        .drain_on(signal, Duration::from_secs(5)) // the grace for what is under way
        .within(Duration::from_secs(60)); // all of it together
    while let Some((index, outcome)) = answers.next().await {
        match outcome {
            Ok(answer) => println!("request {index}: {answer}"),
            Err(error) => println!("request {index} {error}"),
        }
    }

    // A last one, which nobody waits for: it has the grace as well.
    let _goodbye = pool.submit(Request(0));
    let cancelled = pool.shutdown_within(Duration::from_secs(1)).await;
    println!("{cancelled} cancelled");
}
// ANCHOR_END: program
