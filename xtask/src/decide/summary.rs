//! From runs to numbers: medians, intervals, ratios, and what the time went into. Pure.

use super::comparison::Timed;
use super::stats::{median, spread};
use super::{Comparison, Finding, Row, pairs};
use crate::document::{self, Entry, Inside, JobTimes, Output, Shares};
use crate::measure::{self, Measured, Report, Switches};
use crate::pattern::Pattern;

/// What was seen of each program, in numbers.
pub(crate) fn entries(of: &Comparison) -> Vec<Entry> {
    let mut entries: Vec<_> = of.rows.iter().map(entry).collect();
    let against: Vec<_> = {
        let timed: Vec<_> = entries.iter().filter(|entry| entry.is_timed()).collect();
        let fastest = pairs::fastest(timed.iter().copied().filter(|entry| entry.stands));
        // Each language is held against its own loop.
        let reference = |stands| {
            let mut loops = timed
                .iter()
                .filter(|entry| entry.pattern == Pattern::Sequential);
            loops.find(|entry| entry.stands == stands)
        };
        let against = |entry: &Entry| {
            let gain = reference(entry.stands).and_then(|loop_| pairs::ratios(loop_, entry));
            let fastest = fastest.and_then(|fastest| pairs::ratios(entry, fastest));
            (gain.map(|gain| gain.spread), fastest)
        };
        entries.iter().map(against).collect()
    };
    for (entry, (times_loop, against_fastest)) in entries.iter_mut().zip(against) {
        entry.times_loop = times_loop;
        entry.against_fastest = against_fastest;
    }
    entries
}

/// Without what is known only from the others.
fn entry(row: &Row) -> Entry {
    let of = |what: &dyn Fn(&Measured) -> Option<f64>| {
        let values = row.runs.iter().filter_map(|run| what(&run.measured));
        median(&values.collect::<Vec<_>>())
    };
    let wall = |run: &Measured| run.wall.as_secs_f64().max(1e-9);
    let report = |run: &Measured, what: fn(&Report) -> Option<f64>| {
        let report = run.report.as_ref();
        report.and_then(what)
    };
    let jobs = row.first.report.as_ref().map(|report| report.jobs as f64);
    let walls: Vec<_> = row.runs.iter().map(|run| wall(&run.measured)).collect();
    Entry {
        name: row.program.name.clone(),
        pattern: row.program.pattern,
        stands: row.program.stands,
        output: output(&row.finding),
        note: None,
        runs: row.runs.iter().map(timed).collect(),
        wall: spread(&walls),
        times_loop: None,
        against_fastest: None,
        cpu: of(&|run| Some(run.cpu.as_secs_f64())),
        cores: of(&|run| Some(run.cpu.as_secs_f64() / wall(run))),
        startup: of(&|run| report(run, |report| report.startup)),
        running: of(&Measured::running),
        shutdown: of(&|run| report(run, |report| report.shutdown)),
        jobs_per_second: of(&|run| Some(jobs? / wall(run))),
        switches: of(&|run| Some(run.switches.voluntary as f64))
            .zip(of(&|run| Some(run.switches.involuntary as f64)))
            // Whole numbers, or halves that nobody misses.
            .map(|(voluntary, involuntary)| Switches {
                voluntary: voluntary as u64,
                involuntary: involuntary as u64,
            }),
        inside: row.first.is_whole().then(|| inside(row)),
    }
}

fn output(finding: &Finding) -> Output {
    match finding {
        Finding::Base => Output::Reference,
        Finding::Same => Output::Same,
        Finding::Differs(_) => Output::Differs,
        Finding::FailsOtherwise(_) => Output::FailsOtherwise,
        Finding::Stopped => Output::Stopped,
        Finding::Lost { .. } => Output::Lost,
    }
}

fn timed(run: &Timed) -> document::Timed {
    let report = run.measured.report.as_ref();
    document::Timed {
        round: run.round,
        place: run.place,
        wall: run.measured.wall.as_secs_f64(),
        cpu: run.measured.cpu.as_secs_f64(),
        startup: report.and_then(|report| report.startup),
        shutdown: report.and_then(|report| report.shutdown),
        read: run.measured.read,
    }
}

fn inside(row: &Row) -> Inside {
    let run = &row.first;
    let report = run.report.as_ref();
    // One thread does it all, so what its thread waited for a core, its jobs waited.
    let queued = report.filter(|_| row.program.pattern == Pattern::Sequential);
    let queued = queued.and_then(|report| report.run_queue);
    let times = report.and_then(|report| report.job_times);
    Inside {
        peak_memory: run.memory.as_ref().map(|memory| memory.peak),
        memory: run
            .memory
            .as_ref()
            .map_or(Vec::new(), |memory| memory.series.clone()),
        job_times: times.map(|times| JobTimes {
            p50: times.p50,
            p95: times.p95,
            p99: times.p99,
            longest: times.longest,
        }),
        computing: times.and_then(|times| computing(&times, queued.unwrap_or(0.0))),
        shares: report.and_then(|report| shares(report, run.running()?)),
        moved: report.map_or(0, |report| report.moved),
        in_flight: report.and_then(|report| report.most_in_flight),
        workers: report.map_or(Vec::new(), |report| report.by_worker.clone()),
    }
}

/// What part of their time the jobs were on a core. A job that is ready but has no core is not one
/// that waits: where that time is known, it does not count.
fn computing(times: &measure::JobTimes, queued: f64) -> Option<f64> {
    let time = (times.in_jobs - queued).max(times.computing);
    (time > 0.0).then(|| times.computing / time)
}

/// What the workers' time went into. Of many async jobs that wait at once, each waits, but their
/// workers have only so much time.
fn shares(report: &Report, running: f64) -> Option<Shares> {
    let times = report.job_times?;
    let time = report.workers as f64 * running;
    if time <= 0.0 {
        return None;
    }
    let used: f64 = report
        .by_worker
        .iter()
        .filter_map(|worker| worker.cpu)
        .sum();
    let computing = (times.computing / time).min(1.0);
    let moving = ((used - times.computing) / time).clamp(0.0, 1.0 - computing);
    let waiting = (times.in_jobs - times.computing) / time;
    let waiting = waiting.clamp(0.0, 1.0 - computing - moving);
    Some(Shares {
        computing,
        waiting,
        moving,
        idle: 1.0 - computing - moving - waiting,
    })
}
