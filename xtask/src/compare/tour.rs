//! The tour of the catalog: each workload once, with what it shows.

use std::ffi::OsString;
use std::path::Path;

use super::{Args, Compared, compare, title};
use crate::cargo::Build;
use crate::decide::Comparison;
use crate::measure::Bench;
use crate::print::{self, say};

/// A stop of the tour.
struct Stop {
    shows: &'static str,
    full: &'static str,
    quick: &'static str,
    jobs_fail: bool,
}

/// About 15 seconds in full, 4 when quick, on two cores.
const STOPS: [Stop; 6] = [
    Stop {
        shows: "next to no work in a job, so what a pattern itself costs",
        full: "square --count 1000000",
        quick: "square --count 200000",
        jobs_fail: false,
    },
    Stop {
        shows: "computing, in pieces of uneven size: all cores",
        full: "primes --count 400 --limit 4000000",
        quick: "primes --count 50",
        jobs_fail: false,
    },
    Stop {
        shows: "waiting, and nothing else: how many jobs can wait at once",
        full: "sleep --count 200 --for 10ms",
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
        shows: "a payload there and back: what moving data costs",
        full: "echo --count 500 --bytes 65536",
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

/// Goes to all stops, even if outputs differ at one of them; gives the exit code.
pub(super) fn run(args: &Args, bench: &Bench<'_>, build: &Build) -> anyhow::Result<u8> {
    let mut worst = 0;
    for stop in &STOPS {
        let line = if args.quick { stop.quick } else { stop.full };
        let most = if args.quick {
            QUICK_FOLDERS
        } else {
            usize::MAX
        };
        let (workload, label) = workload(line, build.sources().take(most));
        let bench = Bench {
            args: &workload,
            ..*bench
        };
        let comparison = match compare(&bench, build, args.quiet)? {
            Compared::Fully(comparison) => comparison,
            Compared::BadUsage(message) => anyhow::bail!("`{label}`: {}", message.trim_end()),
        };
        say(&format!("{}\n{}.", title(&label, &comparison), stop.shows))?;
        say(&print::comparison(&comparison, !args.quick))?;
        say("")?;
        worst = match exit_code(stop, &comparison) {
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
    if args.quick {
        say("No verdicts: with --quick, the runs are too short to judge by.")?;
    }
    say("On your own files: cargo xtask compare checksum DIR")?;
    Ok(worst)
}

/// The arguments, and how they are shown.
fn workload<'a>(line: &str, folders: impl Iterator<Item = &'a Path>) -> (Vec<OsString>, String) {
    let mut args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    if line != "checksum" {
        return (args, line.to_owned());
    }
    args.extend(folders.map(OsString::from));
    let label = format!("checksum, {} folders", args.len() - 1);
    (args, label)
}

fn exit_code(stop: &Stop, comparison: &Comparison) -> u8 {
    match comparison.exit_code() {
        3 if stop.jobs_fail && !comparison.has_losses() => 0,
        code => code,
    }
}
