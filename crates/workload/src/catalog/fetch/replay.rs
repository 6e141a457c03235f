//! Replaying a recording: the server of pages is asked in the place of every host, over plain HTTP,
//! and told whose answer is wanted.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderValue, Uri};

use super::error::FetchError;

/// The URL that is meant, in a request to that server.
pub(super) const ASKED: &str = "replay-of";
/// Why the host gave no answer, in one of that server.
const FAILED: &str = "replay-failure";

/// Whom to ask: the server, if a recording is replayed, and else the URL's own host.
pub(super) fn target(url: &Uri, server: Option<SocketAddr>) -> Uri {
    let replayed = server.and_then(|server| format!("http://{server}/").parse().ok());
    replayed.unwrap_or_else(|| url.clone())
}

/// What says there which URL is meant.
pub(super) fn asked(url: &Uri) -> Result<HeaderValue, FetchError> {
    // What was parsed as a URL can be said in a header.
    HeaderValue::from_bytes(url.to_string().as_bytes()).map_err(|_| FetchError::Unrecorded)
}

/// Why there was no answer, if there was none.
pub(super) fn failure(headers: &HeaderMap) -> Option<FetchError> {
    let failure = headers.get(FAILED)?;
    Some(serde_json::from_slice(failure.as_bytes()).unwrap_or(FetchError::Unrecorded))
}
