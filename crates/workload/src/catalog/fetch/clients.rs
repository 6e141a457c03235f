//! The clients of this process: a connection can be used again only by those who share the client that
//! opened it, and jobs are data, which cannot hold one.

use std::sync::{Arc, Mutex, PoisonError};

use super::settings::Settings;

/// A client for each set of settings, which all jobs of a run share.
pub(super) struct Clients<C>(Mutex<Vec<(Settings, Arc<C>)>>);

impl<C> Clients<C> {
    /// None yet.
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The client with these settings, made if there is none yet.
    pub(super) fn with(
        &self,
        settings: &Settings,
        make: impl FnOnce(Settings) -> anyhow::Result<C>,
    ) -> anyhow::Result<Arc<C>> {
        // Clients are only added, which a panic cannot leave half done.
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(its, _)| its == settings) {
            return Ok(client.clone());
        }
        let client = Arc::new(make(settings.clone())?);
        clients.push((settings.clone(), client.clone()));
        Ok(client)
    }
}
