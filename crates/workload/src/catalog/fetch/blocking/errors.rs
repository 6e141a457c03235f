//! ureq's errors in our words.

use std::io;

use ureq::Error;
use ureq_proto::Error as Protocol;

use super::super::error::FetchError;

/// Why there is no head of an answer.
pub(super) fn in_head(error: &Error) -> FetchError {
    match error {
        Error::HostNotFound => FetchError::Dns,
        Error::Timeout(_) => FetchError::Timeout,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => FetchError::Tls,
        Error::LargeResponseHeader(..) | Error::Protocol(Protocol::HttpParseTooManyHeaders) => {
            FetchError::LargeHead
        }
        Error::Protocol(_) | Error::Http(_) => FetchError::BadHead,
        // What rustls refuses comes as such an error of the transport below it.
        Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => FetchError::Tls,
        Error::Io(error) => FetchError::from(error),
        Error::Other(other) => match other.downcast_ref::<FetchError>() {
            Some(error) => *error,
            None => FetchError::Other(io::ErrorKind::Other),
        },
        _ => FetchError::Other(io::ErrorKind::Other),
    }
}

/// Why a body broke off.
pub(super) fn in_body(error: io::Error) -> FetchError {
    match Error::from(error) {
        Error::Protocol(_) => FetchError::BadChunk,
        Error::BodyStalled => FetchError::Truncated,
        error => match in_head(&error) {
            FetchError::Closed => FetchError::Truncated,
            other => other,
        },
    }
}
