//! Pictures from the network made small, by tokio and rayon together: `pipeline [URL]...` prints the SHA-256 of
//! each thumbnail and its URL. Without a URL, the pictures are those of a host that this program starts.

mod host;
mod pipeline;

use std::io::{Write, stdout};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use async_pattern::{AsyncPool, Options};
use host::Host;
use sha2::{Digest, Sha256};
use workload::catalog::Download;

/// How many pictures of our own host.
const PICTURES: usize = 100;
/// How many downloads are under way at once. All may be to one host, if it is our own.
const WINDOW: usize = 64;
/// To a host of somebody else, fewer.
const PER_HOST: usize = 6;

fn main() -> Result<ExitCode> {
    let mut urls: Vec<String> = std::env::args().skip(1).collect();
    let mut per_host = PER_HOST;
    let host = if urls.is_empty() {
        Some(Host::start()?)
    } else {
        None
    };
    if let Some(host) = &host {
        let url = |number| format!("http://{}/{number}", host.address());
        urls.extend((0..PICTURES).map(url));
        per_host = WINDOW;
    }
    let pictures: Vec<_> = urls
        .iter()
        .map(|url| Ok(Download::new(url)?.per_host(per_host)))
        .collect::<Result<_>>()?;

    let pool = AsyncPool::new(Options::new().window(WINDOW))?;
    let cores = rayon::ThreadPoolBuilder::new()
        // By default, a panic in the pool would end the program. The ticket says it, too.
        .panic_handler(|_| {})
        .build()?;
    let began = Instant::now();
    let mut of = urls.iter();
    let mut failed = 0;
    let each = |thumbnail: Result<Vec<u8>>| {
        let url = of.next().map_or("", String::as_str);
        match thumbnail {
            Ok(png) => {
                let digest = Sha256::digest(png);
                let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                if writeln!(stdout(), "{hex} {url}").is_err() {
                    return ControlFlow::Break(()); // Nobody reads any more.
                }
            }
            Err(error) => {
                failed += 1;
                eprintln!("{url}: {error:#}");
            }
        }
        ControlFlow::Continue(())
    };
    pool.block_on(pipeline::run(&pool, &cores, pictures.into_iter(), each));
    let (count, took) = (urls.len() - of.len(), began.elapsed());
    eprintln!("{count} pictures, {failed} failed, {took:.1?}");
    Ok(ExitCode::from(u8::from(failed > 0)))
}
