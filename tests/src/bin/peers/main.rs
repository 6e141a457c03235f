//! Measures one side of one row of `cargo xtask bench`, ours or a peer's, in a process of its own,
//! and prints it as one line of JSON: `{"seconds":0.04,"jobs":4000000}`.

mod asynchronous;
mod clock;
mod connections;
mod crash;
mod jobs;
mod memory;
mod other_end;
mod previews;
mod processes;
mod round_trip;
mod threads;
mod waiting;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use serde::Serialize;

/// What one side took, for so many jobs together.
#[derive(Debug, Serialize)]
struct Took {
    #[serde(flatten)]
    amount: Amount,
    jobs: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Amount {
    Seconds(f64),
    Bytes(f64),
    /// The machine does not allow it, for this reason
    Skipped(String),
}

#[derive(Debug, Parser)]
struct Args {
    measure: Measure,
    /// How many jobs
    #[arg(long, default_value_t = 1)]
    jobs: u64,
    /// Each job spins so often; without this, it squares a number
    #[arg(long)]
    loops: Option<u64>,
    /// The size of a payload
    #[arg(long, default_value_t = 1)]
    bytes: usize,
    /// Where to connect to
    #[arg(long)]
    server: Option<String>,
    /// This process and all that it starts stay on one core
    #[arg(long)]
    pinned: bool,
}

/// What can be measured. What is not ours has the name of the peer.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Measure {
    /// How long so many loops of a spinning job take
    Calibrate,
    ThreadsMap,
    RayonMap,
    ThreadsSubmit,
    RayonSpawn,
    StaticThreads,
    ThreadsMemory,
    ProcessesStart,
    SpawnNoop,
    ProcessesRoundTrip,
    PacketRoundTrip,
    /// The other end of `packet-round-trip`, on its stdin
    PacketEcho,
    MessageRoundTrip,
    /// The other end of `message-round-trip`
    MessageEcho,
    ProcessesMap,
    ProcspawnMap,
    ProcessesPayload,
    ProcessesDeathSeen,
    ProcessesDeathReplaced,
    ProcessesColdStart,
    ProcessesMemory,
    AsyncMap,
    Buffered,
    JoinSet,
    AsyncWaitingMemory,
    TokioWaitingMemory,
    AsyncWaitingTime,
    AsyncConnections,
    TokioConnections,
    AsyncConnectionsMemory,
    TokioConnectionsMemory,
    /// The other end of the connections
    ConnectionsEcho,
    AsyncMemory,
    Pipeline,
    ThreadsPreviews,
    ManyThreadsPreviews,
    ProcessesPreviews,
    AsyncPreviews,
    PipelineNaps,
    AsyncNaps,
    /// The other end of these, which has pictures
    Pictures,
}

fn main() -> ExitCode {
    processpool_pattern::worker(jobs::register);
    // Before anything else that costs time: this is what starting a process costs at the least.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|arg| arg == processes::NOOP)
    {
        return ExitCode::SUCCESS;
    }
    procspawn::init();
    let said = run(&Args::parse()).and_then(|took| Ok(serde_json::to_string(&took)?));
    match said {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<Took> {
    if args.pinned {
        clock::stay_on_one_core()?;
    }
    let amount = match args.measure {
        Measure::Calibrate => jobs::calibrate(args.jobs),
        Measure::ThreadsMap => threads::map(args.jobs, args.loops)?,
        Measure::RayonMap => threads::rayon_map(args.jobs, args.loops)?,
        Measure::ThreadsSubmit => threads::submit(args.jobs)?,
        Measure::RayonSpawn => threads::rayon_spawn(args.jobs)?,
        Measure::StaticThreads => threads::static_threads(args.jobs, args.loops.unwrap_or(0))?,
        Measure::ThreadsMemory => memory::threads(args.jobs)?,
        Measure::ProcessesStart => processes::start()?,
        Measure::SpawnNoop => processes::spawn_noop()?,
        Measure::ProcessesRoundTrip => round_trip::processes(args.jobs)?,
        Measure::PacketRoundTrip => round_trip::packets(args.jobs)?,
        Measure::PacketEcho => round_trip::echo()?,
        Measure::MessageRoundTrip => round_trip::messages(args.jobs)?,
        Measure::MessageEcho => round_trip::message_echo(args.server.as_deref())?,
        Measure::ProcessesMap => processes::map(args.jobs, args.loops)?,
        Measure::ProcspawnMap => processes::procspawn_map(args.jobs)?,
        Measure::ProcessesPayload => processes::payload(args.jobs, args.bytes)?,
        Measure::ProcessesDeathSeen => crash::seen()?,
        Measure::ProcessesDeathReplaced => crash::replaced()?,
        Measure::ProcessesColdStart => crash::cold_start()?,
        Measure::ProcessesMemory => memory::processes(args.jobs)?,
        Measure::AsyncMap => asynchronous::map(args.jobs)?,
        Measure::Buffered => asynchronous::buffered(args.jobs)?,
        Measure::JoinSet => asynchronous::join_set(args.jobs)?,
        Measure::AsyncWaitingMemory => waiting::memory(args.jobs)?,
        Measure::TokioWaitingMemory => waiting::tokio_memory(args.jobs)?,
        Measure::AsyncWaitingTime => waiting::time(args.jobs)?,
        Measure::AsyncConnections => connections::requests(args.jobs)?,
        Measure::TokioConnections => connections::tokio_requests(args.jobs)?,
        Measure::AsyncConnectionsMemory => connections::memory(args.jobs)?,
        Measure::TokioConnectionsMemory => connections::tokio_memory(args.jobs)?,
        Measure::ConnectionsEcho => other_end::echo()?,
        Measure::AsyncMemory => memory::asynchronous(args.jobs)?,
        Measure::Pipeline => previews::pipeline(args.jobs)?,
        Measure::ThreadsPreviews => previews::threads(args.jobs)?,
        Measure::ManyThreadsPreviews => previews::many_threads(args.jobs)?,
        Measure::ProcessesPreviews => previews::processes(args.jobs)?,
        Measure::AsyncPreviews => previews::asynchronous(args.jobs)?,
        Measure::PipelineNaps => previews::pipeline_naps(args.jobs)?,
        Measure::AsyncNaps => previews::async_naps(args.jobs)?,
        Measure::Pictures => previews::host()?,
    };
    let jobs = match args.measure {
        // The whole, since it is not to grow with the jobs.
        Measure::ThreadsMemory | Measure::ProcessesMemory | Measure::AsyncMemory => 1,
        _ => args.jobs,
    };
    Ok(Took { amount, jobs })
}
