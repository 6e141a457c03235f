//! `--rate` where it cannot be kept: what all processes of a run share is found through `/proc`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;

/// What all workers would share.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger;

impl Ledger {
    pub(super) fn path(&self) -> anyhow::Result<PathBuf> {
        bail!("--rate needs Linux")
    }
}

pub(super) fn wait(_: &Path, _: &str, _: Duration) -> anyhow::Result<Duration> {
    bail!("--rate needs Linux")
}

pub(super) fn gap(_: &str) -> Result<Duration, String> {
    Err("--rate needs Linux".to_owned())
}
