//! Fetch, then compute: thumbnails of pictures that come over the loopback, on each pattern alone and on
//! two engines together, as the example `pipeline` of async does it.

#[path = "../../../../crates/async-pattern/examples/pipeline/host.rs"]
mod host;
#[path = "../../../../crates/async-pattern/examples/pipeline/pipeline.rs"]
mod pipeline;

use std::io::{Read, stdin};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use async_pattern::AsyncPool;
use futures_util::StreamExt;
use processpool_pattern::{Job, Portable, ProcessPool};
use serde::{Deserialize, Serialize};
use threadpool_pattern::{Options, Outcome, ThreadPool};
use tokio::time::sleep;
use workload::catalog::{Download, thumbnail};

use crate::Amount;
use crate::clock::options;
use crate::other_end::OtherEnd;

/// Downloads at once, where no thread is held by one.
const WINDOW: usize = 64;

/// What another task of the runtime asks for, over and over.
const NAP: Duration = Duration::from_millis(1);

/// A thumbnail's size in bytes: so little travels back that only the work is compared.
type Size = usize;

/// A picture to be fetched and made small, all of it in one job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Preview(Download);

impl Job for Preview {
    type Output = Size;

    fn run(&self) -> Result<Size> {
        Ok(thumbnail(&self.0.run()?, pipeline::SIDE)?.len())
    }

    async fn run_async(&self) -> Result<Size> {
        Ok(thumbnail(&self.0.run_async().await?, pipeline::SIDE)?.len())
    }
}

impl Portable for Preview {
    const NAME: &'static str = "preview";
}

/// The other end: says its port, and ends when its standard input does.
pub(crate) fn host() -> Result<Amount> {
    let host = host::Host::start()?;
    println!("{}", host.address().port());
    let _ = stdin().read(&mut [0]);
    drop(host);
    std::process::exit(0) // Nobody reads what it took.
}

/// Tokio and rayon together.
pub(crate) fn pipeline(pictures: u64) -> Result<Amount> {
    let host = OtherEnd::start("pictures")?;
    let pool = AsyncPool::new(options().window(WINDOW))?;
    let cores = cores()?;
    let mut sizes = Vec::new();
    let began = Instant::now();
    let each = |thumbnail: Result<Vec<u8>>| {
        sizes.push(thumbnail.map(|png| png.len()));
        ControlFlow::Continue(())
    };
    let downloads = downloads(&host, pictures)?;
    pool.block_on(pipeline::run(&pool, &cores, downloads, each));
    took(began, sizes)
}

/// How long another task of the runtime takes for so many naps, one after the other, while tokio and rayon
/// make pictures small.
pub(crate) fn pipeline_naps(naps: u64) -> Result<Amount> {
    let host = OtherEnd::start("pictures")?;
    let pool = AsyncPool::new(options().window(WINDOW))?;
    let cores = cores()?;
    pool.block_on(async {
        let napping = tokio::spawn(nap(naps));
        let each = |_| match napping.is_finished() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        pipeline::run(&pool, &cores, without_end(&host)?, each).await;
        napping.await?
    })
}

/// The same, while the runtime makes pictures small by itself.
pub(crate) fn async_naps(naps: u64) -> Result<Amount> {
    let host = OtherEnd::start("pictures")?;
    let pool = AsyncPool::new(options().window(WINDOW))?;
    pool.block_on(async {
        let napping = tokio::spawn(nap(naps));
        let mut sizes = pool.map(without_end(&host)?.map(Preview));
        while !napping.is_finished() {
            sizes.next().await.context("the pictures ended")??;
        }
        napping.await?
    })
}

/// The naps begin when pictures have come.
async fn nap(naps: u64) -> Result<Amount> {
    sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    for _ in 0..naps {
        sleep(NAP).await;
    }
    Ok(Amount::Seconds(began.elapsed().as_secs_f64()))
}

/// The thread pool, a thread a core.
pub(crate) fn threads(pictures: u64) -> Result<Amount> {
    on_threads(pictures, options())
}

/// The thread pool, a thread for each download that may be under way elsewhere.
pub(crate) fn many_threads(pictures: u64) -> Result<Amount> {
    on_threads(pictures, Options::new().workers(WINDOW))
}

fn on_threads(pictures: u64, options: Options) -> Result<Amount> {
    let host = OtherEnd::start("pictures")?;
    let pool = ThreadPool::new(options)?;
    let jobs = downloads(&host, pictures)?.map(Preview);
    let began = Instant::now();
    took(began, pool.map(jobs).collect())
}

/// The process pool, a process a core.
pub(crate) fn processes(pictures: u64) -> Result<Amount> {
    let host = OtherEnd::start("pictures")?;
    let pool = ProcessPool::new(options())?;
    let jobs = downloads(&host, pictures)?.map(Preview);
    let began = Instant::now();
    took(began, pool.map(jobs).collect())
}

/// The async pool, which computes on the threads of its runtime.
pub(crate) fn asynchronous(pictures: u64) -> Result<Amount> {
    let host = OtherEnd::start("pictures")?;
    let pool = AsyncPool::new(options().window(WINDOW))?;
    let jobs = downloads(&host, pictures)?.map(Preview);
    let began = Instant::now();
    let outcomes: Vec<Outcome<Size>> = pool.block_on(pool.map(jobs).collect());
    took(began, outcomes)
}

fn cores() -> Result<rayon::ThreadPool> {
    let cores = rayon::ThreadPoolBuilder::new().num_threads(crate::clock::WORKERS);
    Ok(cores.build()?)
}

fn without_end(host: &OtherEnd) -> Result<impl Iterator<Item = Download> + use<>> {
    let some: Vec<_> = downloads(host, 100)?.collect();
    Ok(some.into_iter().cycle())
}

fn downloads(host: &OtherEnd, pictures: u64) -> Result<impl Iterator<Item = Download> + use<>> {
    let address = host.address();
    let download = |number| {
        let url = format!("http://{address}/{number}");
        Ok(Download::new(&url)?.per_host(WINDOW))
    };
    let all: Result<Vec<_>> = (0..pictures).map(download).collect();
    Ok(all?.into_iter())
}

/// The time until now, if all went well.
fn took<E>(began: Instant, sizes: Vec<Result<Size, E>>) -> Result<Amount> {
    let took = began.elapsed();
    let well = sizes.iter().filter(|size| size.is_ok()).count();
    ensure!(
        well == sizes.len(),
        "{well} of {} pictures went well",
        sizes.len()
    );
    Ok(Amount::Seconds(took.as_secs_f64()))
}
