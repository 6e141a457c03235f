//! The command line of the soak, which `cargo xtask soak` fills in.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Soak the process pool in jobs, signals and cancels; `cargo xtask soak` does this for you
///
/// Exit codes: 0 all promises held; 1 one was broken; 2 usage; 130 interrupted.
#[derive(Debug, Parser)]
pub struct Args {
    /// For how long; the last round is finished
    #[arg(long = "for", value_name = "DURATION", default_value = "20s", value_parser = humantime::parse_duration)]
    pub(super) time: Duration,

    /// What everything random is drawn from; a fresh one by default
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,

    /// Workers of each pool; by default 1 to 4, at random
    #[arg(long, value_name = "N")]
    pub(super) workers: Option<NonZeroUsize>,

    /// When nothing has happened for so long, it is a hang
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = humantime::parse_duration)]
    pub(super) patience: Duration,

    /// A directory for what workers print and for what jobs note
    ///
    /// It is not the one for temporary files, which must be empty: what is found there later was
    /// left behind by a pool.
    #[arg(long)]
    pub(super) dir: PathBuf,
}
