//! `fetch`: pages from the network, whose status, length and SHA-256 are printed.
//!
//! What is decided is in files that both sides share: [`visit`], [`body`], [`url`](self::url),
//! [`error`]. How to wait for the network is in [`blocking`] and [`nonblocking`], one of which is
//! built into each pattern.

#[cfg(feature = "blocking")]
mod blocking;
mod body;
#[cfg(any(feature = "blocking", feature = "async"))]
mod clients;
mod download;
mod error;
#[cfg(feature = "async")]
mod nonblocking;
#[cfg(target_os = "linux")]
mod pace;
#[cfg(not(target_os = "linux"))]
#[path = "no_pace.rs"]
mod pace;
mod replay;
mod settings;
mod url;
mod visit;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::escape::print_hex;
use super::print_number;
use crate::{Job, Portable};
pub use download::Download;
use pace::Ledger;
use settings::Settings;
use visit::{Page, Visit};

/// A page that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// Its address.
    url: String,
    /// How to fetch it.
    settings: Settings,
}

/// A page that was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// The HTTP status, after redirects.
    pub status: u16,
    /// How many bytes the body has, decompressed.
    pub length: u64,
    /// The SHA-256 of the body, decompressed.
    pub sha256: [u8; 32],
    /// The address that was asked for, before redirects.
    pub url: String,
}

impl Job for Fetch {
    type Output = Fetched;

    #[cfg(feature = "blocking")]
    fn run(&self) -> anyhow::Result<Fetched> {
        if self.settings.record.is_some() {
            bail!("only the async pattern records");
        }
        self.fetched(blocking::get(self.visit()?, &self.settings)?)
    }

    /// A build that has no client which blocks is one for a pattern that never calls this.
    #[cfg(not(feature = "blocking"))]
    fn run(&self) -> anyhow::Result<Fetched> {
        bail!("{}: built without the feature `blocking`", self.url)
    }

    #[cfg(feature = "async")]
    async fn run_async(&self) -> anyhow::Result<Fetched> {
        self.fetched(nonblocking::get(self.visit()?, &self.settings).await?)
    }
}

impl Portable for Fetch {
    const NAME: &'static str = "fetch";
}

impl Fetch {
    fn visit(&self) -> anyhow::Result<Visit> {
        Ok(Visit::new(url::parse(&self.url)?, &self.settings))
    }

    /// The output, or the job's failure: why, and of which page.
    fn fetched(&self, page: Result<Page, error::FetchError>) -> anyhow::Result<Fetched> {
        let page = page.with_context(|| self.url.clone())?;
        Ok(Fetched {
            status: page.status,
            length: page.body.length,
            sha256: page.body.sha256,
            url: self.url.clone(),
        })
    }
}

/// Pages from the network: real HTTP and HTTPS, where async holds many at once.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// Addresses of pages, http:// or https://
    #[arg(value_name = "URL", conflicts_with = "from")]
    named: Vec<String>,
    /// A file of addresses, one a line; empty lines and those that begin with # are skipped
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    urls: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    #[arg(skip)]
    ledger: Ledger,
}

impl Args {
    fn job(&self, url: &str) -> anyhow::Result<Fetch> {
        url::parse(url)?;
        let mut settings = self.settings.clone();
        if settings.rate.is_some() {
            settings.ledger = Some(self.ledger.path()?);
        }
        let url = url.to_owned();
        Ok(Fetch { url, settings })
    }
}

pub(super) struct Workload;

impl super::Workload for Workload {
    const NAME: &'static str = Fetch::NAME;
    type Job = Fetch;
    type Args = Args;

    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Fetch>> {
        let mut jobs = args
            .named
            .iter()
            .map(|url| args.job(url))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(file) = &args.urls {
            for (number, line) in lines(file)?.lines().enumerate() {
                let line = line.trim();
                if !line.is_empty() && !line.starts_with('#') {
                    let place = || format!("{}, line {}", file.display(), number + 1);
                    jobs.push(args.job(line).with_context(place)?);
                }
            }
        }
        if jobs.is_empty() {
            bail!(
                "fetch needs URLs: name them, or files of them with --urls or --from; to have pages \
                 to try it on, run `cargo run --release -p pages -- --list urls.txt` in another \
                 terminal and then fetch --urls urls.txt"
            );
        }
        Ok(jobs.into_iter())
    }

    fn parse(args: &Args, line: &[u8]) -> anyhow::Result<Fetch> {
        let line = String::from_utf8_lossy(line);
        args.job(line.trim())
    }

    fn print(output: &Fetched, line: &mut Vec<u8>) {
        print_number(output.status, line);
        line.push(b' ');
        print_number(output.length, line);
        line.push(b' ');
        print_hex(&output.sha256, line);
        line.push(b' ');
        line.extend_from_slice(output.url.as_bytes());
    }
}

fn lines(file: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(file);
    text.with_context(|| format!("cannot read --urls {}", file.display()))
        .context("FILE must be a text file with one URL a line")
}
