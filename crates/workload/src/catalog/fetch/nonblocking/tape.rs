//! A recording: what hosts have answered and how long it took them, so that `compare` asks each of
//! them once and not once a run. The server of pages replays it.
//!
//! It is a folder. `answers.jsonl` has a line an answer; what is long, the body, is in a file of its
//! own. Nobody measures a recording, so a write to a file may hold the thread.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use http::header::{CONTENT_ENCODING, LOCATION};
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;

use super::super::error::FetchError;

/// An answer that is being recorded.
pub(super) struct Tape<'a> {
    folder: &'a Path,
    began: Instant,
    answer: Answer,
    body: Option<File>,
    /// Why it cannot be recorded. It is told at the end, since an exchange has no words for that.
    broken: Option<std::io::Error>,
}

/// A line of the recording.
#[derive(Serialize)]
struct Answer {
    url: String,
    /// How long it took until the head was there, and until all was.
    head: Duration,
    whole: Duration,
    status: u16,
    /// Those that matter.
    headers: BTreeMap<&'static str, String>,
    /// The file of the bytes that came, next to the list.
    body: Option<String>,
    /// Why there is no answer.
    failure: Option<FetchError>,
}

impl<'a> Tape<'a> {
    /// This URL is asked now.
    pub(super) fn begin(folder: &'a Path, url: &Uri) -> Self {
        let answer = Answer {
            url: url.to_string(),
            head: Duration::ZERO,
            whole: Duration::ZERO,
            status: 0,
            headers: BTreeMap::new(),
            body: None,
            failure: None,
        };
        Self {
            folder,
            began: Instant::now(),
            answer,
            body: None,
            broken: None,
        }
    }

    /// The head is there.
    pub(super) fn head(&mut self, status: StatusCode, headers: &HeaderMap) {
        self.answer.head = self.began.elapsed();
        self.answer.status = status.as_u16();
        for (name, key) in [
            ("location", LOCATION),
            ("content-encoding", CONTENT_ENCODING),
        ] {
            if let Some(value) = headers.get(key) {
                let value = String::from_utf8_lossy(value.as_bytes());
                self.answer.headers.insert(name, value.into_owned());
            }
        }
        let opened = tempfile::Builder::new()
            .prefix("body-")
            .tempfile_in(self.folder)
            .and_then(|file| file.keep().map_err(std::io::Error::from));
        match opened {
            Ok((file, path)) => {
                let name = path.file_name().map(|name| name.to_string_lossy());
                self.answer.body = name.map(|name| name.into_owned());
                self.body = Some(file);
            }
            Err(error) => self.broken = Some(error),
        }
    }

    /// These bytes of the body are there, as they came.
    pub(super) fn body(&mut self, bytes: &[u8]) {
        if let (Some(file), None) = (&mut self.body, &self.broken) {
            self.broken = file.write_all(bytes).err();
        }
    }

    /// That was all, or it came to this.
    pub(super) fn end(mut self, failure: Option<FetchError>) -> anyhow::Result<()> {
        self.answer.whole = self.began.elapsed();
        self.answer.failure = failure;
        let written = match self.broken {
            Some(error) => Err(error),
            None => list(self.folder, &self.answer),
        };
        written.with_context(|| format!("cannot record in {}", self.folder.display()))
    }
}

/// Adds a line, in one piece: others add theirs.
fn list(folder: &Path, answer: &Answer) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    let list = folder.join("answers.jsonl");
    let mut list = File::options().append(true).create(true).open(list)?;
    list.write_all(&line)
}
