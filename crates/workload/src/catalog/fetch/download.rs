//! A page whose bytes are wanted: a job for programs that make something of them.

use std::num::NonZeroUsize;

#[cfg(not(feature = "blocking"))]
use anyhow::bail;
use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::error::FetchError;
use super::settings::Settings;
use super::url;
use super::visit::{Page, Visit};
use crate::Job;

/// A page that is downloaded: as [`Fetch`](super::Fetch) does it, with its limits and by default, but it is
/// the body that counts. A status other than 200 is a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    url: String,
    settings: Settings,
}

impl Download {
    /// The page at this address, `http://` or `https://`.
    ///
    /// # Errors
    ///
    /// It is no such address.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        url::parse(url)?;
        let (url, settings) = (url.to_owned(), Settings::default());
        Ok(Self { url, settings })
    }

    /// No more connections to one host at a time, in one process; 6 by default. Give all downloads the
    /// same, as only those with equal settings share connections. 0 counts as 1.
    #[must_use]
    pub fn per_host(mut self, connections: usize) -> Self {
        self.settings.per_host = NonZeroUsize::new(connections).unwrap_or(NonZeroUsize::MIN);
        self
    }

    fn visit(&self) -> anyhow::Result<Visit> {
        Ok(Visit::new(url::parse(&self.url)?, &self.settings).keeping())
    }

    fn downloaded(&self, page: Result<Page, FetchError>) -> anyhow::Result<Vec<u8>> {
        let page = page.with_context(|| self.url.clone())?;
        ensure!(page.status == 200, "{}: status {}", self.url, page.status);
        Ok(page.body.kept.unwrap_or_default())
    }
}

impl Job for Download {
    type Output = Vec<u8>;

    #[cfg(feature = "blocking")]
    fn run(&self) -> anyhow::Result<Vec<u8>> {
        self.downloaded(super::blocking::get(self.visit()?, &self.settings)?)
    }

    /// A build that has no client which blocks is one for a pattern that never calls this.
    #[cfg(not(feature = "blocking"))]
    fn run(&self) -> anyhow::Result<Vec<u8>> {
        bail!("{}: built without the feature `blocking`", self.url)
    }

    #[cfg(feature = "async")]
    async fn run_async(&self) -> anyhow::Result<Vec<u8>> {
        self.downloaded(super::nonblocking::get(self.visit()?, &self.settings).await?)
    }
}
