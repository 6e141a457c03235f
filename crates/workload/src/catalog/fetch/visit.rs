//! One job's way from its address, over redirects, to a page: all decisions that both clients have
//! in common. It does no I/O and reads no clock, so that neither can decide otherwise.

use std::time::Duration;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, LOCATION, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode, Uri};

use super::body::{Body, Digested};
use super::error::FetchError;
use super::replay;
use super::settings::{REDIRECTS, Settings};
use super::url::resolve;

/// What a page is: its status, and what is known of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) body: Digested,
}

/// A job under way.
#[derive(Debug)]
pub(super) struct Visit {
    url: Uri,
    redirects: u32,
    /// What is left of the time for all exchanges.
    left: Duration,
    max_body: u64,
    /// What the current address has answered.
    answer: Option<Answer>,
    asked_again: bool,
    is_replay: bool,
    /// Whether the bytes of the page are kept.
    keeps: bool,
}

#[derive(Debug)]
enum Answer {
    /// Ask there.
    Moved(Uri),
    Page(u16),
}

impl Visit {
    pub(super) fn new(url: Uri, settings: &Settings) -> Self {
        let is_replay = settings.replay.is_some();
        // What came in time when it was recorded is not to be late now.
        let times = if is_replay { 2 } else { 1 };
        Self {
            url,
            redirects: 0,
            left: settings.max_time.saturating_mul(times),
            max_body: settings.max_body,
            answer: None,
            asked_again: false,
            is_replay,
            keeps: false,
        }
    }

    /// The bytes of the page are wanted as well.
    pub(super) fn keeping(self) -> Self {
        let keeps = true;
        Self { keeps, ..self }
    }

    /// Where to ask now.
    pub(super) fn url(&self) -> &Uri {
        &self.url
    }

    /// How long that may take.
    pub(super) fn left(&self) -> Duration {
        self.left
    }

    /// Whether it needs a connection that nobody has used before.
    pub(super) fn is_asked_again(&self) -> bool {
        self.asked_again
    }

    /// Takes in the head of an answer; gives what is to be fed with the body.
    pub(super) fn head(
        &mut self,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Body, FetchError> {
        if let Some(failure) = self.is_replay.then(|| replay::failure(headers)).flatten() {
            // It was asked again then, if that was of use.
            self.asked_again = true;
            return Err(failure);
        }
        if let (301 | 302 | 303 | 307 | 308, Some(location)) =
            (status.as_u16(), headers.get(LOCATION))
        {
            self.answer = Some(Answer::Moved(resolve(&self.url, location.as_bytes())?));
            return Ok(Body::skipped());
        }
        self.answer = Some(Answer::Page(status.as_u16()));
        let length = headers
            .get(CONTENT_LENGTH)
            .filter(|_| !headers.contains_key(TRANSFER_ENCODING));
        let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.max_body) {
            return Err(FetchError::TooLarge);
        }
        let coding = headers
            .get(CONTENT_ENCODING)
            .map_or(&b""[..], |coding| coding.as_bytes());
        let is_gzip = [&b"gzip"[..], b"x-gzip"]
            .iter()
            .any(|gzip| coding.eq_ignore_ascii_case(gzip));
        let body = Body::digested(is_gzip, self.max_body);
        Ok(if self.keeps { body.keeping() } else { body })
    }

    /// An exchange has ended after this time. Gives the page, or says that the job goes on: then
    /// `url` is to be asked.
    pub(super) fn ended(
        &mut self,
        took: Duration,
        result: Result<Body, FetchError>,
    ) -> Result<Option<Page>, FetchError> {
        self.left = self.left.saturating_sub(took);
        match (result, self.answer.take()) {
            (Ok(_), Some(Answer::Moved(url))) => {
                self.redirects += 1;
                if self.redirects > REDIRECTS {
                    return Err(FetchError::Redirects);
                }
                self.url = url;
                self.asked_again = false;
                Ok(None)
            }
            (Ok(body), Some(Answer::Page(status))) => {
                let body = body.end()?;
                Ok(Some(Page { status, body }))
            }
            // It may have been an old connection that the host had just closed, so a new one gets a
            // chance.
            (Err(FetchError::Closed | FetchError::Reset), None) if !self.asked_again => {
                self.asked_again = true;
                Ok(None)
            }
            (Err(error), _) => Err(error),
            (Ok(_), None) => Err(FetchError::Closed),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn visit(url: &str) -> Visit {
        Visit {
            url: url.parse().unwrap(),
            redirects: 0,
            left: Duration::from_secs(5),
            max_body: 10,
            answer: None,
            asked_again: false,
            is_replay: false,
            keeps: false,
        }
    }

    const TOOK: Duration = Duration::from_secs(1);

    /// One exchange.
    fn answered(
        visit: &mut Visit,
        status: u16,
        headers: &[(http::HeaderName, &'static str)],
        bytes: &[u8],
    ) -> Result<Option<Page>, FetchError> {
        let headers = headers.iter().cloned();
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        let status = StatusCode::from_u16(status).unwrap();
        let body = visit.head(status, &headers.collect()).and_then(|mut body| {
            body.push(bytes)?;
            Ok(body)
        });
        visit.ended(TOOK, body)
    }

    #[test]
    fn redirects_are_followed_up_to_a_bound_and_use_up_time() {
        let mut job = visit("http://h/a/b");
        for step in 1..=REDIRECTS {
            assert_eq!(
                answered(&mut job, 302, &[(LOCATION, "c")], b"moved"),
                Ok(None)
            );
            assert_eq!(job.url().to_string(), "http://h/a/c");
            assert_eq!(job.left(), TOOK * 5_u32.saturating_sub(step));
        }
        let more = answered(&mut job, 302, &[(LOCATION, "d")], b"");
        assert_eq!(more, Err(FetchError::Redirects));
    }

    #[test]
    fn any_other_answer_is_a_page() {
        for status in [200, 204, 300, 304, 404, 500] {
            let page = answered(&mut visit("http://h/"), status, &[(LOCATION, "/x")], b"123");
            let page = page.unwrap().unwrap();
            assert_eq!((page.status, page.body.length), (status, 3));
        }
        let page = answered(&mut visit("http://h/"), 302, &[], b"");
        assert_eq!(page.unwrap().unwrap().status, 302, "it leads nowhere");
    }

    #[test]
    fn a_body_over_the_limit_is_refused_before_and_while_it_comes() {
        let mut job = visit("http://h/");
        let said = answered(&mut job, 200, &[(CONTENT_LENGTH, "11")], b"");
        assert_eq!(said, Err(FetchError::TooLarge));
        let found = answered(&mut job, 200, &[], b"01234567890");
        assert_eq!(found, Err(FetchError::TooLarge));
        assert!(answered(&mut job, 200, &[(CONTENT_LENGTH, "10")], b"0123456789").is_ok());
    }

    #[test]
    fn a_connection_that_ends_early_gets_one_more_chance() {
        for error in [FetchError::Closed, FetchError::Reset] {
            let mut job = visit("http://h/");
            assert!(!job.is_asked_again());
            assert_eq!(job.ended(TOOK, Err(error)), Ok(None));
            assert!(job.is_asked_again());
            assert_eq!(job.ended(TOOK, Err(error)), Err(error));

            let mut job = visit("http://h/");
            assert_eq!(job.ended(TOOK, Err(error)), Ok(None));
            assert_eq!(answered(&mut job, 302, &[(LOCATION, "/x")], b""), Ok(None));
            assert!(!job.is_asked_again(), "it is another address");
        }
        let mut job = visit("http://h/");
        let refused = job.ended(TOOK, Err(FetchError::Refused));
        assert_eq!(refused, Err(FetchError::Refused));
        job.head(StatusCode::OK, &HeaderMap::new()).unwrap();
        let reset = job.ended(TOOK, Err(FetchError::Reset));
        assert_eq!(reset, Err(FetchError::Reset), "it had begun to answer");
    }

    #[test]
    fn a_failure_is_taken_from_a_recording_only() {
        let failure = http::HeaderName::from_static("replay-failure");
        let answer = [(failure, "\"Closed\"")];
        assert!(answered(&mut visit("http://h/"), 200, &answer, b"").is_ok());
        let mut job = visit("http://h/");
        job.is_replay = true;
        let closed = answered(&mut job, 200, &answer, b"");
        assert_eq!(closed, Err(FetchError::Closed), "nobody is asked again");
    }
}
