//! What the thread pool is held against.

use super::super::row::Target::{AtLeast, AtMost};
use super::super::row::{Row, Side};
use super::{K, M, row, stream, two_threads};

pub(super) fn rows(long: bool) -> Vec<Row> {
    let map = |jobs| Side::rust("map", "threads-map", jobs);
    let rayon = |jobs| Side::rust("rayon's par_iter over a slice", "rayon-map", jobs);
    let spinning = |name, done, jobs, micros| {
        let ours = map(jobs).spinning(micros);
        row(name, done, ours, two_threads(jobs).spinning(micros)).reaching(AtLeast(0.95))
    };
    vec![
        row("threads-square", "squares", map(4 * M), rayon(4 * M)).reaching(AtLeast(0.5)),
        row(
            "threads-1us",
            "jobs of 1 µs",
            map(100 * K).spinning(1.0),
            rayon(100 * K).spinning(1.0),
        )
        .reaching(AtLeast(0.95)),
        spinning("threads-10us", "jobs of 10 µs", 10 * K, 10.0),
        spinning("threads-100us", "jobs of 100 µs", K, 100.0),
        row(
            "threads-submit",
            "a million squares, one by one",
            Side::rust("submit, then wait for each", "threads-submit", M),
            Side::rust("rayon's spawn in a scope", "rayon-spawn", M),
        )
        // 200 ns, where a spawn took 152 ns.
        .reaching(AtMost(1.32)),
        row(
            "threads-vs-python",
            "squares",
            map(4 * M),
            Side::python("Python's ThreadPoolExecutor.map", "threads-map", 10 * K),
        ),
        stream("threads-memory", long, 10 * M),
    ]
}
