//! One line of output printed wrongly on purpose, to see whether a comparison notices.

use std::str::FromStr;

use anyhow::{Context, bail};

/// Which pattern prints which line wrongly, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Falsify {
    pub(super) pattern: String,
    how: How,
    /// The line, from 0.
    line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It is left out.
    Drop,
    /// It is printed twice.
    Extra,
    /// It changes places with the one after it.
    Swap,
    /// Another text stands there.
    Change,
}

impl FromStr for Falsify {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let accepted = "accepted is PATTERN:HOW:INDEX, HOW one of drop, extra, swap, change";
        let mut parts = text.splitn(3, ':');
        let mut part = || parts.next().context(accepted);
        let pattern = part()?.to_owned();
        let how = match part()? {
            "drop" => How::Drop,
            "extra" => How::Extra,
            "swap" => How::Swap,
            "change" => How::Change,
            _ => bail!(accepted),
        };
        let line = part()?.parse().context(accepted)?;
        Ok(Self { pattern, how, line })
    }
}

/// The state that swapping needs.
#[derive(Debug)]
pub(super) struct Falsifier {
    falsify: Falsify,
    printed: usize,
    held: Vec<u8>,
}

impl Falsifier {
    /// Falsifies what it is told.
    pub(super) fn new(falsify: Falsify) -> Self {
        Self {
            falsify,
            printed: 0,
            held: Vec::new(),
        }
    }

    /// Changes the line that was appended to `buffer` from `start` on, if it is the one.
    pub(super) fn line(&mut self, buffer: &mut Vec<u8>, start: usize) {
        let line = self.printed;
        self.printed += 1;
        if !self.held.is_empty() {
            buffer.append(&mut self.held);
        }
        if line != self.falsify.line {
            return;
        }
        match self.falsify.how {
            How::Drop => buffer.truncate(start),
            How::Extra => buffer.extend_from_within(start..),
            How::Swap => self.held = buffer.split_off(start),
            How::Change => {
                buffer.truncate(start);
                buffer.extend_from_slice(b"falsified\n");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn falsified(how: &str) -> String {
        let mut falsifier = Falsifier::new(format!("p:{how}:1").parse().unwrap());
        let mut buffer = Vec::new();
        for text in ["a\n", "b\n", "c\n"] {
            let start = buffer.len();
            buffer.extend_from_slice(text.as_bytes());
            falsifier.line(&mut buffer, start);
        }
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn each_way_falsifies_one_line() {
        assert_eq!(falsified("drop"), "a\nc\n");
        assert_eq!(falsified("extra"), "a\nb\nb\nc\n");
        assert_eq!(falsified("swap"), "a\nc\nb\n");
        assert_eq!(falsified("change"), "a\nfalsified\nc\n");
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in ["", "p", "p:drop", "p:drop:x", "p:melt:1"] {
            assert!(bad.parse::<Falsify>().is_err(), "{bad:?}");
        }
    }
}
