//! `--rate`: no host is asked more often than that, by all workers of a run together, be they
//! threads, tasks or processes.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, anyhow};
use nix::fcntl::{Flock, FlockArg};
use xxhash_rust::xxh3::xxh3_64;

use crate::span;

/// Hosts that have a place of their own. Those that share one share the rate as well, so each of them
/// is asked less often than it may be.
const PLACES: u64 = 1024;

/// A file without a name that says when each host may be asked next. It is gone with the run,
/// however that ends.
#[derive(Debug, Default)]
pub(super) struct Ledger(OnceLock<File>);

impl Ledger {
    /// By what path the processes of this run can open it.
    pub(super) fn path(&self) -> anyhow::Result<PathBuf> {
        if self.0.get().is_none() {
            let file = tempfile::tempfile().context("cannot make a temporary file for --rate")?;
            file.set_len(PLACES * 8)?;
            // Somebody may have been first.
            let _ = self.0.set(file);
        }
        let file = self.0.get().context("it was just made")?;
        let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
        Ok(path.into())
    }
}

/// It belongs to the command line, of which there is one.
impl Clone for Ledger {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// How long to wait before the host is asked, if it is to be asked no more than once in a `gap`. That
/// is then promised to be done.
pub(super) fn wait(ledger: &Path, host: &str, gap: Duration) -> anyhow::Result<Duration> {
    // Opened anew, because a lock is held by all who share a descriptor.
    let file = File::options().read(true).write(true).open(ledger);
    let file = file.context("cannot open what all workers share for --rate")?;
    let file = Flock::lock(file, FlockArg::LockExclusive);
    let file =
        file.map_err(|(_, error)| anyhow!("cannot lock what all share for --rate: {error}"))?;
    let place = xxh3_64(host.as_bytes()) % PLACES * 8;
    let mut next = [0; 8];
    file.read_exact_at(&mut next, place)?;
    let now = span::now();
    let turn = u64::from_le_bytes(next).max(now);
    let gap = u64::try_from(gap.as_nanos()).unwrap_or(u64::MAX);
    file.write_all_at(&turn.saturating_add(gap).to_le_bytes(), place)?;
    Ok(Duration::from_nanos(turn - now))
}

/// The time between two requests at so many a second.
pub(super) fn gap(text: &str) -> Result<Duration, String> {
    let accepted = || "accepted is a number above 0, of requests a second: 5, 0.5".to_owned();
    let rate: f64 = text.parse().map_err(|_| accepted())?;
    let gap = Duration::try_from_secs_f64(1.0 / rate);
    gap.ok().filter(|gap| !gap.is_zero()).ok_or_else(accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_gap() {
        assert_eq!(gap("5"), Ok(Duration::from_millis(200)));
        assert_eq!(gap("0.5"), Ok(Duration::from_secs(2)));
        for bad in ["0", "-1", "many", "", "inf", "NaN", "1e-300"] {
            assert!(gap(bad).is_err(), "{bad}");
        }
    }

    /// A gap so long that no time passes meanwhile that would count.
    #[test]
    fn turns_of_one_host_are_a_gap_apart_whoever_takes_them() {
        let ledger = Ledger::default();
        let path = ledger.path().unwrap();
        assert_eq!(ledger.path().unwrap(), path);
        let hour = Duration::from_secs(3600);
        let mut waits: Vec<_> = std::thread::scope(|scope| {
            let take = || {
                (0..10)
                    .map(|_| wait(&path, "host", hour).unwrap())
                    .collect::<Vec<_>>()
            };
            let threads = [(); 4].map(|()| scope.spawn(take));
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        });
        waits.sort_unstable();
        for (turn, wait) in (0..).zip(waits) {
            let late = (hour * turn).checked_sub(wait).unwrap();
            assert!(late < hour / 2, "turn {turn} after {wait:?}");
        }
        assert_eq!(wait(&path, "another", hour).unwrap(), Duration::ZERO);
        drop(ledger);
        assert!(wait(&path, "host", hour).is_err(), "it is gone");
    }
}
