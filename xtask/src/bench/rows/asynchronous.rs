//! What the async pool is held against.

use super::super::row::Target::{AtLeast, Within};
use super::super::row::{Row, Side};
use super::{K, M, THE_SAME, row, stream};

pub(super) fn rows(long: bool) -> Vec<Row> {
    let map = || Side::rust("map, a window of 1024", "async-map", M);
    let buffered = Side::rust("the futures, buffered(1024)", "buffered", M);
    let gather = Side::python("Python's asyncio.gather of tasks", "gather", 50 * K);
    let join_set = Side::rust("tokio's JoinSet of tasks", "join-set", 200 * K);
    let waiting = |by, jobs| Side::rust(by, "async-waiting-time", jobs);
    vec![
        row("async-vs-buffered", "squares", map(), buffered).reaching(AtLeast(0.9)),
        row("async-vs-asyncio", "squares", map(), gather).reaching(AtLeast(30.0)),
        row("async-vs-join-set", "squares", map(), join_set),
        memory(
            "async-waiting-100k",
            "memory of 100,000 jobs that wait",
            100 * K,
        ),
        memory("async-waiting-1m", "memory of a million jobs that wait", M),
        row(
            "async-waiting-time",
            "jobs that wait, beyond their wait",
            waiting("a million at once", M),
            waiting("100,000 at once", 100 * K),
        )
        .reaching(THE_SAME),
        row(
            "async-waiting-asyncio",
            "memory of 100,000 jobs that wait",
            Side::rust("map", "async-waiting-memory", 100 * K),
            Side::python("Python's tasks that sleep", "waiting-memory", 100 * K),
        ),
        row("async-requests", REQUESTS, requests(), tokio_requests()).reaching(AtLeast(0.9)),
        row(
            "async-requests-asyncio",
            REQUESTS,
            requests(),
            asyncio_requests(),
        ),
        row(
            "async-connections",
            "memory of 10,000 open connections",
            connections(),
            Side::rust("tokio's tasks", "tokio-connections-memory", 10 * K),
        ),
        row(
            "async-connections-asyncio",
            "memory of 10,000 open connections",
            connections(),
            Side::python("Python's asyncio streams", "connections-memory", 10 * K),
        ),
        pipeline(
            "async-pipeline-threads",
            Side::rust("the thread pool, a thread a core", "threads-previews", 20),
        ),
        pipeline(
            "async-pipeline-64-threads",
            Side::rust("the thread pool, 64 threads", "many-threads-previews", 200),
        ),
        pipeline(
            "async-pipeline-processes",
            Side::rust("the process pool, one a core", "processes-previews", 20),
        ),
        pipeline(
            "async-pipeline-async",
            Side::rust("the async pool by itself", "async-previews", 200),
        ),
        row(
            "async-pipeline-naps",
            "naps of 1 ms beside the pictures",
            Side::rust("tokio and rayon together", "pipeline-naps", 500),
            Side::rust("the async pool by itself", "async-naps", 100),
        )
        .reaching(AtLeast(1.0)),
        stream("async-memory", long, 2 * M),
    ]
}

/// Tokio and rayon together, held against one pattern alone.
fn pipeline(name: &'static str, alone: Side) -> Row {
    let both = Side::rust("tokio and rayon together", "pipeline", 200);
    row(name, "pictures fetched and made small", both, alone).reaching(AtLeast(1.0))
}

const REQUESTS: &str = "requests on 10,000 open connections";

fn requests() -> Side {
    Side::rust("map", "async-connections", 100 * K)
}

fn tokio_requests() -> Side {
    Side::rust("tokio's tasks", "tokio-connections", 100 * K)
}

fn asyncio_requests() -> Side {
    Side::python("Python's asyncio streams", "connections", 30 * K)
}

fn connections() -> Side {
    Side::rust("map", "async-connections-memory", 10 * K)
}

fn memory(name: &'static str, done: &'static str, jobs: u64) -> Row {
    row(
        name,
        done,
        Side::rust("map", "async-waiting-memory", jobs),
        Side::rust("tokio's spawn and sleep", "tokio-waiting-memory", jobs),
    )
    .reaching(Within(600.0))
}
