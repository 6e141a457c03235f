//! Fetching in the calling thread, on ureq.

mod errors;
mod resolver;
mod turns;
mod watch;

use std::io::Read;
use std::time::{Duration, Instant};

use http::header::{ACCEPT_ENCODING, USER_AGENT};
use ureq::config::Config;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::transport::{Connector, DefaultConnector};
use ureq::{Agent, Body as Incoming};

use super::body::Body;
use super::clients::Clients;
use super::error::FetchError;
use super::replay;
use super::settings::{HEAD, Settings, certificates};
use super::url;
use super::visit::{Page, Visit};
use crate::gil;
use resolver::Resolver;
use turns::Turns;
use watch::Watch;

/// How much is read at once.
const BLOCK: usize = 64 << 10;
/// Connections that are kept for later, to all hosts together.
const IDLE: usize = 64;

static CLIENTS: Clients<Client> = Clients::new();

struct Client {
    settings: Settings,
    agent: Agent,
    turns: Turns,
}

/// Fetches a page.
///
/// # Errors
///
/// The inner one is the outcome; the outer one is that no client can be made.
pub(super) fn get(
    mut visit: Visit,
    settings: &Settings,
) -> anyhow::Result<Result<Page, FetchError>> {
    let client = CLIENTS.with(settings, Client::new)?;
    loop {
        let host = url::address(visit.url());
        let turn = gil::while_waiting(|| client.turns.take(host.clone()));
        let wait = settings.wait(&host)?;
        gil::while_waiting(|| std::thread::sleep(wait));
        let began = Instant::now();
        let body = client.exchange(&mut visit);
        let ended = visit.ended(began.elapsed(), body);
        drop(turn);
        if let Some(page) = ended.transpose() {
            return Ok(page);
        }
    }
}

impl Client {
    fn new(settings: Settings) -> anyhow::Result<Self> {
        let roots = match &settings.ca {
            None => RootCerts::WebPki,
            Some(file) => certificates(file)?
                .iter()
                .map(|certificate| Certificate::from_der(certificate).to_owned())
                .collect::<Vec<_>>()
                .into(),
        };
        let config = Config::builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            // What is decided is decided in `Visit`, and not from the environment.
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_resolve(Some(settings.connect_timeout))
            .max_response_header_size(HEAD)
            .max_idle_connections(IDLE)
            .max_idle_connections_per_host(settings.per_host.get())
            .build();
        let connector = DefaultConnector::default().chain(Watch);
        Ok(Self {
            agent: Agent::with_parts(config, connector, Resolver),
            turns: Turns::new(settings.per_host.get()),
            settings,
        })
    }

    /// Asks once, and reads what comes.
    fn exchange(&self, visit: &mut Visit) -> Result<Body, FetchError> {
        let left = visit.left();
        if left < Duration::from_millis(1) {
            return Err(FetchError::Timeout);
        }
        let mut request = self
            .agent
            .get(replay::target(visit.url(), self.settings.replay))
            .header(USER_AGENT, &self.settings.user_agent)
            .header(ACCEPT_ENCODING, "gzip");
        if self.settings.replay.is_some() {
            request = request.header(replay::ASKED, replay::asked(visit.url())?);
        }
        let mut request = request.config().timeout_global(Some(left));
        if visit.is_asked_again() {
            // Then those that wait are too old.
            request = request.max_idle_age(Duration::ZERO);
        }
        let request = request.build();
        let answer = gil::while_waiting(|| request.call());
        let (head, incoming) = answer
            .map_err(|error| errors::in_head(&error))?
            .into_parts();
        let body = visit.head(head.status, &head.headers)?;
        read(incoming, body)
    }
}

fn read(incoming: Incoming, mut body: Body) -> Result<Body, FetchError> {
    // The limit is ours: ureq knows nothing of what gzip makes of the bytes.
    let mut reader = incoming.into_with_config().limit(u64::MAX).reader();
    let mut block = vec![0; BLOCK];
    loop {
        match gil::while_waiting(|| reader.read(&mut block)) {
            Ok(0) => return Ok(body),
            Ok(n) => {
                if !body.push(&block[..n])? {
                    return Ok(body);
                }
            }
            Err(error) => {
                body.broke_off(errors::in_body(error))?;
                return Ok(body);
            }
        }
    }
}
