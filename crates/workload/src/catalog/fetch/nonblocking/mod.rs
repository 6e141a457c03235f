//! Fetching without holding a thread, on hyper.

mod connect;
mod errors;
mod idle;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http::header::{ACCEPT, ACCEPT_ENCODING, HOST, USER_AGENT};
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::body::Body;
use super::error::FetchError;
use super::settings::Settings;
use super::url;
use super::visit::{Page, Visit};
use connect::Connector;
use idle::{Idle, Key};

/// A connection: what requests are sent by.
type Sender = SendRequest<Empty<Bytes>>;

/// Hosts that are remembered although nobody asks them.
const HOSTS: usize = 1000;

/// The clients of this process: a connection can be used again only by those who share the client
/// that opened it, and jobs are data, which cannot hold one. There is one for all jobs of a run.
static CLIENTS: Mutex<Vec<Arc<Client>>> = Mutex::new(Vec::new());

struct Client {
    settings: Settings,
    agent: HeaderValue,
    connector: Connector,
    idle: Idle,
    /// How many more connections may be in use, by host.
    turns: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// Fetches a page.
///
/// # Errors
///
/// The inner one is the outcome; the outer one is that no client can be made.
pub(super) async fn get(
    mut visit: Visit,
    settings: &Settings,
) -> anyhow::Result<Result<Page, FetchError>> {
    let client = client(settings)?;
    loop {
        let host = url::address(visit.url());
        let turns = client.turns(&host);
        let turn = turns.acquire().await?;
        let wait = settings.wait(&host)?;
        if !wait.is_zero() {
            sleep(wait).await;
        }
        let began = Instant::now();
        let body = timeout(visit.left(), client.exchange(&mut visit)).await;
        let body = body.unwrap_or(Err(FetchError::Timeout));
        let ended = visit.ended(began.elapsed(), body);
        drop(turn);
        if let Some(page) = ended.transpose() {
            return Ok(page);
        }
    }
}

fn client(settings: &Settings) -> anyhow::Result<Arc<Client>> {
    // Clients are only added, which a panic cannot leave half done.
    let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = clients.iter().find(|client| client.settings == *settings) {
        return Ok(client.clone());
    }
    let client = Arc::new(Client {
        settings: settings.clone(),
        agent: HeaderValue::from_str(&settings.user_agent)?,
        connector: Connector::new(settings)?,
        idle: Idle::default(),
        turns: Mutex::default(),
    });
    clients.push(client.clone());
    Ok(client)
}

impl Client {
    fn turns(&self, host: &str) -> Arc<Semaphore> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() > HOSTS {
            turns.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        let new = || Arc::new(Semaphore::new(self.settings.per_host.get()));
        turns.entry(host.to_owned()).or_insert_with(new).clone()
    }

    /// Asks once, and reads what comes. Dropped, it takes its connection along.
    async fn exchange(&self, visit: &mut Visit) -> Result<Body, FetchError> {
        let key = Key::from(visit.url());
        // A new one only where none is idle: so there are never more than may be in use.
        let mut sender = match self.idle.take(&key) {
            Some(sender) if !visit.is_asked_again() => sender,
            _ => self.connector.connect(visit.url()).await?,
        };
        let request = self.request(visit.url())?;
        let answer = sender.send_request(request).await;
        let (head, incoming) = answer
            .map_err(|error| errors::in_head(&error))?
            .into_parts();
        let body = visit.head(head.status, &head.headers)?;
        let (body, is_whole) = read(incoming, body).await?;
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
async fn read(mut incoming: Incoming, mut body: Body) -> Result<(Body, bool), FetchError> {
    while let Some(frame) = incoming.frame().await {
        match frame {
            // What is no data is a trailer.
            Ok(frame) => {
                if let Ok(data) = frame.into_data()
                    && !body.push(&data)?
                {
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
