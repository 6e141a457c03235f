//! Values on the command line, and what is said of those that make no sense.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytesize::ByteSize;

/// How many of something, where none is a possible answer.
pub(crate) fn count(text: &str) -> Result<u32, String> {
    let accepted = |_| format!("accepted is a whole number from 0 to {}", u32::MAX);
    text.parse().map_err(accepted)
}

/// The place of something, from 0.
pub(crate) fn index(text: &str) -> Result<u64, String> {
    let accepted = |_| "accepted is a whole number from 0".to_owned();
    text.parse().map_err(accepted)
}

/// How many of something, where there must be one at least.
pub(crate) fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    let accepted = |_| "accepted is a whole number from 1 up".to_owned();
    text.parse().map_err(accepted)
}

/// How long something may take.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let accepted = |_| "accepted is a duration like 500ms, 5s or 2min".to_owned();
    humantime::parse_duration(text).map_err(accepted)
}

/// How many bytes.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let accepted = |_| "accepted is a size like 64KiB, 512MiB or 2GB".to_owned();
    text.parse().map(|size: ByteSize| size.0).map_err(accepted)
}
