//! The tour of the catalog: each workload once, with what it shows.

use std::ffi::OsString;
use std::path::Path;

use super::found::{self, Setup};
use super::rounds::Plan;
use super::show::Outputs;
use super::{Args, Compared, programs};
use crate::cargo::Build;
use crate::command_line::words;
use crate::document::{Document, Output};
use crate::measure::Bench;
use crate::print::say;
use crate::thumbs;

/// A stop of the tour.
struct Stop {
    shows: &'static str,
    full: &'static str,
    quick: &'static str,
    jobs_fail: bool,
}

/// About 25 seconds in full, 5 when quick, on two quiet cores.
const STOPS: [Stop; 7] = [
    Stop {
        shows: "next to no work in a job, so what a pattern itself costs",
        full: "square --count 300000",
        quick: "square --count 100000",
        jobs_fail: false,
    },
    Stop {
        shows: "computing, in pieces of uneven size: all cores",
        full: "primes --count 200 --limit 1500000",
        quick: "primes --count 50",
        jobs_fail: false,
    },
    Stop {
        shows: "waiting, and nothing else: how many jobs can wait at once",
        full: "sleep --count 50 --for 5ms",
        quick: "sleep --count 30 --for 10ms",
        jobs_fail: false,
    },
    Stop {
        shows: "real files: the sources of what this project depends on",
        full: "checksum",
        quick: "checksum",
        jobs_fail: false,
    },
    Stop {
        shows: "real pictures, made up: much computing, and much memory a worker",
        full: "thumbs",
        quick: "thumbs",
        jobs_fail: false,
    },
    Stop {
        shows: "a payload there and back: what moving data costs",
        full: "echo --count 300 --bytes 65536",
        quick: "echo --count 50 --bytes 65536",
        jobs_fail: false,
    },
    Stop {
        shows: "jobs that fail and panic: the others must not notice",
        full: "hostile --count 10000 --every 100",
        quick: "hostile --count 1000 --every 100",
        jobs_fail: true,
    },
];

/// Folders of sources that a quick tour reads.
const QUICK_FOLDERS: usize = 20;

/// Rounds at each stop.
const ROUNDS: usize = 6;

/// Goes to all stops, even if outputs differ at one of them; gives the exit code.
pub(super) fn run(
    args: &Args,
    bench: &Bench<'_>,
    build: &Build,
    outputs: &Outputs,
) -> anyhow::Result<u8> {
    let mut worst = 0;
    for stop in &STOPS {
        let (line, most) = if args.quick {
            (stop.quick, QUICK_FOLDERS)
        } else {
            (stop.full, usize::MAX)
        };
        let (workload, label) = workload(line, build.sources().take(most));
        let workload = thumbs::complete(workload, build)?;
        let bench = Bench {
            args: &workload.args,
            ..*bench
        };
        let setup = Setup {
            command: super::args::command_line(),
            workload: label.clone(),
            note: None,
            programs: programs(build),
            python: None,
            plan: match args.plan() {
                Plan::Rounds(rounds) => Plan::Rounds(rounds.or(Some(ROUNDS))),
                quick => quick,
            },
            quiet: args.quiet || args.quick,
        };
        let document = match found::compare(&bench, &setup)? {
            Compared::Fully(found) => found.document,
            Compared::BadUsage(message) => anyhow::bail!("`{label}`: {}", message.trim_end()),
        };
        say(&format!("{}:", stop.shows))?;
        outputs.print(&document)?;
        say("")?;
        worst = match exit_code(stop, &document) {
            // Outputs that differ weigh more than failed jobs.
            1 => 1,
            code if worst != 1 => worst.max(code),
            _ => worst,
        };
    }
    say(match worst {
        0 => "Every pattern gave the same output, byte for byte.",
        1 => "Outputs differ: see above.",
        _ => "Jobs failed that should not have: see above.",
    })?;
    say("On your own files: cargo xtask compare checksum DIR")?;
    Ok(worst)
}

/// The stops, each as it is shown and as its arguments.
pub(crate) fn stops(build: &Build) -> impl Iterator<Item = (String, Vec<OsString>)> {
    STOPS.iter().map(|stop| {
        let (args, label) = workload(stop.full, build.sources());
        (label, args)
    })
}

/// The arguments, and how they are shown.
fn workload<'a>(line: &str, folders: impl Iterator<Item = &'a Path>) -> (Vec<OsString>, String) {
    let mut args = words(line);
    if line != "checksum" {
        return (args, line.to_owned());
    }
    args.extend(folders.map(OsString::from));
    let label = format!("checksum, {} folders", args.len() - 1);
    (args, label)
}

fn exit_code(stop: &Stop, document: &Document) -> u8 {
    let mut programs = document.programs.iter();
    let lost = programs.any(|program| program.output == Output::Lost);
    match document.exit_code {
        3 if stop.jobs_fail && !lost => 0,
        code => code,
    }
}
