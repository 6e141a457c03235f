//! Connections that wait for another request.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Uri;

use super::super::url;
use super::Sender;

/// Connections that are kept, to all hosts together.
const MOST: usize = 256;

/// What a connection leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    is_secure: bool,
    address: String,
}

impl From<&Uri> for Key {
    fn from(url: &Uri) -> Self {
        Self {
            is_secure: url::is_secure(url),
            address: url::address(url),
        }
    }
}

/// Connections that wait, the longest first.
#[derive(Default)]
pub(super) struct Idle(Mutex<VecDeque<(Key, Sender)>>);

impl Idle {
    /// The connection to this host that was used last, if it is still open.
    pub(super) fn take(&self, key: &Key) -> Option<Sender> {
        let mut idle = self.lock();
        while let Some(place) = idle.iter().rposition(|(other, _)| other == key) {
            let (_, sender) = idle.remove(place)?;
            if sender.is_ready() {
                return Some(sender);
            }
        }
        None
    }

    /// Keeps a connection, in the place of the oldest if there are too many.
    pub(super) fn put(&self, key: Key, sender: Sender) {
        let mut idle = self.lock();
        if idle.len() == MOST {
            idle.pop_front();
        }
        idle.push_back((key, sender));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Key, Sender)>> {
        // Nothing in between could panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
