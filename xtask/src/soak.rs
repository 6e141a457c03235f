//! `soak`: builds the program that treats process pools as badly as it can, and runs it.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::measure::{Interrupts, system};
use crate::{cargo, print};

/// Throw hostile jobs, SIGKILL, SIGSTOP and cancels at process pools, and see that every promise holds
///
/// In rounds, each with a pool of its own and options drawn at random: healthy jobs and jobs
/// that fail, panic, abort, exit, overflow their stack, hang, stop themselves or eat memory go
/// through map, map_unordered and submit, from several threads at once; some are cancelled,
/// some maps dropped half way, some pools dropped with jobs in them; and all the while
/// workers are killed, stopped and continued from outside.
///
/// Then every job must have had exactly one outcome: the right output or the right error,
/// unless it was cancelled or a signal can have hit it. No process, thread, descriptor, file
/// or shared memory may be left, and memory must be back where it was.
///
/// All that is random is drawn from the seed. When a signal comes and which job it hits is up
/// to the system, so a seed repeats what is done, but not always what comes of it.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = AFTER)]
pub(crate) struct Args {
    /// For how long (`60s`, `10m`); the last round is finished
    #[arg(long = "for", value_name = "DURATION", default_value = "20s", value_parser = humantime::parse_duration)]
    pub(crate) time: Duration,

    /// Where to begin: a seed that was printed; a fresh one by default
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// Workers of each pool; 1 to 4 at random by default
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<NonZeroUsize>,
}

const AFTER: &str = "\
Examples:
  cargo xtask soak --for 10m
  cargo xtask soak --seed 1234567 --workers 1

Exit codes: 0 every promise held; 1 one was broken; 2 usage, or the build failed;
130 interrupted, after the round was finished.";

/// Of what the jobs and the program wrote last, so many lines are shown when something went wrong.
const LAST_LINES: usize = 30;

/// Builds, runs, and gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    ensure!(
        cfg!(target_os = "linux"),
        "soak looks at processes through /proc, which only Linux has"
    );
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let program = cargo::build_one("tests", "soak", false);
    interrupts.check()?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut command = command(&program?, args, folder.path())?;
    let mut child = command.spawn().context("cannot start the soak")?;
    let forwarding = interrupts.forward_to(child.id());
    let status = child.wait()?;
    drop(forwarding);
    interrupts.check()?;
    let code = exit_code(status);
    if code == 1 {
        // The program appends to it what its pools write to stderr.
        let log = fs::read(folder.path().join("log")).unwrap_or_default();
        eprint!("{}", tail(&String::from_utf8_lossy(&log), LAST_LINES));
    }
    Ok(code)
}

fn command(program: &Path, args: &Args, folder: &Path) -> anyhow::Result<Command> {
    let temporary = folder.join("tmp");
    fs::create_dir(&temporary).context("cannot make a temporary folder")?;
    let mut command = Command::new(program);
    let time = humantime::format_duration(args.time).to_string();
    command.args(["--for", &time]).arg("--dir").arg(folder);
    if let Some(seed) = args.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    if let Some(workers) = args.workers {
        command.args(["--workers", &workers.to_string()]);
    }
    // All that is found there in the end was left behind by a pool.
    command.env("TMPDIR", temporary);
    // An allocator that keeps much of what it is given back, for each thread that there ever was,
    // looks like a leak. The GNU one is told to use one heap and to give large blocks back.
    command.env("MALLOC_ARENA_MAX", "1");
    command.env("MALLOC_MMAP_THRESHOLD_", "131072");
    command.env("MALLOC_TRIM_THRESHOLD_", "131072");
    // Writing a backtrace takes longer than the shortest time limit on a busy machine.
    command.env("RUST_BACKTRACE", "0");
    command.env_remove("RUST_LIB_BACKTRACE");
    command.stdin(Stdio::null());
    system::lead_a_group(&mut command);
    Ok(command)
}

/// A program that does not come to its end has broken a promise, too: what kills a worker must not
/// kill the pool's own process.
fn exit_code(status: ExitStatus) -> u8 {
    match status.code() {
        Some(code @ 0..=2) => u8::try_from(code).unwrap_or(1),
        _ => {
            let how = print::status(status);
            eprintln!("broken: the program that has the pools ended with {how}");
            1
        }
    }
}

/// The last lines of a text.
fn tail(text: &str, lines: usize) -> &str {
    let newlines = text.trim_end().rmatch_indices('\n');
    let start = newlines.map(|(at, _)| at + 1).nth(lines - 1);
    &text[start.unwrap_or(0)..]
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn parse(line: &str) -> Option<Args> {
        let words = ["soak"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).ok().map(|line| line.args)
    }

    #[test]
    fn what_was_asked_for_is_handed_on() {
        let folder = tempfile::tempdir().unwrap();
        let args = parse("--for 2m --seed 17 --workers 3").unwrap();
        let command = command(Path::new("soak"), &args, folder.path()).unwrap();
        let handed: Vec<_> = command
            .get_args()
            .map(|arg| arg.to_str().unwrap())
            .collect();
        let dir = folder.path().to_str().unwrap();
        let expected = [
            "--for",
            "2m",
            "--dir",
            dir,
            "--seed",
            "17",
            "--workers",
            "3",
        ];
        assert_eq!(handed, expected);
    }

    #[test]
    fn nonsense_is_refused_before_anything_is_built() {
        assert_eq!(parse("").unwrap().time, Duration::from_secs(20));
        for line in ["--for soon", "--seed -1", "--workers 0"] {
            assert!(parse(line).is_none(), "{line}");
        }
    }

    #[test]
    fn of_a_long_log_the_end_is_shown() {
        let text = "one\ntwo\nthree\n";
        assert_eq!(tail(text, 2), "two\nthree\n");
        assert_eq!(tail(text, 9), text);
        assert_eq!(tail("", 2), "");
    }
}
