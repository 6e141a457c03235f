//! What it costs to move a payload to another process and back, and when that is worth it. Pure.

use serde::Serialize;

use crate::decide::spread;
use crate::document::Spread;

/// Jobs that carry a payload there and back and do nothing else. Times are in seconds a job.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Payload {
    /// Bytes of the payload, one way.
    pub(crate) bytes: u32,
    /// Bytes that a job moves: there and back.
    pub(crate) there_and_back: u64,
    /// In the loop.
    pub(crate) in_loop: Spread,
    /// On threads, where it stays in memory.
    pub(crate) threads: Spread,
    /// On processes, where it travels.
    pub(crate) processes: Spread,
    /// How much more that is than on threads, round by round.
    pub(crate) more: Spread,
    /// How fast it travels, if it surely costs anything: what is moved, by what it costs more.
    pub(crate) bytes_per_second: Option<f64>,
    /// How long a job with this payload must compute so that processes beat the loop. Nothing if no
    /// time would be enough, because there is one worker.
    pub(crate) worth_from: Option<f64>,
}

/// The times per job, round by round.
pub(super) struct Times<'a> {
    pub(super) in_loop: &'a [f64],
    pub(super) threads: &'a [f64],
    pub(super) processes: &'a [f64],
}

impl Payload {
    /// Nothing of no rounds.
    ///
    /// If a job computes for `t` besides, it takes `in_loop + t` in the loop, and on `n` processes
    /// `processes + t / n`. These are equal where `t (1 - 1/n) = processes - in_loop`. This counts
    /// as if no worker computed while data move; where they do, shorter jobs pay already.
    pub(super) fn of(bytes: u32, times: &Times<'_>, workers: usize) -> Option<Self> {
        let more_than = |base: &[f64]| {
            let rounds = times.processes.iter().zip(base);
            let more: Vec<_> = rounds.map(|(ours, theirs)| ours - theirs).collect();
            spread(&more)
        };
        let more = more_than(times.threads)?;
        // What the rounds cannot tell from nothing has no speed.
        let costs = more.median > 0.0 && !more.allows(0.0);
        let more_than_loop = more_than(times.in_loop)?.median.max(0.0);
        let there_and_back = 2 * u64::from(bytes);
        let gain = 1.0 - 1.0 / workers.max(1) as f64;
        Some(Self {
            bytes,
            there_and_back,
            in_loop: spread(times.in_loop)?,
            threads: spread(times.threads)?,
            processes: spread(times.processes)?,
            more,
            bytes_per_second: costs.then(|| there_and_back as f64 / more.median),
            worth_from: (gain > 0.0).then(|| more_than_loop / gain),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breakeven::invented::payload;

    #[test]
    fn moving_costs_what_it_takes_more_than_on_threads() {
        let found = payload(1 << 20, [2e-4, 1e-4, 5e-4], 2).unwrap();
        assert_eq!(found.there_and_back, 2 << 20);
        assert!((found.more.median - 4e-4).abs() < 1e-12);
        let rate = found.bytes_per_second.unwrap();
        assert!((rate - f64::from(2 << 20) / 4e-4).abs() < 1.0, "{rate}");
    }

    #[test]
    fn it_is_worth_it_where_processes_beat_the_loop() {
        // 0.2 and 0.6 ms in the loop; on two processes 0.5 ms and 0.3 ms.
        let two = payload(1 << 20, [2e-4, 1e-4, 5e-4], 2).unwrap();
        assert!((two.worth_from.unwrap() - 6e-4).abs() < 1e-12);
        let four = payload(1 << 20, [2e-4, 1e-4, 5e-4], 4).unwrap();
        assert!((four.worth_from.unwrap() - 4e-4).abs() < 1e-12);
    }

    #[test]
    fn it_is_never_worth_it_with_one_worker_and_always_if_it_is_free() {
        let one = payload(64, [1e-6, 1e-6, 2e-6], 1).unwrap();
        assert_eq!(one.worth_from, None);
        let free = payload(64, [2e-6, 2e-6, 1e-6], 2).unwrap();
        assert_eq!((free.worth_from, free.bytes_per_second), (Some(0.0), None));
        let none = Times {
            in_loop: &[],
            threads: &[],
            processes: &[],
        };
        assert!(Payload::of(64, &none, 2).is_none());
    }
}
