//! The timeline of a run, in the trace-event format that Perfetto and Chrome open:
//! <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use crate::Span;

/// At most this many jobs are drawn; Perfetto gets slow beyond.
pub(super) const DRAWN: usize = 500_000;

/// The jobs that are drawn: all, or one in so many, evenly over the run.
#[derive(Debug)]
pub(super) struct Trace {
    /// When the run began, in nanoseconds of [`now`](crate::span::now).
    origin: u64,
    most: usize,
    kept: Vec<Bar>,
    one_in: usize,
    jobs: usize,
}

/// A job: when it ran, and how it ended.
#[derive(Debug, Clone, Copy)]
struct Bar {
    span: Span,
    outcome: &'static str,
}

impl Trace {
    /// The timeline of a run that began at `origin`, with no more jobs than `most`.
    pub(super) fn new(origin: u64, most: usize) -> Self {
        Self {
            origin,
            most,
            kept: Vec::new(),
            one_in: 1,
            jobs: 0,
        }
    }

    /// Takes in a job. Whenever there are too many, every other one is left out.
    pub(super) fn add(&mut self, span: Span, outcome: &'static str) {
        self.jobs += 1;
        if !span.index.is_multiple_of(self.one_in) {
            return;
        }
        self.kept.push(Bar { span, outcome });
        while self.kept.len() > self.most {
            self.one_in *= 2;
            self.kept
                .retain(|bar| bar.span.index.is_multiple_of(self.one_in));
        }
    }

    /// What the user should know of it.
    pub(super) fn note(&self) -> Option<String> {
        let (drawn, jobs) = (grouped(self.kept.len()), grouped(self.jobs));
        let one_in = self.one_in;
        (one_in > 1).then(|| format!("trace: 1 job in {one_in} is drawn, {drawn} of {jobs}"))
    }

    /// Writes the timeline: a lane a worker, and more lanes where one worker has several jobs at
    /// once, so that none overlap.
    pub(super) fn write(
        mut self,
        pattern: &str,
        workload: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.kept
            .sort_unstable_by_key(|bar| (bar.span.start, bar.span.index));
        let mut lanes = Lanes::default();
        let places: Vec<_> = self.kept.iter().map(|bar| lanes.place(&bar.span)).collect();
        let first = lanes.first_of_each_worker();
        let about = json!({
            "jobs": self.jobs,
            "jobs drawn": self.kept.len(),
            "1 job drawn in": self.one_in,
        });
        writeln!(out, "{{\"otherData\":{about},")?;
        writeln!(out, "\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
        let name = json!({"name": format!("{pattern} {workload}")});
        write!(
            out,
            r#"{{"ph":"M","pid":1,"name":"process_name","args":{name}}}"#
        )?;
        for (&worker, its) in &lanes.0 {
            for lane in 0..its.len() {
                let name = match its.len() {
                    1 => format!("worker {worker}"),
                    _ => format!("worker {worker}, lane {lane}"),
                };
                let place = first[&worker] + lane;
                for (what, args) in [
                    ("thread_name", json!({"name": name})),
                    ("thread_sort_index", json!({"sort_index": place})),
                ] {
                    write!(
                        out,
                        ",\n{{\"ph\":\"M\",\"pid\":1,\"tid\":{place},\"name\":\"{what}\",\"args\":{args}}}"
                    )?;
                }
            }
        }
        for (Bar { span, outcome }, lane) in self.kept.iter().zip(places) {
            write!(
                out,
                ",\n{{\"ph\":\"X\",\"pid\":1,\"tid\":{},\"name\":\"job {}\",\"ts\":{},\"dur\":{},\
                 \"args\":{{\"outcome\":\"{outcome}\",\"computing_us\":{}}}}}",
                first[&span.worker] + lane,
                span.index,
                Micros(span.start.saturating_sub(self.origin)),
                Micros(span.end.saturating_sub(span.start)),
                Micros(span.computing),
            )?;
        }
        writeln!(out, "\n]}}")
    }
}

/// Nanoseconds, printed as microseconds: the unit of the format.
struct Micros(u64);

impl std::fmt::Display for Micros {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// A number with a comma after every three digits.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Rows of the picture, by worker, each free from some time on.
#[derive(Debug, Default)]
struct Lanes(BTreeMap<u32, Vec<u64>>);

impl Lanes {
    /// The first lane of the span's worker that is free when it starts. Spans come by their start.
    fn place(&mut self, span: &Span) -> usize {
        let lanes = self.0.entry(span.worker).or_default();
        let free = lanes.iter().position(|free_from| *free_from <= span.start);
        let lane = free.unwrap_or(lanes.len());
        lanes.resize(lanes.len().max(lane + 1), 0);
        lanes[lane] = span.end;
        lane
    }

    /// The number of each worker's first lane, from 1, among those of all.
    fn first_of_each_worker(&self) -> BTreeMap<u32, usize> {
        let mut next = 1;
        let first = self.0.iter().map(|(worker, lanes)| {
            let first = next;
            next += lanes.len();
            (*worker, first)
        });
        first.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn span(index: usize, worker: u32, start: u64, end: u64) -> Span {
        Span {
            index,
            worker,
            start,
            end,
            computing: 5,
        }
    }

    fn written(trace: Trace) -> Value {
        let mut out = Vec::new();
        trace.write("pattern", "workload", &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn lanes_are_named_and_sorted_by_worker_and_overlapping_jobs_get_their_own() {
        let mut trace = Trace::new(500, DRAWN);
        trace.add(span(0, 11, 1000, 3000), "ok");
        trace.add(span(1, 2, 1500, 2000), "ok");
        trace.add(span(2, 11, 2500, 4000), "failed");
        trace.add(span(3, 11, 3000, 5000), "ok");
        assert_eq!(trace.note(), None);
        let trace = written(trace);
        let events = trace["traceEvents"].as_array().unwrap();
        let told = |what: &str| {
            let events = events.iter().filter(|event| event["name"] == what);
            let told = events.map(|event| (event["tid"].as_u64().unwrap(), &event["args"]));
            told.collect::<BTreeMap<_, _>>()
        };
        let names: Vec<_> = told("thread_name").into_values().collect();
        assert_eq!(names[0]["name"], "worker 2");
        assert_eq!(names[1]["name"], "worker 11, lane 0");
        assert_eq!(names[2]["name"], "worker 11, lane 1");
        for (lane, args) in told("thread_sort_index") {
            assert_eq!(args["sort_index"], lane);
        }
        let job = |index: usize| {
            let name = format!("job {index}");
            events.iter().find(|event| event["name"] == *name).unwrap()
        };
        let lanes: Vec<_> = (0..4).map(|index| job(index)["tid"].clone()).collect();
        assert_eq!(lanes, [2, 1, 3, 2]);
        assert_eq!((&job(2)["ts"], &job(2)["dur"]), (&2.0.into(), &1.5.into()));
        let args = json!({"outcome": "failed", "computing_us": 0.005});
        assert_eq!(job(2)["args"], args);
    }

    /// Job i runs at second i; some never did.
    #[test]
    fn of_too_many_jobs_some_are_drawn_evenly_over_the_run() {
        const MOST: usize = 100;
        let mut trace = Trace::new(0, MOST);
        for index in (0..1_234_567).filter(|index| index % 1000 != 999) {
            trace.add(span(index, 0, index as u64, index as u64 + 1), "ok");
            assert!(trace.kept.len() <= MOST);
        }
        let one_in = 16_384;
        let drawn: Vec<_> = trace.kept.iter().map(|bar| bar.span.index).collect();
        let expected: Vec<_> = (0..1_234_567).step_by(one_in).collect();
        assert_eq!(drawn, expected);
        let told = trace.note().unwrap();
        assert_eq!(told, "trace: 1 job in 16384 is drawn, 76 of 1,233,333");
        let about = written(trace)["otherData"].clone();
        let expected = json!({"jobs": 1_233_333, "jobs drawn": 76, "1 job drawn in": one_in});
        assert_eq!(about, expected);
    }

    #[test]
    fn numbers_are_grouped_by_three_digits() {
        let grouped = [0, 999, 1000, 65_536, 4_000_000].map(grouped);
        assert_eq!(grouped, ["0", "999", "1,000", "65,536", "4,000,000"]);
    }
}
