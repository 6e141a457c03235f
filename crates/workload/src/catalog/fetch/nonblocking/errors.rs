//! hyper's errors in our words.

use std::error::Error;
use std::io;

use super::super::error::FetchError;

const LARGE_HEAD: &str = "message head is too large";

/// Why there is no head of an answer.
pub(super) fn in_head(error: &hyper::Error) -> FetchError {
    // hyper tells its servers this by a method, and its clients only in words.
    if error.is_parse() && error.to_string() == LARGE_HEAD {
        FetchError::LargeHead
    } else if error.is_parse() {
        FetchError::BadHead
    } else if let Some(error) = cause(error) {
        in_io(error)
    } else {
        // Incomplete, canceled, closed.
        FetchError::Closed
    }
}

/// Why a body broke off.
pub(super) fn in_body(error: &hyper::Error) -> FetchError {
    match cause(error) {
        Some(error) => match (in_io(error), error.kind()) {
            (FetchError::Closed, _) => FetchError::Truncated,
            // What hyper says of a chunk that is none.
            (_, io::ErrorKind::InvalidInput) => FetchError::BadChunk,
            (FetchError::Tls, _) if !is_tls(error) => FetchError::BadChunk,
            (other, _) => other,
        },
        None => FetchError::Truncated,
    }
}

/// Why nothing came from a connection.
pub(super) fn in_io(error: &io::Error) -> FetchError {
    match error.kind() {
        io::ErrorKind::InvalidData => FetchError::Tls,
        _ => FetchError::from(error),
    }
}

fn is_tls(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.is::<rustls::Error>())
}

/// The error of the connection below, if there is one.
fn cause(error: &hyper::Error) -> Option<&io::Error> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        cause = error.source();
    }
    None
}
