//! The other side: what a process does that was started to be a worker.

use std::any::type_name;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use ipc_channel::ipc::{IpcReceiver, IpcSender, channel};
use serde::Serialize;
use workload::span::{self, Timer};
use workload::{JobError, Outcome, Portable, Rules, invoke};

use crate::board::{Board, Committed, Current};
use crate::wire::{Hello, Items, MARKER, Order, PREFIX, Payload, VERSION, Word};

/// Whether `worker` was called in this process that was started as one.
static CALLED: AtomicBool = AtomicBool::new(false);

/// How often a chunk looks at the clock, at most.
const LOOKS: u32 = 64;
/// Outcomes are announced after this long, so that they do not wait for a slow job behind them.
const PATIENCE: std::time::Duration = std::time::Duration::from_micros(100);

/// The jobs that a program's workers can run, and what they do before the first.
#[derive(Default)]
pub struct Registry {
    runners: HashMap<&'static str, Runner>,
    on_start: Vec<fn() -> anyhow::Result<()>>,
}

type Runner = fn(&mut Worker, &Run) -> anyhow::Result<()>;

/// Becomes a worker if this process was started to be one, and then never returns. Otherwise does
/// nothing.
///
/// This must be the first line of a program that uses a [`ProcessPool`](crate::ProcessPool): the
/// pool starts the program again for each worker, and this is where they go another way. The
/// closure names the jobs that workers may be sent; it is called in workers only.
pub fn worker(register: impl FnOnce(&mut Registry)) {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() != Some(MARKER) {
        return;
    }
    CALLED.store(true, Ordering::Relaxed);
    let mut registry = Registry::default();
    register(&mut registry);
    let served = match (args.next(), args.next().and_then(|pid| pid.parse().ok())) {
        (Some(server), Some(parent)) => serve(server, parent, &registry),
        _ => Err(anyhow::anyhow!(
            "{MARKER} is for a pool to say, not for you"
        )),
    };
    if let Err(error) = served {
        eprintln!("worker process: {error:#}");
        std::process::exit(2);
    }
    std::process::exit(0);
}

/// Whether this process was started as a worker by a program that does not call [`worker`].
pub(crate) fn is_forgotten() -> bool {
    let marked = std::env::args_os().nth(1).is_some_and(|arg| arg == MARKER);
    marked && !CALLED.load(Ordering::Relaxed)
}

impl Registry {
    /// Adds a job that workers may be sent.
    ///
    /// # Panics
    ///
    /// If another job of that name was added: a worker would not know which one is meant.
    pub fn add<J: Portable>(&mut self) -> &mut Self {
        let earlier = self.runners.insert(J::NAME, run_jobs::<J>);
        assert!(
            earlier.is_none(),
            "two jobs are called {:?}; {} needs another NAME",
            J::NAME,
            type_name::<J>()
        );
        self
    }

    /// Calls `prepare` in each worker before its first job. If it fails, so does the start of the
    /// pool.
    pub fn on_start(&mut self, prepare: fn() -> anyhow::Result<()>) -> &mut Self {
        self.on_start.push(prepare);
        self
    }
}

/// A worker process that is at work.
struct Worker {
    words: IpcSender<Word>,
    board: Board,
    rules: Rules,
}

/// An order to run jobs.
struct Run {
    chunk: u32,
    jobs: u32,
    payload: Payload,
}

fn serve(server: String, parent: i32, registry: &Registry) -> anyhow::Result<()> {
    die_with_parent(parent)?;
    let (words, orders) = greet(server)?;
    let Order::Begin { rules, board } = orders.recv()? else {
        anyhow::bail!("the pool's first order is not to begin");
    };
    let board = Board::open(board).ok_or_else(|| anyhow::anyhow!("the board has a wrong size"))?;
    let mut worker = Worker {
        words,
        board,
        rules,
    };
    std::panic::set_hook(Box::new(quiet_about_jobs(std::panic::take_hook())));
    for prepare in &registry.on_start {
        if let Err(error) = prepare() {
            let reason = format!("its on_start failed: {error:#}");
            return Ok(worker.words.send(Word::Unfit { reason })?);
        }
    }
    worker.words.send(Word::Ready)?;
    // The end of the channel is how a pool says goodbye, and how its death is seen.
    while let Ok(order) = orders.recv() {
        let Order::Run {
            chunk,
            name,
            jobs,
            payload,
        } = order
        else {
            anyhow::bail!("the pool says begin twice");
        };
        let run = Run {
            chunk,
            jobs,
            payload,
        };
        let runner = registry.runners.get(name.as_str());
        let runner = runner.copied().unwrap_or(refuse_jobs);
        runner(&mut worker, &run)?;
    }
    Ok(())
}

/// Makes the two channels and sends the pool its ends of them.
fn greet(server: String) -> anyhow::Result<(IpcSender<Word>, IpcReceiver<Order>)> {
    let (word_sender, word_receiver) = channel()?;
    let (order_sender, order_receiver) = channel()?;
    let hello = Hello {
        version: VERSION.to_owned(),
        orders: order_sender,
        words: word_receiver,
    };
    IpcSender::connect(server)?.send(hello)?;
    Ok((word_sender, order_receiver))
}

/// Runs a chunk's jobs, one after the other.
fn run_jobs<J: Portable>(worker: &mut Worker, run: &Run) -> anyhow::Result<()> {
    let (gil, spans) = (worker.rules.gil, worker.rules.spans);
    each(worker, run, |item| {
        let mut timer = Timer::new(spans);
        let outcome = match postcard::from_bytes::<J>(item) {
            Ok(job) => invoke(&job, gil, &mut timer),
            Err(error) => unsendable(format!("the job {:?} cannot be decoded: {error}", J::NAME)),
        };
        (outcome, timer.times())
    })
}

/// Says of each job that it is not known here.
fn refuse_jobs(worker: &mut Worker, run: &Run) -> anyhow::Result<()> {
    each(worker, run, |_| {
        let reason = "its workers do not know this job: add it where main calls worker";
        (unsendable::<()>(reason.to_owned()), None)
    })
}

fn each<O: Serialize>(
    worker: &mut Worker,
    run: &Run,
    mut call: impl FnMut(&[u8]) -> (Outcome<O>, Option<(u64, u64)>),
) -> anyhow::Result<()> {
    let chunk = run.chunk;
    let clocked = worker.rules.timeout.is_some();
    let stride = run.jobs.div_ceil(LOOKS).max(1);
    let mut page = Page::new(chunk);
    let (began, mut announced) = (Instant::now(), std::time::Duration::ZERO);
    for (job, item) in (0..run.jobs).zip(Items(run.payload.bytes())) {
        let start = if clocked { span::now() } else { 0 };
        worker.board.start(Current { chunk, job }, start);
        let (outcome, span) = if worker.board.is_stopped(chunk) {
            (Err(JobError::Cancelled), None)
        } else {
            call(item)
        };
        let last = job + 1 == run.jobs;
        let look = last || (job + 1) % stride == 0;
        if look {
            worker.board.set_busy(chunk, began.elapsed());
        }
        page.append(worker, &outcome, span)?;
        if last {
            worker.board.idle();
        }
        let busy = if look {
            worker.board.busy(chunk)
        } else {
            announced
        };
        if last || busy >= announced + PATIENCE {
            announced = busy;
            worker.words.send(Word::Bell)?;
        }
    }
    Ok(())
}

/// Where the outcomes of a chunk are written.
struct Page {
    chunk: u32,
    committed: Committed,
    /// Whether an outcome did not fit, so that it and all that follow are sent instead.
    full: bool,
}

impl Page {
    fn new(chunk: u32) -> Self {
        let committed = Committed {
            outcomes: 0,
            bytes: 0,
        };
        Self {
            chunk,
            committed,
            full: false,
        }
    }

    /// Writes down how the next job ended.
    fn append<O: Serialize>(
        &mut self,
        worker: &mut Worker,
        outcome: &Outcome<O>,
        span: Option<(u64, u64)>,
    ) -> anyhow::Result<()> {
        let written = match self.full {
            true => None,
            false => write(
                worker.board.free(self.chunk, self.committed.bytes),
                outcome,
                span,
            ),
        };
        match written {
            Some(bytes) => self.committed.bytes += bytes,
            None => {
                self.full = true;
                let chunk = self.chunk;
                let payload = Payload::new(&std::sync::Arc::new(encode(outcome, span)));
                worker.words.send(Word::Outcome { chunk, payload })?;
            }
        }
        self.committed.outcomes += 1;
        worker.board.commit(self.chunk, self.committed);
        Ok(())
    }
}

/// Writes an outcome after its length; `None` if it does not fit.
fn write<O: Serialize>(
    page: &mut [u8],
    outcome: &Outcome<O>,
    span: Option<(u64, u64)>,
) -> Option<u32> {
    let (prefix, body) = page.split_first_chunk_mut::<PREFIX>()?;
    let room = body.len();
    let mut used = postcard::to_slice(outcome, body).ok()?.len();
    if let Some(span) = span {
        used += postcard::to_slice(&span, &mut body[used..]).ok()?.len();
    }
    debug_assert!(used <= room);
    let used = u32::try_from(used).ok()?;
    *prefix = used.to_le_bytes();
    u32::try_from(PREFIX).ok()?.checked_add(used)
}

/// The same outcome as bytes of their own. One that cannot be encoded becomes an error that can.
fn encode<O: Serialize>(outcome: &Outcome<O>, span: Option<(u64, u64)>) -> Vec<u8> {
    let mut bytes = postcard::to_stdvec(outcome).unwrap_or_else(|error| {
        let outcome = unsendable::<()>(format!("its output cannot be encoded: {error}"));
        postcard::to_stdvec(&outcome).unwrap_or_default()
    });
    if let Some(span) = span {
        bytes.extend(postcard::to_stdvec(&span).unwrap_or_default());
    }
    bytes
}

fn unsendable<O>(message: String) -> Outcome<O> {
    Err(JobError::Unsendable { message })
}

/// A panic in a job is an outcome and is reported as one; any other is printed as ever.
fn quiet_about_jobs(
    hook: Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync>,
) -> impl Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync {
    move |panic| {
        if !workload::is_in_job() {
            hook(panic);
        }
    }
}

/// Has the system kill this process when its pool's process ends, however that ends: a worker that
/// is busy would not notice by itself.
#[cfg(target_os = "linux")]
fn die_with_parent(parent: i32) -> anyhow::Result<()> {
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::SIGKILL)?;
    // It may have ended before that took effect.
    let orphaned = nix::unistd::getppid().as_raw() != parent;
    anyhow::ensure!(!orphaned, "the pool's process has ended");
    Ok(())
}

/// Elsewhere, a worker notices the end of its pool's process when it next waits for an order.
#[cfg(not(target_os = "linux"))]
fn die_with_parent(_: i32) -> anyhow::Result<()> {
    Ok(())
}
