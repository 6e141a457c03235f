//! A program whose workers do not do as workers should, as a file named `mood` in the current
//! directory says. It prints how its jobs end, in one word each, and to stderr why.
//!
//! What a worker says wrong is in four bytes. They stand for the first of a message, and those that
//! the message does not need are ignored.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ipc_channel::ipc::{IpcReceiver, IpcSender, IpcSharedMemory, channel};
use processpool_pattern::{Options, ProcessPool};
use serde::{Deserialize, Serialize};
use tests::Log;
use tests::jobs::{Act, Deed};
use tests::system::PATIENCE;
use workload::JobError;

/// What a worker says first. The ends of its channels are those of the pool.
#[derive(Serialize, Deserialize)]
struct Hello {
    version: String,
    orders: IpcSender<()>,
    words: IpcReceiver<Word>,
}

/// What a worker says then.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Word {
    /// That it is ready: 0, and its board.
    Ready(u8, IpcSharedMemory),
    /// Something wrong.
    Wrong([u8; 4]),
}

/// The size of a board.
const BOARD: usize = 64 + 2 * (64 + 128 * 1024);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--processpool-worker") {
        let server = arguments.next().unwrap_or_default();
        Log::new(".".as_ref()).start(0);
        if let Err(error) = misbehave(server) {
            eprintln!("impostor: {error:#}");
        }
    }
    processpool_pattern::worker(|jobs| {
        jobs.add::<Act>();
    });
    run()
}

/// Does what the mood says in place of a worker, or before it becomes one.
fn misbehave(server: String) -> anyhow::Result<()> {
    let mood = fs::read_to_string("mood")?;
    let (mood, bytes) = mood.split_once(':').unwrap_or((&mood, ""));
    let bytes: Result<Vec<u8>, _> = bytes.split_whitespace().map(str::parse).collect();
    let bytes = <[u8; 4]>::try_from(bytes?).unwrap_or_default();
    match mood {
        "silent" => {}
        "slow" => {
            wait_for("gate");
            return Ok(());
        }
        "greets" => IpcSender::connect(server)?.send(bytes)?,
        "old" => drop(greet(server, "0.0.0/0")?),
        _ => {
            let version = concat!(env!("CARGO_PKG_VERSION"), "/3");
            let (words, orders) = greet(server, version)?;
            // All ones: it runs no job.
            let board = IpcSharedMemory::from_byte(u8::MAX, BOARD);
            words.send(Word::Ready(0, board))?;
            let _job = orders.recv();
            words.send(Word::Wrong(bytes))?;
        }
    }
    // Only the pool ends it, but it does not outlive a test that fails.
    wait_for("the end");
    std::process::exit(0);
}

/// Says hello as this version.
fn greet(server: String, version: &str) -> anyhow::Result<(IpcSender<Word>, IpcReceiver<()>)> {
    let (words, their_words) = channel()?;
    let (their_orders, orders) = channel()?;
    let hello = Hello {
        version: version.to_owned(),
        orders: their_orders,
        words: their_words,
    };
    IpcSender::connect(server)?.send(hello)?;
    Ok((words, orders))
}

fn wait_for(file: &str) {
    let deadline = Instant::now() + 2 * PATIENCE;
    while !Path::new(file).exists() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn run() -> ExitCode {
    let pool = match ProcessPool::new(Options::new().workers(1)) {
        Ok(pool) => pool,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let say = |outcome: Result<u64, JobError>| match outcome {
        Ok(index) => println!("{index}"),
        Err(error) => {
            println!("{}", error.kind());
            eprintln!("{error}");
        }
    };
    // Its worker rests by then, so that the first job goes there directly.
    std::thread::sleep(Duration::from_millis(20));
    say(pool.submit(Act::new(1)).wait());
    let last = Act::new(2).does(Deed::Await("last".into()));
    say(pool.submit(last).wait());
    pool.map((3..6).map(Act::new)).for_each(say);
    pool.shutdown();
    ExitCode::SUCCESS
}
