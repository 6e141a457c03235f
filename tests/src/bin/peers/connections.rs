//! Many connections open at once, on the loopback: how many requests a second they make together, and
//! what memory each of them takes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use async_pattern::{AsyncPool, Job};
use futures_util::future::{ready, try_join};
use futures_util::{FutureExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::Amount;
use crate::asynchronous::runtime;
use crate::clock::options;
use crate::memory::resident;
use crate::other_end::{MESSAGE, OtherEnd, forbids};

/// How many are open at once while they make requests.
const CONNECTIONS: u64 = 10_000;

/// How many are being made at once: fewer than may queue at the other end.
const CONNECTING: usize = 128;

/// How often it is looked whether all are open.
const TICK: Duration = Duration::from_millis(1);

/// A connection that waits until all are open, and then makes its requests, one after the other. What all
/// of them share is behind one pointer, so that the job itself is small.
struct Talk(Arc<Talks>);

struct Talks {
    server: SocketAddr,
    connections: u64,
    /// Of each.
    requests: u64,
    connecting: Semaphore,
    open: AtomicU64,
    /// Why one could not be made.
    failed: OnceLock<String>,
    begin: watch::Sender<bool>,
}

impl Talk {
    /// Opens it at both ends. Of connections that the other end has not come to accept yet, only so many
    /// may queue; the system would have the others try again after a second.
    async fn connect(&self) -> Result<TcpStream> {
        let _turn = self.0.connecting.acquire().await?;
        let mut stream = TcpStream::connect(self.0.server).await?;
        stream.set_nodelay(true)?;
        exchange(&mut stream).await?;
        Ok(stream)
    }

    async fn take(&self) -> Result<()> {
        let mut stream = self.connect().await.inspect_err(|error| {
            let _ = self.0.failed.set(format!("{error:#}")); // The first is enough.
        })?;
        let mut begin = self.0.begin.subscribe();
        self.0.open.fetch_add(1, Ordering::Relaxed);
        begin.wait_for(|begun| *begun).await?;
        drop(begin);
        for _ in 0..self.0.requests {
            exchange(&mut stream).await?;
        }
        Ok(())
    }
}

/// A request, and its answer.
async fn exchange(stream: &mut TcpStream) -> Result<()> {
    let mut message = [7; MESSAGE];
    stream.write_all(&message).await?;
    stream.read_exact(&mut message).await?;
    Ok(())
}

impl Job for Talk {
    type Output = ();

    fn run(&self) -> Result<()> {
        bail!("a connection here is only async")
    }

    async fn run_async(&self) -> Result<()> {
        self.take().await
    }
}

/// So many requests, by jobs of `map`.
pub(crate) fn requests(requests: u64) -> Result<Amount> {
    if let Some(why) = forbids(CONNECTIONS)? {
        return Ok(Amount::Skipped(why));
    }
    let (server, pool) = (OtherEnd::start("connections-echo")?, pool(CONNECTIONS)?);
    let talks = Talks::sharing(requests, &server)?;
    let ended_well = pool.map(talks.all()).filter(|end| ready(end.is_ok()));
    let ended_well = ended_well.count().map(Ok);
    let (ended_well, began) = pool.block_on(try_join(ended_well, talks.begin()))?;
    let took = began.elapsed();
    ensure!(
        ended_well as u64 == CONNECTIONS,
        "{ended_well} of {CONNECTIONS} connections ended well"
    );
    Ok(Amount::Seconds(took.as_secs_f64()))
}

/// So many requests, by tasks.
pub(crate) fn tokio_requests(requests: u64) -> Result<Amount> {
    if let Some(why) = forbids(CONNECTIONS)? {
        return Ok(Amount::Skipped(why));
    }
    let (server, runtime) = (OtherEnd::start("connections-echo")?, runtime()?);
    let talks = Talks::sharing(requests, &server)?;
    runtime.block_on(async {
        let tasks: Vec<_> = talks.all().map(task).collect();
        let began = talks.begin().await?;
        for task in tasks {
            task.await??;
        }
        Ok(Amount::Seconds(began.elapsed().as_secs_f64()))
    })
}

/// What so many open connections take, each in a job of `map`.
pub(crate) fn memory(connections: u64) -> Result<Amount> {
    if let Some(why) = forbids(connections)? {
        return Ok(Amount::Skipped(why));
    }
    let (server, pool) = (OtherEnd::start("connections-echo")?, pool(connections)?);
    let talks = Talks::new(&server, connections, 0);
    pool.block_on(async {
        let before = resident()?;
        let mut map = pool.map(talks.all());
        while !talks.are_open()? {
            // Nothing comes: jobs start while the stream is polled.
            let _ = timeout(TICK, map.next()).await;
        }
        Ok(Amount::Bytes(resident()? - before))
    })
}

/// What so many open connections take, each in a task.
pub(crate) fn tokio_memory(connections: u64) -> Result<Amount> {
    if let Some(why) = forbids(connections)? {
        return Ok(Amount::Skipped(why));
    }
    let (server, runtime) = (OtherEnd::start("connections-echo")?, runtime()?);
    let talks = Talks::new(&server, connections, 0);
    runtime.block_on(async {
        let before = resident()?;
        let tasks: Vec<_> = talks.all().map(task).collect();
        while !talks.are_open()? {
            sleep(TICK).await;
        }
        let taken = resident()? - before;
        drop(tasks);
        Ok(Amount::Bytes(taken))
    })
}

fn task(talk: Talk) -> tokio::task::JoinHandle<Result<()>> {
    tokio::spawn(async move { talk.take().await })
}

/// A pool on which so many connections are open at once, and whose threads are awake.
fn pool(connections: u64) -> Result<AsyncPool> {
    let pool = AsyncPool::new(options().window(usize::try_from(connections)?))?;
    pool.block_on(pool.submit(|| Ok(())))?;
    Ok(pool)
}

impl Talks {
    /// So many requests on all of these connections together.
    fn sharing(requests: u64, server: &OtherEnd) -> Result<Arc<Self>> {
        ensure!(
            requests.is_multiple_of(CONNECTIONS),
            "{requests} requests: accepted is a multiple of {CONNECTIONS}"
        );
        Ok(Self::new(server, CONNECTIONS, requests / CONNECTIONS))
    }

    fn new(server: &OtherEnd, connections: u64, requests: u64) -> Arc<Self> {
        Arc::new(Self {
            server: server.address(),
            connections,
            requests,
            connecting: Semaphore::new(CONNECTING),
            open: AtomicU64::new(0),
            failed: OnceLock::new(),
            begin: watch::Sender::new(false),
        })
    }

    fn all(self: &Arc<Self>) -> impl Iterator<Item = Talk> + use<> {
        let shared = self.clone();
        (0..self.connections).map(move |_| Talk(shared.clone()))
    }

    fn are_open(&self) -> Result<bool> {
        if let Some(why) = self.failed.get() {
            bail!("a connection failed: {why}");
        }
        Ok(self.open.load(Ordering::Relaxed) == self.connections)
    }

    /// Lets them begin when all are open, and tells when that was.
    async fn begin(&self) -> Result<Instant> {
        while !self.are_open()? {
            sleep(TICK).await;
        }
        let began = Instant::now();
        self.begin.send_replace(true);
        Ok(began)
    }
}
