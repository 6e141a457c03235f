//! What pages there are, made up from a seed: the same at every start.

use std::time::Duration;

use fastrand::Rng;
use hyper::body::Bytes;

use crate::Args;

/// All pages.
pub(crate) struct Site {
    pages: usize,
    latency: Duration,
    jitter: Duration,
    seed: u64,
}

/// A page.
pub(crate) struct Page {
    pub(crate) kind: Kind,
    /// How long it takes until it begins.
    pub(crate) latency: Duration,
    pub(crate) bytes: Bytes,
}

/// How a page is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// At once.
    Plain,
    /// In parts, each of which takes as long again as the page took to begin.
    Slow,
    /// At another place.
    Moved,
    /// Not at all.
    Missing,
}

/// Bytes of the largest page.
const LARGEST: usize = 64 << 10;

impl Site {
    pub(crate) fn new(args: &Args) -> Self {
        Self {
            pages: args.pages,
            latency: args.latency,
            jitter: args.jitter,
            seed: args.seed,
        }
    }

    /// The page of this number, if there is one.
    pub(crate) fn page(&self, number: usize) -> Option<Page> {
        if number >= self.pages {
            return None;
        }
        let mut random =
            Rng::with_seed(self.seed ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let latency = self.latency + self.jitter.mul_f64(random.f64());
        let mut bytes = vec![0; random.usize(1..=LARGEST)];
        random.fill(&mut bytes);
        let kind = match number {
            n if n % 20 == 7 => Kind::Moved,
            n if n % 20 == 3 => Kind::Slow,
            n if n % 25 == 13 => Kind::Missing,
            _ => Kind::Plain,
        };
        Some(Page {
            kind,
            latency,
            bytes: bytes.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(seed: u64) -> Site {
        Site {
            pages: 100,
            latency: Duration::from_millis(20),
            jitter: Duration::from_millis(10),
            seed,
        }
    }

    #[test]
    fn a_seed_gives_the_same_pages_and_another_one_others() {
        let all = |seed| {
            let site = site(seed);
            let pages = (0..100).map(|n| site.page(n).unwrap());
            let pages = pages.map(|page| (page.latency, page.bytes));
            pages.collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        for (latency, bytes) in all(1) {
            assert!((20..=30).contains(&latency.as_millis()));
            assert!((1..=LARGEST).contains(&bytes.len()));
        }
        assert!(site(1).page(100).is_none());
    }

    #[test]
    fn there_are_pages_of_each_kind() {
        let site = site(1);
        let count = |kind| {
            (0..100)
                .filter(|n| site.page(*n).unwrap().kind == kind)
                .count()
        };
        let kinds = [Kind::Moved, Kind::Slow, Kind::Missing, Kind::Plain];
        assert_eq!(kinds.map(count), [5, 5, 4 - 1, 100 - 13]);
    }
}
