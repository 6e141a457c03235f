//! Connections: any number at once, on one thread.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::Args;
use crate::answer::answer;
use crate::page::Site;

/// A listener that has no descriptor left tries again after this time.
const BREATH: Duration = Duration::from_millis(10);

/// Serves for ever.
pub(crate) async fn serve(listener: &TcpListener, args: &Args) -> anyhow::Result<()> {
    let site = Arc::new(Site::new(args));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        // An answer must not wait for more of it.
        stream.set_nodelay(true)?;
        let site = site.clone();
        let service = service_fn(move |request| {
            let site = site.clone();
            async move { Ok::<_, Infallible>(answer(&site, request.uri().path()).await) }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new());
        let connection = http.serve_connection(TokioIo::new(stream), service);
        // That the other side has had enough is no failure.
        tokio::spawn(async move { drop(connection.await) });
    }
}
