//! A job of your own, on threads: how many words a file has. Counts those of each entry of a
//! folder, which is this crate's own unless you name another.

use std::path::PathBuf;

use threadpool_pattern::{Job, Options, ThreadPool};

// ANCHOR: job
/// A file whose words are to be counted.
struct CountWords(PathBuf);

impl Job for CountWords {
    type Output = usize;

    fn run(&self) -> anyhow::Result<usize> {
        let text = std::fs::read_to_string(&self.0)?;
        Ok(text.split_whitespace().count())
    }
}
// ANCHOR_END: job

// ANCHOR: main
fn main() -> anyhow::Result<()> {
    let paths = entries()?;
    let pool = ThreadPool::new(Options::new())?;
    // Outcomes come in the order of the jobs, so the two can be zipped.
    let outcomes = pool.map(paths.iter().cloned().map(CountWords));
    for (path, outcome) in paths.iter().zip(outcomes) {
        let name = path.file_name().unwrap_or_default().display();
        match outcome {
            Ok(words) => println!("{name}: {words} words"),
            // A folder among the files, for one. It is told, and the others go on.
            Err(error) => println!("{name}: {error}"),
        }
    }
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
