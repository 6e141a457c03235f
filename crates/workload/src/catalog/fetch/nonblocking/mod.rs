//! Fetching without holding a thread, on hyper.

mod connect;
mod errors;
mod idle;
mod tape;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http::header::{ACCEPT, ACCEPT_ENCODING, HOST, USER_AGENT};
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::{sleep, timeout};

use super::body::Body;
use super::clients::Clients;
use super::error::FetchError;
use super::replay;
use super::settings::Settings;
use super::url;
use super::visit::{Page, Visit};
use connect::Connector;
use idle::{Idle, Key};
use tape::Tape;

/// A connection: what requests are sent by.
type Sender = SendRequest<Empty<Bytes>>;

/// Hosts that are remembered although nobody asks them.
const HOSTS: usize = 1000;

static CLIENTS: Clients<Client> = Clients::new();

struct Client {
    settings: Settings,
    agent: HeaderValue,
    connector: Connector,
    idle: Idle,
    /// How many more connections may be in use, by host.
    turns: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// What came of each URL, if it is recorded: then it is asked for once.
    recorded: Mutex<HashMap<Uri, Arc<OnceCell<Outcome>>>>,
}

/// What came of a job.
type Outcome = Result<Page, FetchError>;

/// Fetches a page.
///
/// # Errors
///
/// The inner one is the outcome; the outer one is that no client can be made.
pub(super) async fn get(visit: Visit, settings: &Settings) -> anyhow::Result<Outcome> {
    let client = CLIENTS.with(settings, Client::new)?;
    if settings.record.is_none() {
        return client.visit(visit).await;
    }
    let recorded = client.recorded(visit.url());
    let outcome = recorded.get_or_try_init(|| client.visit(visit)).await;
    outcome.cloned()
}

impl Client {
    fn new(settings: Settings) -> anyhow::Result<Self> {
        Ok(Self {
            agent: HeaderValue::from_str(&settings.user_agent)?,
            connector: Connector::new(&settings)?,
            idle: Idle::default(),
            turns: Mutex::default(),
            recorded: Mutex::default(),
            settings,
        })
    }

    /// Asks until there is a page, or none.
    async fn visit(&self, mut visit: Visit) -> anyhow::Result<Outcome> {
        loop {
            let host = url::address(visit.url());
            let turns = self.turns(&host);
            let turn = turns.acquire().await?;
            let wait = self.settings.wait(&host)?;
            if !wait.is_zero() {
                sleep(wait).await;
            }
            let folder = self.settings.record.as_deref();
            let mut tape = folder.map(|folder| Tape::begin(folder, visit.url()));
            let began = Instant::now();
            let left = visit.left();
            let body = timeout(left, self.exchange(&mut visit, tape.as_mut())).await;
            let body = body.unwrap_or(Err(FetchError::Timeout));
            if let Some(tape) = tape {
                tape.end(body.as_ref().err().copied())?;
            }
            let ended = visit.ended(began.elapsed(), body);
            drop(turn);
            if let Some(page) = ended.transpose() {
                return Ok(page);
            }
        }
    }

    /// Where the outcome of this URL is kept.
    fn recorded(&self, url: &Uri) -> Arc<OnceCell<Outcome>> {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.entry(url.clone()).or_default().clone()
    }

    fn turns(&self, host: &str) -> Arc<Semaphore> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() > HOSTS {
            turns.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        let new = || Arc::new(Semaphore::new(self.settings.per_host.get()));
        turns.entry(host.to_owned()).or_insert_with(new).clone()
    }

    /// Asks once, and reads what comes. Dropped, it takes its connection along.
    async fn exchange(
        &self,
        visit: &mut Visit,
        mut tape: Option<&mut Tape<'_>>,
    ) -> Result<Body, FetchError> {
        let target = replay::target(visit.url(), self.settings.replay);
        let key = Key::from(&target);
        // A new one only where none is idle: so there are never more than may be in use.
        let mut sender = match self.idle.take(&key) {
            Some(sender) if !visit.is_asked_again() => sender,
            _ => self.connector.connect(&target).await?,
        };
        let mut request = self.request(&target)?;
        if self.settings.replay.is_some() {
            let url = replay::asked(visit.url())?;
            request.headers_mut().insert(replay::ASKED, url);
        }
        let answer = sender.send_request(request).await;
        let (head, incoming) = answer
            .map_err(|error| errors::in_head(&error))?
            .into_parts();
        if let Some(tape) = &mut tape {
            tape.head(head.status, &head.headers);
        }
        let body = visit.head(head.status, &head.headers)?;
        let (body, is_whole) = read(incoming, body, tape).await?;
        if is_whole {
            // It is ready for the next one once its task has seen the end of this one.
            if sender.ready().await.is_ok() {
                self.idle.put(key, sender);
            }
        }
        Ok(body)
    }

    fn request(&self, url: &Uri) -> Result<Request<Empty<Bytes>>, FetchError> {
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let host = url.authority().map_or("", |host| host.as_str());
        let request = Request::get(path)
            .header(HOST, host)
            .header(USER_AGENT, &self.agent)
            .header(ACCEPT, "*/*")
            .header(ACCEPT_ENCODING, "gzip");
        // What was parsed as a URL can be asked for.
        request
            .body(Empty::new())
            .map_err(|_| FetchError::BadRedirect)
    }
}

/// Reads the body; gives whether that was all of it.
async fn read(
    mut incoming: Incoming,
    mut body: Body,
    mut tape: Option<&mut Tape<'_>>,
) -> Result<(Body, bool), FetchError> {
    while let Some(frame) = incoming.frame().await {
        match frame {
            // What is no data is a trailer.
            Ok(frame) => {
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                if let Some(tape) = &mut tape {
                    tape.body(&data);
                }
                if !body.push(&data)? {
                    return Ok((body, false));
                }
            }
            Err(error) => {
                body.broke_off(errors::in_body(&error))?;
                return Ok((body, false));
            }
        }
    }
    Ok((body, true))
}
