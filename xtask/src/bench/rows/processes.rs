//! What the process pool is held against.

use super::super::row::Target::{AtLeast, AtMost, Within};
use super::super::row::{Row, Side};
use super::{K, M, alone, row, stream, two_threads};

const MIB: usize = 1 << 20;

pub(super) fn rows(long: bool) -> Vec<Row> {
    let squares = || map(4 * M);
    let executor = |by, jobs| Side::python(by, "executor-map", jobs);
    let executor = executor("Python's ProcessPoolExecutor, its best chunks", 200 * K);
    let pool = Side::python("Python's Pool.map", "multiprocessing-map", 400 * K);
    let procspawn = Side::rust("procspawn's pool", "procspawn-map", K);
    vec![
        row(
            "processes-start",
            "starting two workers",
            Side::rust("a pool, until both answered", "processes-start", 1),
            Side::rust("two copies of the program that do nothing", "spawn-noop", 1),
        )
        .reaching(AtMost(1.25)),
        round_trip(
            "processes-trip",
            "one job there and back",
            [trip(), packet()],
        ),
        round_trip(
            "processes-trip-pinned",
            "one job there and back, all on one core",
            [trip().pinned(), packet().pinned()],
        ),
        row(
            "processes-engine-pinned",
            "one message there and back, all on one core",
            Side::rust("ipc-channel without a pool", "message-round-trip", 4 * K).pinned(),
            packet().pinned(),
        ),
        row("processes-vs-executor", "squares", squares(), executor).reaching(AtLeast(25.0)),
        row("processes-vs-pool", "squares", squares(), pool),
        row("processes-vs-procspawn", "squares", squares(), procspawn).reaching(AtLeast(500.0)),
        payload("processes-1mib", "1 MiB there and back", MIB, [100, 30]).reaching(AtLeast(8.0)),
        payload("processes-16mib", "16 MiB there and back", 16 * MIB, [8, 3])
            .reaching(AtLeast(20.0)),
        spinning("processes-10us", "jobs of 10 µs", 10 * K, 10.0),
        spinning("processes-100us", "jobs of 100 µs", K, 100.0),
        alone(
            "processes-crash-seen",
            "a job that kills its worker",
            Side::rust("submit, until it is reported", "processes-death-seen", 1),
        )
        .reaching(Within(1e-3)),
        row(
            "processes-crash-replaced",
            "a job that kills its worker",
            Side::rust("until the next job is back", "processes-death-replaced", 1),
            Side::rust("a new pool's first job back", "processes-cold-start", 1),
        )
        .reaching(AtMost(1.3)),
        stream("processes-memory", long, 10 * M),
    ]
}

fn map(jobs: u64) -> Side {
    Side::rust("map", "processes-map", jobs)
}

fn spinning(name: &'static str, done: &'static str, jobs: u64, micros: f64) -> Row {
    let ours = map(jobs).spinning(micros);
    row(name, done, ours, two_threads(jobs).spinning(micros)).reaching(AtLeast(0.95))
}

fn trip() -> Side {
    Side::rust("submit and wait", "processes-round-trip", 4 * K)
}

fn packet() -> Side {
    Side::rust("a packet through a socket", "packet-round-trip", 4 * K)
}

fn round_trip(name: &'static str, done: &'static str, [ours, peer]: [Side; 2]) -> Row {
    row(name, done, ours, peer).reaching(AtMost(1.15))
}

/// Payloads through ours and through Python's executor, with so many jobs each.
fn payload(name: &'static str, done: &'static str, bytes: usize, jobs: [u64; 2]) -> Row {
    let executor = "Python's ProcessPoolExecutor.map";
    row(
        name,
        done,
        Side::rust("map", "processes-payload", jobs[0]).carrying(bytes),
        Side::python(executor, "executor-payload", jobs[1]).carrying(bytes),
    )
}
