//! A job of your own, async: how many words a file has. Counts those of each entry of a folder,
//! which is this crate's own unless you name another.

use std::path::PathBuf;

use async_pattern::{AsyncPool, Job, Options};
use futures_util::{StreamExt, stream};

// ANCHOR: job
/// A file whose words are to be counted.
struct CountWords(PathBuf);

impl Job for CountWords {
    type Output = usize;

    fn run(&self) -> anyhow::Result<usize> {
        let text = std::fs::read_to_string(&self.0)?;
        Ok(text.split_whitespace().count())
    }

    /// The same, but while the file is being read, other jobs have the thread.
    async fn run_async(&self) -> anyhow::Result<usize> {
        let text = tokio::fs::read_to_string(&self.0).await?;
        Ok(text.split_whitespace().count())
    }
}
// ANCHOR_END: job

// ANCHOR: main
fn main() -> anyhow::Result<()> {
    let paths = entries()?;
    let pool = AsyncPool::new(Options::new())?;
    pool.block_on(async {
        // Outcomes come in the order of the jobs, so the two can be zipped.
        let outcomes = pool.map(paths.iter().cloned().map(CountWords));
        let mut outcomes = stream::iter(&paths).zip(outcomes);
        while let Some((path, outcome)) = outcomes.next().await {
            let name = path.file_name().unwrap_or_default().display();
            match outcome {
                Ok(words) => println!("{name}: {words} words"),
                // A folder among the files, for one. It is told, and the others go on.
                Err(error) => println!("{name}: {error}"),
            }
        }
    });
    Ok(())
}
// ANCHOR_END: main

/// What is in the folder, by name.
fn entries() -> std::io::Result<Vec<PathBuf>> {
    let named = std::env::args_os().nth(1);
    let folder = named.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let entries = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
