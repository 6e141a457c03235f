//! The command line of `bench`.

use std::ffi::OsString;

use anyhow::bail;
use clap::ValueEnum;

use super::row::Row;

/// Hold ours against its peers: raw rayon and tokio, bare sockets, Python's pools
///
/// Builds one program in release that knows our pools and the peers in Rust, and runs each
/// side of each row in a process of its own: ours and the peer in turns, round after round.
/// For each row it says whether ours reaches its target: it holds, it falls short, or it is
/// open, which means that the target lies within the noise. About 15 minutes after the
/// build.
#[derive(Debug, Default, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = AFTER)]
pub(crate) struct Args {
    /// Only this row, or all rows whose names begin so; may be given more than once
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,

    /// So many pairs of each row, at least 9
    #[arg(long, value_name = "N", default_value = "9", value_parser = clap::value_parser!(u16).range(9..))]
    rounds: u16,

    /// Stream 100 million jobs where memory is not to grow, instead of some million
    ///
    /// Takes some minutes more.
    #[arg(long)]
    pub(super) long: bool,

    /// The Python to hold ours against, 3.9 or newer [default: python3, if there is one]
    #[arg(long, value_name = "PATH")]
    pub(super) python: Option<OsString>,

    /// How to print what was found
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
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
    /// For programs; the schema is `patterns.bench/1`
    Json,
    /// The page of the book
    Markdown,
}

const AFTER: &str = "\
Examples:
  cargo xtask bench
  cargo xtask bench --only threads
  cargo xtask bench --only processes-trip --only async-vs --rounds 25
  cargo xtask bench --format json

Columns:
  ours, peer  what a job takes: the median of the rounds; memory rows give bytes
  ratio       how many times as fast as the peer ours is; where the target is `<=`,
              how many times as much it costs
  ±           how far from it the true median may be, in 95 of 100 cases
  target      what the ratio is to be; where it has a unit, what ours is to be

Exit codes: 0 measured, whatever was found; 2 usage, the build failed, or ours did;
130 interrupted.";

impl Args {
    /// How many pairs of each row.
    pub(super) fn rounds(&self) -> usize {
        self.rounds.into()
    }

    /// The rows that are asked for, in their own order. A name that is no row's is refused.
    pub(super) fn pick(&self, rows: Vec<Row>) -> anyhow::Result<Vec<Row>> {
        if self.only.is_empty() {
            return Ok(rows);
        }
        let names: Vec<_> = rows.iter().map(|row| row.name).collect();
        // `processes-trip` is that row, and not `processes-trip-pinned` as well.
        let means = |only: &str, name: &str| match names.contains(&only) {
            true => name == only,
            false => name.starts_with(only),
        };
        for only in &self.only {
            if only.is_empty() || !names.iter().any(|name| means(only, name)) {
                let names = names.join("\n  ");
                bail!("--only: no row is called `{only}` or begins so; the rows are\n  {names}");
            }
        }
        let is_asked = |row: &Row| self.only.iter().any(|only| means(only, row.name));
        Ok(rows.into_iter().filter(is_asked).collect())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::rows;
    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn parse(line: &str) -> Result<Args, clap::Error> {
        let words = ["bench"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.args)
    }

    fn picked(line: &str) -> anyhow::Result<Vec<&'static str>> {
        let picked = parse(line)?.pick(rows::all(false))?;
        Ok(picked.iter().map(|row| row.name).collect())
    }

    #[test]
    fn rows_are_picked_by_name_or_by_how_it_begins() {
        assert_eq!(picked("").unwrap().len(), rows::all(false).len());
        let pinned = "processes-trip-pinned";
        assert_eq!(picked("--only processes-trip").unwrap(), ["processes-trip"]);
        assert_eq!(
            picked("--only processes-tr").unwrap(),
            ["processes-trip", pinned]
        );
        // In the order of the table, each once.
        let twice = picked("--only async-memory --only threads-s --only threads-submit");
        let expected = ["threads-square", "threads-submit", "async-memory"];
        assert_eq!(twice.unwrap(), expected);
    }

    #[test]
    fn a_name_that_is_no_rows_is_refused_with_those_that_are() {
        for wrong in ["--only nothing", "--only threads --only square", "--only="] {
            let error = picked(wrong).unwrap_err().to_string();
            assert!(error.contains("\n  processes-start\n"), "{wrong}: {error}");
        }
    }

    #[test]
    fn rounds_are_nine_or_more() {
        assert_eq!(parse("").unwrap().rounds(), 9);
        assert_eq!(parse("--rounds 25").unwrap().rounds(), 25);
        for few in ["--rounds 8", "--rounds 0", "--rounds many"] {
            assert!(parse(few).is_err(), "{few}");
        }
    }
}
