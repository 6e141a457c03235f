//! New connections: a host's name looked up, its addresses tried in turn, TLS where it is asked for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::super::error::FetchError;
use super::super::settings::{HEAD, HEADERS, Settings, certificates};
use super::super::url;
use super::{Sender, errors};

/// What opens connections.
pub(super) struct Connector {
    tls: TlsConnector,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        match &settings.ca {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(file) => {
                roots.add_parsable_certificates(certificates(file)?);
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            timeout: settings.connect_timeout,
        })
    }

    /// A new connection to the URL's host. Its own task moves what goes through it, and ends when
    /// the sender is dropped.
    pub(super) async fn connect(&self, to: &Uri) -> Result<Sender, FetchError> {
        let opened = timeout(self.timeout, async {
            let stream = tcp(&url::address(to)).await?;
            if !url::is_secure(to) {
                return handshake(TokioIo::new(stream)).await;
            }
            let host = to.host().unwrap_or_default();
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let name = ServerName::try_from(host.to_owned()).map_err(|_| FetchError::Tls)?;
            let stream = self.tls.connect(name, stream).await;
            let stream = stream.map_err(|error| errors::in_io(&error))?;
            handshake(TokioIo::new(stream)).await
        });
        opened.await.unwrap_or(Err(FetchError::Timeout))
    }
}

/// A connection to the first of the host's addresses that takes one.
async fn tcp(address: &str) -> Result<TcpStream, FetchError> {
    let addresses: Vec<SocketAddr> = match address.parse() {
        Ok(address) => vec![address],
        Err(_) => lookup_host(address)
            .await
            .map_err(|_| FetchError::Dns)?
            .collect(),
    };
    let mut failure = FetchError::Dns;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // A request is sent in one piece, and its rest must not wait for an answer to that.
                stream
                    .set_nodelay(true)
                    .map_err(|error| FetchError::from(&error))?;
                return Ok(stream);
            }
            Err(error) => failure = FetchError::from(&error),
        }
    }
    Err(failure)
}

async fn handshake<S>(stream: S) -> Result<Sender, FetchError>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.max_headers(HEADERS).max_buf_size(HEAD);
    let opened = http.handshake(stream).await;
    let (sender, connection) = opened.map_err(|error| errors::in_head(&error))?;
    // What goes wrong with it, the sender is told.
    tokio::spawn(connection);
    Ok(sender)
}
