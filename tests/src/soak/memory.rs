//! Whether memory stays where it was.

use std::fs;

/// So many bytes more may be in use in the end. What is given back to the allocator is not all given
/// back to the system; `cargo xtask soak` tells the allocator to keep little.
const SLACK: u64 = 4 << 20;
/// With fewer looks nothing can be said.
const ENOUGH: usize = 16;

/// How much memory this process has used after each round, in bytes.
#[derive(Debug, Default)]
pub(super) struct Memory(Vec<u64>);

impl Memory {
    /// Looks again.
    pub(super) fn look(&mut self) {
        self.0.extend(own("VmRSS:"));
    }

    /// Compares the last quarter of all looks with the second: the first is for warming up, and a
    /// median minds no single look.
    ///
    /// # Errors
    ///
    /// How much it has grown, if that is too much.
    pub(super) fn judge(&self) -> Result<String, String> {
        if self.0.len() < ENOUGH {
            return Ok(format!("no verdict on fewer than {ENOUGH} rounds"));
        }
        let quarter = self.0.len() / 4;
        let early = median(&self.0[quarter..2 * quarter]);
        let late = median(&self.0[self.0.len() - quarter..]);
        let grown = format!("{} early on and {} in the end", mib(early), mib(late));
        if late > early + SLACK {
            return Err(format!("memory grows: {grown}"));
        }
        Ok(grown)
    }
}

/// The most memory that this process has used at once, for people.
pub(super) fn peak() -> String {
    own("VmHWM:").map_or_else(|| "unknown".to_owned(), mib)
}

/// What the system says of this process, in bytes.
fn own(what: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

fn median(looks: &[u64]) -> u64 {
    let mut sorted = looks.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "it is for people")]
fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn what_grows_with_every_round_is_found() {
        let leak = Memory((0..40).map(|round| 20 * MIB + round * MIB).collect());
        let told = leak.judge().unwrap_err();
        assert_eq!(
            told,
            "memory grows: 35.0 MiB early on and 55.0 MiB in the end"
        );
    }

    #[test]
    fn what_grows_at_first_or_goes_up_and_down_is_not() {
        let warm = Memory((0..40).map(|round| MIB * 50.min(20 + 5 * round)).collect());
        assert!(warm.judge().is_ok());
        let peaks = Memory((0..40).map(|round| MIB * [20, 20, 90][round % 3]).collect());
        assert!(peaks.judge().is_ok());
    }

    #[test]
    fn little_says_nothing() {
        let few = Memory((0..10).map(|round| round << 30).collect());
        assert!(few.judge().unwrap().contains("no verdict"));
    }

    #[test]
    fn this_process_uses_some() {
        assert!(own("VmRSS:").is_some_and(|bytes| bytes > MIB));
    }
}
