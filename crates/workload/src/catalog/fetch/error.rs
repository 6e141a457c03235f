//! Why there is no answer: one list of kinds for both clients, so that a host that misbehaves is
//! told of in the same words on every pattern.

use std::io::ErrorKind;

use serde::{Deserialize, Serialize};

/// Why a page could not be fetched. What is printed of it is these words and no sentence of the
/// system or of a library, which differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(super) enum FetchError {
    #[error("dns: the host has no address")]
    Dns,
    #[error("refused")]
    Refused,
    #[error("unreachable")]
    Unreachable,
    #[error("reset")]
    Reset,
    #[error("timeout")]
    Timeout,
    #[error("tls")]
    Tls,
    /// The connection was closed before there was a whole head.
    #[error("closed without an answer")]
    Closed,
    #[error("bad status line or header")]
    BadHead,
    #[error("header too large")]
    LargeHead,
    /// The connection was closed before there was a whole body.
    #[error("truncated body")]
    Truncated,
    #[error("bad chunk")]
    BadChunk,
    #[error("bad gzip")]
    BadGzip,
    #[error("too large: more than --max-body")]
    TooLarge,
    #[error("too many redirects")]
    Redirects,
    #[error("redirect to what is no URL")]
    BadRedirect,
    /// The process may not open another connection.
    #[error("too many open files: see ulimit -n")]
    Descriptors,
    /// What is replayed does not have it.
    #[error("not in the recording")]
    Unrecorded,
    /// Anything else, in the standard library's words.
    #[error("{0}")]
    Other(#[serde(with = "no_words")] ErrorKind),
}

/// The standard library's words are not recorded: replayed, it is any other error.
mod no_words {
    use std::io::ErrorKind;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde hands it over")]
    pub(super) fn serialize<S: Serializer>(_: &ErrorKind, to: S) -> Result<S::Ok, S::Error> {
        ().serialize(to)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<ErrorKind, D::Error> {
        <()>::deserialize(from).map(|()| ErrorKind::Other)
    }
}

/// What an error of the system means, wherever it came up.
impl From<&std::io::Error> for FetchError {
    fn from(error: &std::io::Error) -> Self {
        #[cfg(unix)]
        if let Some(nix::libc::EMFILE | nix::libc::ENFILE) = error.raw_os_error() {
            return Self::Descriptors;
        }
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::Refused,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::NotConnected => Self::Reset,
            ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable => Self::Unreachable,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Timeout,
            ErrorKind::UnexpectedEof => Self::Closed,
            other => Self::Other(other),
        }
    }
}
