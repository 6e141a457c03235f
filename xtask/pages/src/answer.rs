//! The answer to a request.

use hyper::body::Bytes;
use hyper::header::LOCATION;
use hyper::{Response, StatusCode};
use tokio::time::sleep;

use crate::body::Body;
use crate::page::{Kind, Site};

/// Parts of a page that comes slowly.
const PARTS: usize = 3;

/// The answer to a request for a path: `/page/7`, or `/moved/7` where the former leads.
pub(crate) async fn answer(site: &Site, path: &str) -> Response<Body> {
    let place = path.trim_start_matches('/').split_once('/');
    let place = place.and_then(|(folder, number)| Some((folder, number.parse::<usize>().ok()?)));
    let page = |number| site.page(number).map(|page| (number, page));
    let (kind, number, page) = match place {
        Some(("page", number)) => match page(number) {
            Some((number, page)) => (page.kind, number, page),
            None => return missing(),
        },
        Some(("moved", number)) => match page(number) {
            Some((number, page)) => (Kind::Plain, number, page),
            None => return missing(),
        },
        _ => return missing(),
    };
    sleep(page.latency).await;
    match kind {
        Kind::Plain => Response::new(Body::whole(page.bytes)),
        Kind::Slow => Response::new(Body::slow(page.bytes, PARTS, page.latency)),
        Kind::Moved => moved(&format!("/moved/{number}")),
        Kind::Missing => missing(),
    }
}

fn moved(to: &str) -> Response<Body> {
    let mut response = Response::new(Body::whole(Bytes::from_static(b"It is elsewhere.\n")));
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(to) = to.parse() {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

fn missing() -> Response<Body> {
    let mut response = Response::new(Body::whole(Bytes::from_static(b"There is no such page.\n")));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
