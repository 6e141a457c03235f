//! A connection that breaks off says so. ureq takes a reset in the middle of a body for its end, if
//! nothing else says how long the body is; here it is an error on both sides.

use std::io::ErrorKind;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

use super::super::error::FetchError;

/// Watches the connections that others make.
#[derive(Debug)]
pub(super) struct Watch;

impl<T: Transport> Connector<T> for Watch {
    type Out = Watched<T>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<T>,
    ) -> Result<Option<Watched<T>>, Error> {
        Ok(chained.map(Watched))
    }
}

/// A connection that is watched.
#[derive(Debug)]
pub(super) struct Watched<T>(T);

impl<T: Transport> Transport for Watched<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout).map_err(|error| match error {
            Error::Io(error) => match error.kind() {
                // Those that ureq would take for an end.
                ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset => Error::Other(Box::new(FetchError::from(&error))),
                _ => Error::Io(error),
            },
            other => other,
        })
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
