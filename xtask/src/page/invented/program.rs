//! What would be measured of invented programs.

use std::fmt::Write;
use std::time::Duration;

use crate::document::{
    Cache, Document, Entry, Inside, JobTimes, Output, Ratios, SCHEMA, Shares, Spread, Timed,
};
use crate::measure::{Machine, Sample, Switches};
use crate::page::{Pictures, Timeline};
use crate::pattern::Pattern;

/// One program: its workers, its wall time, how many jobs run at once, how long each takes, and
/// which share of that is on a core.
#[derive(Clone, Copy)]
pub(in crate::page) struct Plan {
    pub(in crate::page) wall: f64,
    pub(in crate::page) workers: u32,
    pub(in crate::page) at_once: u32,
    pub(in crate::page) a_job: f64,
    pub(in crate::page) computing: f64,
}

/// A comparison of the four, a round at a time.
pub(in crate::page) fn compared(
    workload: &str,
    jobs: usize,
    rounds: usize,
    plans: &[Plan; 4],
) -> (Document, Pictures) {
    let mut pictures = Pictures::default();
    let mut programs = Vec::new();
    for (nth, (pattern, plan)) in Pattern::ALL.into_iter().zip(plans).enumerate() {
        let name = pattern.binary();
        let log = joblog(plan, jobs);
        let timeline = Timeline::read(log.as_bytes()).unwrap();
        pictures.timelines.insert(name.to_owned(), timeline);
        programs.push(entry(nth, pattern, plan, plans, jobs, rounds));
    }
    let document = Document {
        schema: SCHEMA,
        made: "2026-01-31T12:00:00Z".to_owned(),
        command: format!("cargo xtask compare --report FILE.html {workload}"),
        workload: workload.to_owned(),
        jobs: Some(jobs),
        sampled_from: None,
        workers: Some(2),
        rounds,
        cache: Cache::Warm,
        machine: machine(),
        others: Some(0.04),
        stolen: Some(0.01),
        warnings: Vec::new(),
        programs,
        notes: Vec::new(),
        differences: Vec::new(),
        verdict: None,
        no_verdict: None,
        exit_code: 0,
    };
    (document, pictures)
}

fn machine() -> Machine {
    Machine {
        cpu: Some("Intel(R) Xeon(R) Processor @ 2.60GHz".to_owned()),
        cores: Some(2),
        allowed_cores: Some(2),
        quota: None,
        parallelism: Some(2),
        governors: vec!["performance".to_owned()],
        turbo: Some(true),
        memory: Some(24 << 30),
        kernel: Some("Linux 6.12.48".to_owned()),
        os: Some("Debian GNU/Linux 13 (trixie)".to_owned()),
        is_virtual: Some(true),
    }
}

/// From 0 to 1, the same in every run.
fn noise(seed: u64) -> impl Iterator<Item = f64> {
    tests::noise(seed).map(|bits| (bits % 100_000) as f64 / 100_000.0)
}

fn entry(
    nth: usize,
    pattern: Pattern,
    plan: &Plan,
    plans: &[Plan; 4],
    jobs: usize,
    rounds: usize,
) -> Entry {
    let fastest = (0..4)
        .min_by(|a, b| plans[*a].wall.total_cmp(&plans[*b].wall))
        .unwrap();
    let walls = |nth: usize| {
        let slower = noise(nth as u64 + 7).map(|slower| slower * slower);
        let walls = slower.map(move |slower| plans[nth].wall * (1.0 + 0.08 * slower));
        walls.take(rounds).collect::<Vec<_>>()
    };
    let own = walls(nth);
    let runs = own.iter().enumerate().map(|(round, wall)| Timed {
        round: round + 1,
        place: round * 4 + nth,
        wall: *wall,
        cpu: wall * plan.computing,
        startup: Some(0.001),
        shutdown: Some(0.0004),
        read: 0,
    });
    let pairs = own.iter().zip(walls(fastest));
    let ratios: Vec<_> = pairs.map(|(own, best)| own / best).collect();
    let busy = plan.computing * f64::from(plan.at_once.min(plan.workers));
    Entry {
        name: pattern.binary().to_owned(),
        pattern,
        stands: true,
        output: if nth == 0 {
            Output::Reference
        } else {
            Output::Same
        },
        note: None,
        runs: runs.collect(),
        wall: Some(spread(&own)),
        times_loop: Some(spread(
            &own.iter()
                .map(|wall| plans[0].wall / wall)
                .collect::<Vec<_>>(),
        )),
        against_fastest: (nth != fastest).then(|| Ratios {
            of: Pattern::ALL[fastest].binary().to_owned(),
            spread: spread(&ratios),
            longer_in: ratios.iter().filter(|ratio| **ratio > 1.0).count(),
            paired: true,
            by_round: ratios,
        }),
        cpu: Some(plan.wall * busy),
        cores: Some(busy),
        startup: (nth > 0).then_some(0.000_9 * nth as f64),
        running: Some(plan.wall),
        shutdown: (nth > 0).then_some(0.000_3),
        jobs_per_second: Some(jobs as f64 / plan.wall),
        switches: Some(Switches {
            voluntary: 412 * nth as u64,
            involuntary: 31,
        }),
        inside: Some(inside(nth, plan)),
    }
}

fn inside(nth: usize, plan: &Plan) -> Inside {
    let in_jobs = if plan.a_job < 1e-6 { 0.2 } else { 0.985 };
    let memory: Vec<_> = (0..120)
        .map(|step| memory(nth, step, plan.wall / 120.0))
        .collect();
    let total = |sample: &Sample| sample.by_process.iter().map(|(_, bytes)| bytes).sum();
    Inside {
        peak_memory: memory.iter().map(total).max(),
        memory,
        job_times: Some(JobTimes {
            p50: plan.a_job,
            p95: plan.a_job * 1.27,
            p99: plan.a_job * 1.294,
            longest: plan.a_job * 1.3,
        }),
        computing: Some(plan.computing),
        shares: Some(Shares {
            computing: in_jobs * plan.computing,
            waiting: in_jobs * (1.0 - plan.computing),
            moving: (1.0 - in_jobs) * 0.7,
            idle: (1.0 - in_jobs) * 0.3,
        }),
        moved: if nth == 2 { 48_320 } else { 0 },
        in_flight: Some(plan.at_once as usize),
        workers: Vec::new(),
    }
}

fn memory(nth: usize, step: u32, pause: f64) -> Sample {
    let grown = |mib: u64| (mib << 20) * u64::from(step + 30) / 150;
    let mut by_process = vec![(4711, grown(6 + nth as u64))];
    if nth == 2 && step > 3 {
        by_process.extend([
            (4712, grown(9)),
            (if step < 70 { 4713 } else { 4799 }, grown(8)),
        ]);
    }
    Sample {
        at: Duration::from_secs_f64(f64::from(step) * pause),
        by_process,
    }
}

fn spread(values: &[f64]) -> Spread {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let enough = sorted.len() >= 6;
    Spread {
        median: at(0.5),
        low: enough.then(|| at(0.15)),
        high: enough.then(|| at(0.85)),
    }
}

/// What the program would log.
pub(in crate::page) fn joblog(plan: &Plan, jobs: usize) -> String {
    let mut log = "job,worker,start,end,computing,outcome\n".to_owned();
    let mut free: Vec<f64> = vec![0.000_2; plan.at_once as usize];
    // What is left of the wall time is spent between the jobs.
    let each = plan.wall * f64::from(plan.at_once) / jobs as f64;
    for (job, noise) in (0..jobs).zip(noise(3)) {
        let slot = (0..free.len())
            .min_by(|a, b| free[*a].total_cmp(&free[*b]))
            .unwrap();
        let took = plan.a_job * (0.7 + 0.6 * noise);
        let start: f64 = free[slot];
        let end = start + took;
        free[slot] = start + took.max(each * (0.7 + 0.6 * noise));
        let worker = slot as u32 % plan.workers;
        let computing = took * plan.computing;
        writeln!(log, "{job},{worker},{start:.9},{end:.9},{computing:.9},ok").unwrap();
    }
    log
}
