//! Futures that borrow: how long each line of a text keeps a reader, who reads all of them at once.

use std::time::Duration;

use async_pattern::{AsyncPool, Options};
use futures_util::StreamExt;

fn main() -> anyhow::Result<()> {
    let text = "so much depends\nupon\na red wheel barrow".to_owned();
    let pool = AsyncPool::new(Options::new())?;
    pool.block_on(read(&pool, &text))
}

// ANCHOR: map
async fn read(pool: &AsyncPool, text: &str) -> anyhow::Result<()> {
    let lines = text.lines().map(|line| async move {
        let time = Duration::from_millis(10) * u32::try_from(line.len())?;
        tokio::time::sleep(time).await;
        Ok((line, time))
    });
    let mut read = pool.map_scoped(lines);
    while let Some(outcome) = read.next().await {
        let (line, time) = outcome?;
        println!("{line}: {time:?}");
    }
    Ok(())
}
// ANCHOR_END: map
