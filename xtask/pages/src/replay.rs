//! Replaying a recording of `fetch`: what other hosts have answered, after the time it took them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};

use crate::body::Body;

/// The URL that is asked for, in a request.
const ASKED: &str = "replay-of";
/// Why the host gave no answer, in ours.
const FAILED: &str = "replay-failure";
/// What `fetch` makes of a URL that was not recorded.
const UNRECORDED: &str = "\"Unrecorded\"";
/// A body that took its time comes in parts that are as long as this apart, but not too many.
const TICK: Duration = Duration::from_millis(10);
const PARTS: u128 = 100;

/// A recording.
pub(crate) struct Recording {
    folder: PathBuf,
    answers: HashMap<String, Answer>,
}

/// A line of its list, as `fetch` writes it.
#[derive(Clone, Deserialize)]
struct Answer {
    url: String,
    head: Duration,
    whole: Duration,
    status: u16,
    headers: BTreeMap<String, String>,
    body: Option<String>,
    failure: Option<serde_json::Value>,
}

impl Recording {
    /// Reads the list; the bodies are read when they are asked for.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let list = folder.join("answers.jsonl");
        let text = fs::read_to_string(&list);
        let text = text.with_context(|| format!("cannot read --replay {}", list.display()))?;
        let mut answers = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            let answer: Answer = serde_json::from_str(line)
                .with_context(|| format!("{}, line {}", list.display(), number + 1))?;
            // If a host was asked twice, the first connection was of no use.
            answers.insert(answer.url.clone(), answer);
        }
        let folder = folder.to_owned();
        Ok(Self { folder, answers })
    }

    /// What the host said whose URL the request names.
    pub(crate) async fn answer(&self, request: &HeaderMap) -> Response<Body> {
        let came = Instant::now();
        let asked = request.get(ASKED).map(HeaderValue::as_bytes);
        let asked = asked.and_then(|url| std::str::from_utf8(url).ok());
        let Some(answer) = asked.and_then(|url| self.answers.get(url)) else {
            return failure(UNRECORDED);
        };
        if let Some(why) = &answer.failure {
            sleep_until(came + answer.whole).await;
            return failure(&why.to_string());
        }
        let Ok(body) = self.body(answer).await else {
            return failure(UNRECORDED);
        };
        sleep_until(came + answer.head).await;
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
        for (name, value) in &answer.headers {
            insert(&mut response, name, value);
        }
        response
    }

    async fn body(&self, answer: &Answer) -> anyhow::Result<Body> {
        let file = answer.body.as_ref().context("it has none")?;
        let file = self.folder.join(file);
        let bytes = tokio::task::spawn_blocking(move || fs::read(file)).await??;
        let took = answer.whole.saturating_sub(answer.head);
        let ticks = took.as_millis() / TICK.as_millis();
        let pauses = u32::try_from(ticks.min(PARTS))?;
        let pause = took.checked_div(pauses).unwrap_or_default();
        Ok(Body::slow(bytes.into(), pauses as usize + 1, pause))
    }
}

/// Says that there is no answer.
fn failure(why: &str) -> Response<Body> {
    let mut response = Response::new(Body::whole(Vec::new().into()));
    insert(&mut response, FAILED, why);
    response
}

fn insert(response: &mut Response<Body>, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
        response.headers_mut().insert(name, value);
    }
}
