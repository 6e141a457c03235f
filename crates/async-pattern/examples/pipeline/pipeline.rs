//! Two engines, one after the other: tokio waits for pictures, rayon makes them small.
//!
//! Never block the runtime: what computes for milliseconds leaves its threads to others. Never wait in the
//! pool: what its threads are given is there already.

use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use async_pattern::{AsyncPool, Job};
use futures_util::StreamExt;
use futures_util::future::join;
use rayon::ThreadPool;
use tokio::sync::{Semaphore, mpsc, oneshot};
use workload::catalog::{Download, thumbnail};

/// No side of a thumbnail is longer, in pixels.
pub(crate) const SIDE: u32 = 256;

/// A picture that has come, and where its thumbnail is to be sent.
struct Work {
    picture: Vec<u8>,
    answer: oneshot::Sender<Result<Vec<u8>>>,
}

/// Where a thumbnail will come.
type Ticket = oneshot::Receiver<Result<Vec<u8>>>;

/// The job of the first engine: a picture is exchanged for a ticket.
struct Fetch {
    download: Download,
    work: mpsc::Sender<Work>,
}

impl Job for Fetch {
    type Output = Ticket;

    fn run(&self) -> Result<Ticket> {
        bail!("it waits on async only")
    }

    async fn run_async(&self) -> Result<Ticket> {
        let picture = self.download.run_async().await?;
        let (answer, ticket) = oneshot::channel();
        // While the cores are behind, this waits, and so no further download begins in its place.
        let sent = self.work.send(Work { picture, answer }).await;
        sent.ok().context("nobody computes any more")?;
        Ok(ticket)
    }
}

/// Downloads pictures and gives their thumbnails to `each`, in the order of the pictures, until it breaks
/// off.
///
/// Memory is bounded, however many pictures there are: by the window of the pool, and the thumbnails that
/// are awaited beyond it. Where pictures wait is decided by the room in the channel and the turns to compute.
pub(crate) async fn run(
    pool: &AsyncPool,
    cores: &ThreadPool,
    pictures: impl Iterator<Item = Download>,
    mut each: impl FnMut(Result<Vec<u8>>) -> ControlFlow<()>,
) {
    let threads = cores.current_num_threads();
    let (sender, work) = mpsc::channel(threads);
    let fetching = async {
        let fetches = pictures.map(move |download| Fetch {
            download,
            work: sender.clone(),
        });
        let tickets = pool.map(fetches);
        // Tickets come in order and so are thumbnails, while downloads go on.
        let thumbnails =
            tickets.map(async |ticket| ticket?.await.context("the decoder panicked")?);
        let mut thumbnails = pin!(thumbnails.buffered(2 * threads));
        while let Some(thumbnail) = thumbnails.next().await {
            if each(thumbnail).is_break() {
                break;
            }
        }
        // Here downloads that are under way are dropped, and so is the last sender: the other side ends.
    };
    join(fetching, compute(cores, work)).await;
}

/// The second engine: hands its pool no more work than the threads can begin. So what waits does so in the
/// channel, which has a bound, and not in the pool's queue, which has none.
async fn compute(cores: &ThreadPool, mut work: mpsc::Receiver<Work>) {
    // One turn more than there are threads: then one that has ended finds the next.
    let turns = Arc::new(Semaphore::new(cores.current_num_threads() + 1));
    while let Some(Work { picture, answer }) = work.recv().await {
        let Ok(turn) = turns.clone().acquire_owned().await else {
            return; // Never: nobody closes it.
        };
        cores.spawn(move || {
            // Whoever does not want it any more has dropped the ticket, and that is fine.
            let _ = answer.send(thumbnail(&picture, SIDE));
            drop(turn);
        });
    }
}
