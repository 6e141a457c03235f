//! How to fetch, in a form that travels with each job.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};

use super::pace;
use crate::values;

/// Redirects that are followed for one job.
pub(super) const REDIRECTS: u32 = 10;
/// Most bytes of an answer's status line and header together.
pub(super) const HEAD: usize = 64 << 10;
/// Most lines in an answer's header. It is what ureq is built with, so the other side takes it too.
#[cfg(feature = "async")]
pub(super) const HEADERS: usize = 128;

/// How to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
pub(super) struct Settings {
    /// Time limit to connect, from looking up the host's name to the end of the TLS handshake
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    #[arg(value_parser = values::duration, allow_hyphen_values = true)]
    pub(super) connect_timeout: Duration,
    /// Time limit for all of a job's exchange with hosts, redirects and body included
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    #[arg(value_parser = values::duration, allow_hyphen_values = true)]
    pub(super) max_time: Duration,
    /// Most bytes of a body, before and after it is decompressed: 64KiB, 2GB
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = values::size)]
    pub(super) max_body: u64,
    /// Most connections to one host, in one process
    #[arg(long, value_name = "N", default_value = "6", value_parser = values::at_least_one, allow_negative_numbers = true)]
    pub(super) per_host: NonZeroUsize,
    /// Most requests a second to one host, by all workers together: 5, 0.5
    #[arg(long, value_name = "N", value_parser = pace::gap, allow_negative_numbers = true)]
    #[serde(rename = "gap")]
    pub(super) rate: Option<Duration>,
    /// What all workers share for that.
    #[arg(skip)]
    pub(super) ledger: Option<PathBuf>,
    /// Trust the certificates in FILE (PEM) and no others, instead of Mozilla's
    #[arg(long, value_name = "FILE", value_parser = authorities)]
    pub(super) ca: Option<PathBuf>,
    /// What to send as User-Agent
    #[arg(long, value_name = "TEXT", default_value = AGENT, value_parser = agent)]
    pub(super) user_agent: String,
    /// Keep what hosts answer in this folder. For `compare`, which asks each of them only once.
    #[arg(long, hide = true)]
    pub(super) record: Option<PathBuf>,
    /// Ask this server for what is recorded, and nobody else
    #[arg(long, hide = true, conflicts_with = "record")]
    pub(super) replay: Option<SocketAddr>,
}

/// What a command line that says nothing says.
impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            max_time: Duration::from_secs(30),
            max_body: 64 << 20,
            per_host: NonZeroUsize::MIN.saturating_add(5),
            rate: None,
            ledger: None,
            ca: None,
            user_agent: AGENT.to_owned(),
            record: None,
            replay: None,
        }
    }
}

impl Settings {
    /// How long to wait before the host is asked.
    pub(super) fn wait(&self, host: &str) -> anyhow::Result<Duration> {
        match (&self.ledger, self.rate) {
            // A recording is of no host.
            (Some(ledger), Some(gap)) if self.replay.is_none() => pace::wait(ledger, host, gap),
            _ => Ok(Duration::ZERO),
        }
    }
}

/// Says what this is, and where it comes from.
const AGENT: &str = concat!("concurrency-patterns-fetch/", env!("CARGO_PKG_VERSION"));

fn agent(text: &str) -> Result<String, String> {
    match http::HeaderValue::from_str(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("accepted is text on one line, without control characters".to_owned()),
    }
}

/// A file that is refused before anything runs if it holds no certificate.
fn authorities(text: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(text);
    certificates(&path)?;
    Ok(path)
}

/// The certificates in a file.
pub(super) fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let accepted = || {
        let file = path.display();
        format!("cannot read certificates from {file}; accepted is a file in PEM form")
    };
    let found =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = found.with_context(accepted)?;
    ensure!(!found.is_empty(), "{}: there is none in it", accepted());
    Ok(found)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn the_defaults_are_those_of_the_command_line() {
        assert_eq!(Line::parse_from(["fetch"]).settings, Settings::default());
    }
}
