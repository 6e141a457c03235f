//! The command line of `compare`: its own options, then the workload's, which are handed on.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::bail;

/// Run one workload on the reference and on the three patterns, and compare
///
/// Builds the four binaries in release, runs the sequential reference and then the three
/// patterns with the same arguments, checks that their outputs are the same byte for byte
/// and that the same jobs failed in the same way, and prints what each took, and which
/// pattern fits.
///
/// Without a workload: a tour of the catalog, about 15 seconds after the build.
#[derive(Debug, Default, clap::Args)]
#[command(
    verbatim_doc_comment,
    override_usage = "cargo xtask compare [OPTIONS] [WORKLOAD [ARGS]...]",
    after_long_help = AFTER
)]
pub(crate) struct Args {
    /// Give no verdict, and make the tour shorter
    #[arg(long)]
    pub(crate) quick: bool,

    /// Show no progress
    #[arg(long)]
    pub(crate) quiet: bool,

    /// Kill a run that takes longer (`10s`, `2m`) and count it as lost
    ///
    /// There is no limit by default. It is for jobs that hang where a pattern cannot kill them.
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    pub(crate) give_up_after: Option<Duration>,

    /// The workload and its arguments, as the binaries take them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "WORKLOAD [ARGS]"
    )]
    pub(crate) rest: Vec<OsString>,
}

const AFTER: &str = "\
Options of compare stand before the workload. Everything from the workload on, and any
option that is not listed above, is handed to the binaries as it is. The workloads and
those options are listed by: cargo run -p workload -- --help

Examples:
  cargo xtask compare
  cargo xtask compare checksum ~/Pictures
  cargo xtask compare --quiet primes --count 500 --workers 2
  cargo xtask compare --give-up-after 10s hostile --kinds hang --timeout 500ms

Columns:
  wall     from starting the program until it was gone
  vs loop  how many times faster than the sequential reference
  CPU      user and system time of the program and all its workers
  memory   most memory of the whole process tree at once
  jobs/s   jobs by wall time
  output   whether stdout is the same, byte for byte

A pattern wins by more than 10% and 5 ms; else it is a tie, and the simpler one wins it.

Exit codes: 0 the same everywhere; 1 outputs differ; 2 usage, or the build failed;
3 jobs failed or a run was lost; 130 interrupted.";

impl Args {
    /// What is handed to the binaries, once it makes sense.
    pub(crate) fn workload(&self) -> anyhow::Result<Vec<OsString>> {
        let mut workload = Vec::new();
        for arg in &self.rest {
            let text = arg.to_string_lossy();
            let name = text.split('=').next().unwrap_or_default();
            match name {
                // Each run gets it anyway, once.
                "--quiet" => continue,
                "--quick" | "--give-up-after" => {
                    bail!(
                        "{name} is an option of compare and stands before the workload: \
                         cargo xtask compare {name} WORKLOAD"
                    );
                }
                "--report" | "--trace" => {
                    bail!(
                        "{name} names one file, but compare runs four programs; for one of them, \
                         run it alone: cargo run --release -p threadpool-pattern -- {name} FILE"
                    );
                }
                _ => workload.push(arg.clone()),
            }
        }
        Ok(workload)
    }
}

fn limit(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("a time above zero is needed, such as 500ms, 10s or 2m".to_owned()),
    }
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

    fn parse(line: &str) -> Args {
        let words = line.split_whitespace();
        Line::try_parse_from(["compare"].into_iter().chain(words))
            .unwrap()
            .args
    }

    #[test]
    fn own_options_stand_before_the_workload_and_the_rest_is_handed_on() {
        let args = parse("--quick primes --count 9 --timeout 5s");
        assert!(args.quick && !args.quiet);
        assert_eq!(
            args.workload().unwrap(),
            ["primes", "--count", "9", "--timeout", "5s"]
        );

        let args = parse("-w 2 --chunk=4 square --quiet -- -5");
        assert_eq!(
            args.workload().unwrap(),
            ["-w", "2", "--chunk=4", "square", "--", "-5"]
        );
        assert!(parse("").workload().unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_handed_on_is_refused_with_a_way_out() {
        let refusal = |line| parse(line).workload().unwrap_err().to_string();
        assert!(refusal("square --quick").contains("before the workload"));
        assert!(refusal("square --report=x.json").contains("run it alone"));
        assert!(refusal("square --trace x.json").contains("run it alone"));
    }

    #[test]
    fn a_limit_is_a_time_above_zero() {
        assert_eq!(limit("1500ms"), Ok(Duration::from_millis(1500)));
        assert!(limit("0s").is_err() && limit("soon").is_err());
    }
}
