//! The other side: what a process does that was started to be a worker.

use std::any::type_name;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use ipc_channel::ipc::{IpcReceiver, IpcSender, channel};
use workload::{Portable, Rules, Spent};

use crate::arena::Source;
use crate::board::Board;
use crate::chunk::{Run, Runner, Worker, refuse_jobs, run_jobs};
use crate::hello;
use crate::output::Marker;
use crate::start::StartError;
use crate::wire::{Hello, MARKER, Order, VERSION, Word, is_interrupted};

/// Whether `worker` was called in this process that was started as one.
static CALLED: AtomicBool = AtomicBool::new(false);

/// The jobs that a program's workers can run, and what they do before the first.
#[derive(Default)]
pub struct Registry {
    runners: HashMap<&'static str, Runner>,
    on_start: Vec<fn() -> anyhow::Result<()>>,
}

/// Becomes a worker if this process was started to be one, and then never returns. Otherwise does
/// nothing.
///
/// This must be the first line of a program that uses a [`ProcessPool`](crate::ProcessPool): the
/// pool starts the program again for each worker, and this is where they go another way. The
/// closure names the jobs that workers may be sent; it is called in workers only.
pub fn worker(register: impl FnOnce(&mut Registry)) {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|arg| arg != MARKER) {
        return;
    }
    CALLED.store(true, Ordering::Relaxed);
    let mut registry = Registry::default();
    register(&mut registry);
    std::panic::set_hook(Box::new(quiet_about_jobs(std::panic::take_hook())));
    let mut args = args.map_while(|arg| arg.into_string().ok());
    let server = args.next();
    let parent = args.next().and_then(|pid| pid.parse().ok());
    let rules = args.next().and_then(|rules| hello::rules(&rules));
    let served = match (server, parent, rules) {
        (Some(server), Some(parent), Some(rules)) => serve(server, parent, rules, &registry),
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

    /// Calls `prepare` in each worker before its first job. If it fails, or takes more than a
    /// minute, so does the start of the pool.
    pub fn on_start(&mut self, prepare: fn() -> anyhow::Result<()>) -> &mut Self {
        self.on_start.push(prepare);
        self
    }
}

fn serve(server: String, parent: i32, rules: Rules, registry: &Registry) -> anyhow::Result<()> {
    die_with_parent(parent)?;
    // The engine panics where the system refuses it something.
    let (memory, sent) = workload::catch(Source::of_worker).map_err(StartError::engine)??;
    // The engine panics where the system refuses it a channel.
    let (words, orders) = workload::catch(|| greet(server)).map_err(StartError::engine)??;
    limit_memory(rules.max_memory)?;
    for prepare in &registry.on_start {
        if let Err(error) = prepare() {
            let reason = format!("its on_start failed: {error:#}");
            return Ok(words.send(Word::Unfit { reason })?);
        }
    }
    let board = match Board::open(memory) {
        Ok(board) => board,
        Err(error) => {
            let reason = format!("the system refuses the memory of its board: {error}");
            return Ok(words.send(Word::Unfit { reason })?);
        }
    };
    words.send(Word::Ready { board: sent })?;
    let mut worker = Worker {
        words,
        board,
        rules,
        output: Marker::new(),
        large: false,
    };
    // The end of the channel is how a pool says goodbye, and how its death is seen.
    loop {
        let Order::Run {
            chunk,
            name,
            jobs,
            bytes,
            memory,
        } = match orders.recv() {
            Ok(order) => order,
            Err(error) if is_interrupted(&error) => continue,
            Err(_) => break,
        };
        let run = Run {
            chunk,
            jobs,
            bytes,
            memory,
        };
        let runner = registry.runners.get(name.as_str());
        let runner = runner.copied().unwrap_or(refuse_jobs);
        runner(&mut worker, &run)?;
    }
    worker.board.set_spent(Spent::by_process());
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

/// Has the system refuse this process more than so many bytes of address space. What a job then
/// cannot allocate makes it fail alone; most often it aborts its worker.
#[cfg(unix)]
fn limit_memory(bytes: Option<u64>) -> anyhow::Result<()> {
    use nix::sys::resource::{Resource, setrlimit};
    match bytes {
        Some(bytes) => Ok(setrlimit(Resource::RLIMIT_AS, bytes, bytes)?),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn limit_memory(bytes: Option<u64>) -> anyhow::Result<()> {
    anyhow::ensure!(
        bytes.is_none(),
        "this system has no limit of memory for a process"
    );
    Ok(())
}
