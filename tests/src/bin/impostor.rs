//! A program whose workers do not do as workers should, as a file named `mood` in the current
//! directory says. It prints how its jobs end, in one word each, and to stderr why.
//!
//! What a worker says wrong is in four bytes. They stand for the first of a message, and those that
//! the message does not need are ignored; or for how far the outcomes on its board are to go.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ipc_channel::ipc::{IpcReceiver, IpcSender, channel};
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
    /// That it is ready, and has no board but the one that it was given.
    Ready(u8, u8),
    /// Something wrong.
    Wrong([u8; 4]),
}

/// A bell: there is something new on the board.
const BELL: [u8; 4] = [2, 0, 0, 0];
/// Where the board says how far the outcomes of the first chunk go.
const COMMITTED: u64 = 16 * 8;

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
        // What it would say comes never; it holds the connection for as long as it lives.
        "connects" => std::mem::forget(IpcSender::<Hello>::connect(server)?),
        "slow" => {
            wait_for("gate");
            return Ok(());
        }
        "greets" => IpcSender::connect(server)?.send(bytes)?,
        "old" => drop(greet(server, "0.0.0/0")?),
        _ => {
            let version = concat!(env!("CARGO_PKG_VERSION"), "/4");
            let (words, orders) = greet(server, version)?;
            words.send(Word::Ready(0, 0))?;
            let _job = orders.recv();
            let bytes = if mood == "commits" {
                let board = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
                let committed = u64::from(u32::from_le_bytes(bytes));
                board.write_all_at(&committed.to_le_bytes(), COMMITTED)?;
                BELL
            } else {
                bytes
            };
            words.send(Word::Wrong(bytes))?;
        }
    }
    // Only the pool ends it, but it does not outlive a test that fails.
    wait_for("the end");
    Log::new(".".as_ref()).end(0);
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
