//! The timeline of a run, in the trace-event format that Perfetto and Chrome open:
//! <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>.

use std::io::{self, Write};

use serde_json::json;

use crate::Span;

/// At most this many jobs are drawn; Perfetto gets slow beyond.
const DRAWN: usize = 500_000;

/// The spans that were recorded, up to a number.
#[derive(Debug, Default)]
pub(super) struct Spans {
    kept: Vec<Span>,
    left_out: usize,
}

impl Spans {
    /// Keeps a span, if there is room.
    pub(super) fn add(&mut self, span: Span) {
        if self.kept.len() < DRAWN {
            self.kept.push(span);
        } else {
            self.left_out += 1;
        }
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
            .sort_unstable_by_key(|span| (span.start, span.index));
        let origin = self.kept.first().map_or(0, |span| span.start);
        let micros = |nanos: u64| Decimal(nanos);
        let mut lanes = Lanes::default();
        writeln!(
            out,
            "{{\"otherData\":{},",
            json!({"jobs left out": self.left_out})
        )?;
        writeln!(out, "\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
        let name = json!({"name": format!("{pattern} {workload}")});
        write!(
            out,
            r#"{{"ph":"M","pid":1,"name":"process_name","args":{name}}}"#
        )?;
        for span in &self.kept {
            let lane = lanes.place(span);
            write!(
                out,
                ",\n{{\"ph\":\"X\",\"pid\":1,\"tid\":{lane},\"name\":\"job {}\",\"ts\":{},\"dur\":{}}}",
                span.index,
                micros(span.start - origin),
                micros(span.end - span.start),
            )?;
        }
        for (lane, of) in lanes.0.iter().enumerate() {
            let name = json!({"name": format!("worker {}", of.worker)});
            write!(
                out,
                ",\n{{\"ph\":\"M\",\"pid\":1,\"tid\":{lane},\"name\":\"thread_name\",\"args\":{name}}}"
            )?;
        }
        writeln!(out, "\n]}}")
    }
}

/// Nanoseconds, printed as microseconds: the unit of the format.
struct Decimal(u64);

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// Rows of the picture, each free from some time on.
#[derive(Debug, Default)]
struct Lanes(Vec<Lane>);

#[derive(Debug)]
struct Lane {
    worker: u32,
    free_from: u64,
}

impl Lanes {
    /// The first lane of the span's worker that is free when it starts. Spans come by their start.
    fn place(&mut self, span: &Span) -> usize {
        let fits = |lane: &Lane| lane.worker == span.worker && lane.free_from <= span.start;
        let lane = self.0.iter().position(fits).unwrap_or_else(|| {
            self.0.push(Lane {
                worker: span.worker,
                free_from: 0,
            });
            self.0.len() - 1
        });
        self.0[lane].free_from = span.end;
        lane
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_jobs_of_a_worker_get_lanes_of_their_own() {
        let span = |index, worker, start, end| Span {
            index,
            worker,
            start,
            end,
            computing: 0,
        };
        let mut spans = Spans::default();
        spans.add(span(2, 0, 2500, 4000));
        spans.add(span(0, 0, 1000, 3000));
        spans.add(span(1, 1, 1500, 2000));
        spans.add(span(3, 0, 3000, 5000));
        let mut out = Vec::new();
        spans.write("pattern", "workload", &mut out).unwrap();
        let trace: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let jobs = trace["traceEvents"].as_array().unwrap();
        let lane = |job: &str| jobs.iter().find(|e| e["name"] == job).unwrap()["tid"].clone();
        assert_ne!(lane("job 0"), lane("job 1"));
        assert_ne!(lane("job 0"), lane("job 2"));
        assert_eq!(lane("job 0"), lane("job 3"));
        let first = jobs.iter().find(|e| e["name"] == "job 0").unwrap();
        assert_eq!(
            (first["ts"].as_f64(), first["dur"].as_f64()),
            (Some(0.0), Some(2.0))
        );
    }
}
