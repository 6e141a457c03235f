//! Host names, looked up so that an error of the resolver is one of no other kind.

use std::net::SocketAddr;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver as Resolve};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Timeout};

use super::super::url::address;

/// ureq's own, except that its errors say that it was the resolver, and that it starts no thread for
/// a host that is an address already.
#[derive(Debug)]
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        if let Ok(address) = address(uri).parse::<SocketAddr>() {
            let mut found = self.empty();
            found.push(address);
            return Ok(found);
        }
        let found = DefaultResolver::default().resolve(uri, config, timeout);
        found.map_err(|error| match error {
            Error::Timeout(_) => Error::Timeout(Timeout::Resolve),
            _ => Error::HostNotFound,
        })
    }
}
