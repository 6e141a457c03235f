//! The command line of `breakeven`.

use std::num::NonZeroUsize;

use clap::ValueEnum;

use super::plan::Plan;

/// Find how long a job must take until each pattern pays on this machine
///
/// Builds the four binaries in release. Runs jobs of about 0.1 µs to 10 ms on the loop and on
/// the three patterns, all sizes and patterns in turn, round after round, and says from which
/// time per job on each pattern is faster than the loop, and from which on it gives 90% of
/// what the machine can give. Then sends payloads of 64 B to 4 MiB there and back, and says
/// what moving them to another process costs. About 30 seconds after the build.
#[derive(Debug, Default, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = AFTER)]
pub(crate) struct Args {
    /// So many rounds, each with every size on every pattern once [default: 9]
    ///
    /// With fewer than six, nobody could say how sure a number is.
    #[arg(long, value_name = "N")]
    pub(super) rounds: Option<NonZeroUsize>,

    /// Few sizes, short runs and two rounds: to see what it prints, and not to build on
    #[arg(long)]
    pub(super) quick: bool,

    /// How to print what was found
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(super) format: Format,

    /// Show no progress
    #[arg(long)]
    pub(super) quiet: bool,
}

/// How to print.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a terminal, 80 columns wide
    #[default]
    Table,
    /// For programs; the schema is `patterns.breakeven/1`
    Json,
    /// For a document
    Markdown,
}

const AFTER: &str = "\
Examples:
  cargo xtask breakeven
  cargo xtask breakeven --rounds 25
  cargo xtask breakeven --format json

Columns:
  time per job  as the loop takes it, with making up the job and printing its line
  thread pool … how many times faster than the loop the pattern does jobs of this size,
                without getting ready and stopping
  ±             how far from it the true median may be, in 95 of 100 cases
  loop, threads, processes
                what a job takes that does nothing but carry its payload
  more          what it takes more on processes than on threads
  speed         what is moved, there and back, by what that takes more
  worth from    how much a job must compute besides so that processes beat the loop

Exit codes: 0 measured; 2 usage, the build failed, a run was lost, or a pattern printed
something else than the loop; 130 interrupted.";

impl Args {
    /// What is to be measured.
    pub(super) fn plan(&self) -> Plan {
        let plan = if self.quick {
            Plan::quick()
        } else {
            Plan::default()
        };
        Plan {
            rounds: self.rounds.map_or(plan.rounds, usize::from),
            ..plan
        }
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

    fn plan(line: &str) -> Result<Plan, clap::Error> {
        let words = ["breakeven"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.args.plan())
    }

    #[test]
    fn rounds_are_as_asked_for() {
        assert_eq!(plan("").unwrap(), Plan::default());
        assert_eq!(plan("--quick").unwrap(), Plan::quick());
        assert_eq!(plan("--rounds 25").unwrap().rounds, 25);
        let few = plan("--quick --rounds 7").unwrap();
        assert_eq!((few.rounds, few.times), (7, Plan::quick().times));
        assert!(plan("--rounds 0").is_err());
    }
}
