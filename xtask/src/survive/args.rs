//! The command line of `survive`.

use clap::ValueEnum;

use super::kind::Kind;
use crate::pattern::Pattern;

/// Let one job of many misbehave, in every way on every pattern, and see what it takes with it
///
/// Builds the four binaries in release and runs the workload `hostile` on each, with one job
/// among 100 that misbehaves. Says for each way to misbehave and each pattern what was lost,
/// how it was reported, how long until the others went on, and what was left behind, and
/// whether that is what the documentation promises. About 15 seconds after the build.
#[derive(Debug, Default, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = AFTER)]
pub(crate) struct Args {
    /// Only these ways to misbehave
    #[arg(long, value_name = "KIND,...", value_delimiter = ',')]
    pub(super) kinds: Vec<Kind>,

    /// Only these patterns, by the names of their binaries; `workload` is the sequential loop
    #[arg(long, value_name = "PATTERN,...", value_delimiter = ',')]
    pub(super) patterns: Vec<Pattern>,

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
    /// For programs; the schema is `patterns.survive/1`
    Json,
    /// For a document
    Markdown,
}

const AFTER: &str = "\
Examples:
  cargo xtask survive
  cargo xtask survive --kinds hang,spin
  cargo xtask survive --patterns processpool-pattern --format json

Columns:
  lost         nothing but the culprit, its chunk, or the whole run
  reported as  the kind of error, or how the program ended
  went on      from the last line before the culprit's chunk to the first line after the
               culprit; of hang and spin, 500 ms of it are the time limit
  left behind  processes and files that outlive the program, threads and descriptors that
               outlive the pattern

Exit codes: 0 all is as promised; 1 something is not; 2 usage, or the build failed;
130 interrupted.";

impl Args {
    /// The ways to misbehave that were asked for.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        chosen(&self.kinds, Kind::value_variants())
    }

    /// The patterns that were asked for.
    pub(super) fn patterns(&self) -> Vec<Pattern> {
        chosen(&self.patterns, &Pattern::ALL)
    }
}

/// Those of `all` that are named, in the order of `all`; all if none is named.
fn chosen<T: Copy + PartialEq>(named: &[T], all: &[T]) -> Vec<T> {
    let is_chosen = |one: &T| named.is_empty() || named.contains(one);
    all.iter().copied().filter(is_chosen).collect()
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

    fn parse(line: &str) -> Result<Args, clap::Error> {
        let words = line.split_whitespace();
        let line = Line::try_parse_from(["survive"].into_iter().chain(words));
        line.map(|line| line.args)
    }

    #[test]
    fn everything_unless_something_is_named() {
        let args = parse("").unwrap();
        assert_eq!(args.kinds(), Kind::value_variants());
        assert_eq!(args.patterns(), Pattern::ALL);
        assert_eq!(args.format, Args::default().format);

        let args = parse("--kinds spin,abort --patterns async-pattern --format json").unwrap();
        assert_eq!(args.kinds(), [Kind::Abort, Kind::Spin]);
        assert_eq!(args.patterns(), [Pattern::Async]);
        assert_eq!(args.format, Format::Json);
    }

    #[test]
    fn what_is_unknown_is_refused_with_what_is_known() {
        for (line, known) in [("--kinds melt", "overflow"), ("--patterns x", "workload")] {
            let refusal = parse(line).unwrap_err().to_string();
            assert!(refusal.contains(known), "{refusal}");
        }
    }
}
