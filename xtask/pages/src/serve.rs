//! Connections: any number at once, on one thread.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::answer::answer;
use crate::page::Site;
use crate::replay::Recording;

/// A listener that has no descriptor left tries again after this time.
const BREATH: Duration = Duration::from_millis(10);

/// What is served.
pub(crate) enum Source {
    /// Pages of ours.
    Site(Site),
    /// What others have said.
    Recording(Recording),
}

/// Serves for ever.
pub(crate) async fn serve(listener: &TcpListener, source: Source) -> anyhow::Result<()> {
    let source = Arc::new(source);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        // An answer must not wait for more of it.
        stream.set_nodelay(true)?;
        let source = source.clone();
        let service = service_fn(move |request| {
            let source = source.clone();
            async move {
                Ok::<_, Infallible>(match source.as_ref() {
                    Source::Site(site) => answer(site, request.uri().path()).await,
                    Source::Recording(recording) => recording.answer(request.headers()).await,
                })
            }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new());
        let connection = http.serve_connection(TokioIo::new(stream), service);
        // That the other side has had enough is no failure.
        tokio::spawn(async move { drop(connection.await) });
    }
}
