//! A job log, read once from its beginning, whatever its length: a line for each job, in input
//! order, as `--joblog` writes it.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};
use std::io::Read;

use anyhow::{Context, ensure};
use csv::ByteRecord;

use super::bins::Bins;
use super::pack::{Bar, Worker, nanoseconds};
use crate::page::histogram::Histogram;

/// Jobs that are kept one by one. More cannot be told apart in a chart.
const FEW: u64 = 1000;
/// Jobs that are put in the order in which they started. A job may stand so many lines before one
/// that started earlier.
const ASTRAY: usize = 10_000;

/// What one program's workers did when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timeline {
    /// When the last job ended, in seconds since the run began.
    pub(in crate::page) end: f64,
    /// Jobs of which it is known when they ran.
    pub(in crate::page) jobs: u64,
    /// Jobs that gave no output.
    pub(in crate::page) failed: u64,
    /// By number.
    pub(in crate::page) workers: BTreeMap<u32, Worker>,
    /// All jobs together.
    pub(in crate::page) in_flight: Bins,
    /// How long they took.
    pub(in crate::page) histogram: Histogram,
    /// Jobs that are not with their workers yet, the first to start on top.
    pending: BinaryHeap<Pending>,
}

/// A job that may not be the next to start.
#[derive(Debug, Clone)]
struct Pending {
    worker: u32,
    bar: Bar,
}

/// The greatest is the first to start.
impl Ord for Pending {
    fn cmp(&self, other: &Self) -> Ordering {
        let start = |pending: &Self| Reverse(nanoseconds(pending.bar.start));
        start(self).cmp(&start(other))
    }
}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Pending {}

impl Timeline {
    /// Reads a log.
    pub(crate) fn read(log: impl Read) -> anyhow::Result<Self> {
        let mut log = csv::Reader::from_reader(log);
        let header = log.headers().context("cannot read the job log")?;
        let expected = ["job", "worker", "start", "end", "computing", "outcome"];
        ensure!(
            header.iter().eq(expected),
            "this is no job log: it begins with `{}`, not with `{}`",
            header.iter().collect::<Vec<_>>().join(","),
            expected.join(","),
        );
        let mut timeline = Self::default();
        let mut record = ByteRecord::new();
        while log.read_byte_record(&mut record)? {
            let line = record.position().map_or(0, csv::Position::line);
            timeline
                .add(&record)
                .with_context(|| format!("line {line} of the job log"))?;
        }
        while timeline.place_the_first() {}
        Ok(timeline)
    }

    fn add(&mut self, record: &ByteRecord) -> anyhow::Result<()> {
        self.failed += u64::from(&record[5] != b"ok");
        // It never ran, or nobody was left to tell when.
        if record[1].is_empty() {
            return Ok(());
        }
        let worker = number(&record[1])?;
        let [start, end, computing] = [2, 3, 4].map(|cell| number::<f64>(&record[cell]));
        let (start, end, computing) = (start?, end?, computing?);
        ensure!(
            0.0 <= start && start <= end && end.is_finite() && computing >= 0.0,
            "a job from {start} to {end} s with {computing} s on a core cannot be",
        );
        let took = end - start;
        let bar = Bar {
            start,
            end,
            // The two clocks are read one after the other.
            computing: if took > 0.0 {
                (computing / took).min(1.0)
            } else {
                1.0
            },
        };
        self.end = self.end.max(end);
        self.jobs += 1;
        self.in_flight.add(start, end, bar.computing);
        self.histogram.add(took);
        if self.jobs == FEW + 1 {
            self.workers.values_mut().for_each(Worker::forget_bars);
        }
        self.pending.push(Pending { worker, bar });
        if self.pending.len() > ASTRAY {
            self.place_the_first();
        }
        Ok(())
    }

    /// Gives a worker the job that started first; says whether there was one.
    fn place_the_first(&mut self) -> bool {
        let first = self.pending.pop();
        if let Some(Pending { worker, bar }) = &first {
            let worker = self.workers.entry(*worker).or_default();
            worker.add(*bar, self.jobs <= FEW);
        }
        first.is_some()
    }
}

fn number<T: std::str::FromStr>(cell: &[u8]) -> anyhow::Result<T> {
    let text = str::from_utf8(cell).ok();
    let value = text.and_then(|text| text.parse().ok());
    value.with_context(|| format!("`{}` is no number", String::from_utf8_lossy(cell)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> anyhow::Result<Timeline> {
        let log = format!("job,worker,start,end,computing,outcome\n{lines}");
        Timeline::read(log.as_bytes())
    }

    #[test]
    fn a_log_becomes_workers_and_lanes() {
        let timeline = read(
            "0,0,0.000000000,1.000000000,0.500000000,ok\n\
             1,1,0.100000000,0.900000000,0.900000000,ok\n\
             2,1,1.000000000,1.500000000,0.000000000,failed\n\
             3,,,,,crashed\n",
        );
        let timeline = timeline.unwrap();
        assert_eq!((timeline.jobs, timeline.failed), (3, 2));
        assert_eq!(timeline.end, 1.5);
        assert_eq!(timeline.histogram.total(), 3);
        let workers = timeline.workers.values().map(|worker| worker.jobs);
        assert_eq!(workers.collect::<Vec<_>>(), [1, 2]);
        let bars: Vec<_> = timeline.workers[&1].lanes[0].bars.clone();
        let shares: Vec<_> = bars.iter().map(|bar| bar.computing).collect();
        assert_eq!(shares, [1.0, 0.0]);
    }

    #[test]
    fn a_long_log_keeps_no_job_by_itself() {
        let lines = (0..20_000).map(|job| {
            let (start, worker) = (f64::from(job / 2) * 1e-6, job % 2);
            format!(
                "{job},{worker},{start:.9},{:.9},0.0000005,ok\n",
                start + 1e-6
            )
        });
        let timeline = read(&lines.collect::<String>()).unwrap();
        assert_eq!(timeline.jobs, 20_000);
        let lanes = timeline.workers.values().flat_map(|worker| &worker.lanes);
        let kept: usize = lanes.map(|lane| lane.bars.len()).sum();
        assert_eq!(kept, 0);
        let averages = timeline.in_flight.averages(timeline.end, 100);
        for (_, _, part) in averages {
            assert!((part.busy() - 2.0).abs() < 0.01, "{part:?}");
            assert!((part.computing - 1.0).abs() < 0.01, "{part:?}");
        }
    }

    /// An async program starts jobs in whatever order they are ready.
    #[test]
    fn jobs_that_do_not_overlap_share_a_lane_in_whatever_order_they_come() {
        let lines = (0..3000).map(|job: u32| {
            let place = job / 1000 * 1000 + 999 - job % 1000;
            let start = f64::from(place) * 1e-3;
            format!("{job},0,{start:.9},{:.9},0,ok\n", start + 1e-3)
        });
        let timeline = read(&lines.collect::<String>()).unwrap();
        assert_eq!(timeline.workers[&0].at_once(), 1);
        assert_eq!(timeline.workers[&0].jobs, 3000);
    }

    #[test]
    fn what_is_no_log_is_refused_with_its_place() {
        let error = Timeline::read(&b"a,b\n1,2\n"[..]).unwrap_err();
        let expected = "this is no job log: it begins with `a,b`, not with \
                        `job,worker,start,end,computing,outcome`";
        assert_eq!(error.to_string(), expected);
        for (line, reason) in [
            ("0,x,0,1,1,ok\n", "`x` is no number"),
            ("0,0,2,1,1,ok\n", "from 2 to 1 s"),
            ("0,0,0,inf,1,ok\n", "cannot be"),
            ("0,0,NaN,1,1,ok\n", "cannot be"),
        ] {
            let error = format!("{:#}", read(line).unwrap_err());
            assert!(error.contains("line 2"), "{error}");
            assert!(error.contains(reason), "{error}");
        }
        assert!(read("0,0,1\n").is_err());
    }
}
