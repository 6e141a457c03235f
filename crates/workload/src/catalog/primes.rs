//! `primes`: pure computing, in jobs of uneven size.

use anyhow::anyhow;
use serde::{Deserialize, Serialize};

use super::print_number;
use crate::{Job, Portable, values};

/// A range whose primes are to be counted: from `start` up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Primes {
    /// The first number of the range.
    pub start: u64,
    /// The first number after the range.
    pub end: u64,
}

impl Job for Primes {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        Ok((self.start..self.end).map(|n| u64::from(is_prime(n))).sum())
    }
}

impl Portable for Primes {
    const NAME: &'static str = "primes";
}

/// Trial division. A sieve would be faster, but then there would be nothing to share out.
fn is_prime(n: u64) -> bool {
    if n < 4 || n.is_multiple_of(2) || n.is_multiple_of(3) {
        return n == 2 || n == 3;
    }
    // All other primes are next to a multiple of six. Two divisions a round, so that nearly all of
    // the time goes to dividing, and none of it depends on where the compiler puts the loop.
    let mut six = 6;
    while (six - 1) * (six - 1) <= n {
        if n.is_multiple_of(six - 1) || n.is_multiple_of(six + 1) {
            return n == six - 1 || n == six + 1;
        }
        six += 6;
    }
    true
}

/// Primes counted in uneven ranges: CPU-bound, so it gains from every core.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// How many ranges
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = values::count, allow_negative_numbers = true, conflicts_with = "from")]
    count: u32,
    /// Where the last range ends
    #[arg(long, value_name = "L", default_value_t = 2_000_000, value_parser = values::count, allow_negative_numbers = true)]
    limit: u32,
    /// The same range for every job, so that all of them take equally long
    #[arg(long, value_name = "A..B", value_parser = range, conflicts_with_all = ["limit", "from"])]
    same: Option<Primes>,
}

/// A range as it is written on the command line or in a file.
fn range(text: &str) -> Result<Primes, String> {
    let bounds = text.trim().split_once("..");
    let bounds = bounds.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    match bounds {
        Some((start, end)) if start <= end => Ok(Primes { start, end }),
        _ => Err("accepted is a range like 100..200, its start not after its end".to_owned()),
    }
}

pub(super) struct Workload;

impl super::Workload for Workload {
    const NAME: &'static str = Primes::NAME;
    type Job = Primes;
    type Args = Args;

    /// Unless they are to be the same, the ranges get longer and longer, so that an even split by
    /// count is a bad one.
    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Primes>> {
        let (count, limit, same) = (u128::from(args.count), u128::from(args.limit), args.same);
        // At most `limit`, which has 32 bits.
        let bound = move |i: u128| u64::try_from(limit * i * i / (count * count)).unwrap_or(0);
        Ok((0..args.count).map(move |i| {
            same.unwrap_or_else(|| Primes {
                start: bound(i.into()),
                end: bound(u128::from(i) + 1),
            })
        }))
    }

    fn parse(_: &Args, line: &[u8]) -> anyhow::Result<Primes> {
        let text = String::from_utf8_lossy(line);
        range(&text).map_err(|accepted| anyhow!("{:?} is no range: {accepted}", text.trim()))
    }

    fn print(output: &u64, line: &mut Vec<u8>) {
        print_number(*output, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Workload as _;

    #[test]
    fn the_ranges_cover_everything_once() {
        let args = Args {
            count: 7,
            limit: 10_000,
            same: None,
        };
        let ranges: Vec<_> = Workload::jobs(&args).unwrap().collect();
        assert_eq!(ranges[0].start, 0);
        assert_eq!(ranges[6].end, 10_000);
        assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
        let primes: u64 = ranges.iter().map(|range| range.run().unwrap()).sum();
        assert_eq!(primes, 1229, "the number of primes below 10,000");
    }

    #[test]
    fn all_jobs_are_the_same_if_they_are_to_be() {
        let args = Args {
            count: 3,
            limit: 10_000,
            same: range("100..200").ok(),
        };
        let ranges: Vec<_> = Workload::jobs(&args).unwrap().collect();
        let same = Primes {
            start: 100,
            end: 200,
        };
        assert_eq!(ranges, [same; 3]);
        assert_eq!(same.run().unwrap(), 21, "the primes between 100 and 200");
    }

    #[test]
    fn a_line_is_a_range() {
        let args = Args {
            count: 0,
            limit: 0,
            same: None,
        };
        let range = Workload::parse(&args, b" 10..20 ").unwrap();
        assert_eq!((range.start, range.end), (10, 20));
        for bad in ["", "7", "20..10", "-1..5", "a..b"] {
            assert!(Workload::parse(&args, bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
