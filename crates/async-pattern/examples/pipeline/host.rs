//! A host on the loopback that has pictures, and takes a while to answer as hosts do.

use std::convert::Infallible;
use std::io::Cursor;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use image::{ImageFormat, Rgb, RgbImage};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long a picture takes to come.
const LATENCY: Duration = Duration::from_millis(100);
/// How many pictures there are. After the last one, the first follows again.
const PICTURES: u32 = 10;

/// A host that runs until this is dropped.
pub(crate) struct Host {
    address: SocketAddr,
    /// Dropped, it ends the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Host {
    /// Starts it on a thread of its own.
    pub(crate) fn start() -> Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let pictures = pictures()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let serve = async move {
            let listener = TcpListener::from_std(listener)?;
            match select(pin!(serve(&listener, pictures)), stopped).await {
                Either::Left((ended, _)) => ended,
                Either::Right(_) => Ok(()),
            }
        };
        let thread = thread::Builder::new()
            .name("host".to_owned())
            .spawn(move || {
                if let Err(error) = runtime.block_on(serve) {
                    eprintln!("the host of pictures: {error:#}");
                }
            })
            .context("cannot start a thread")?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens. What is asked for is the number of a picture: `/7`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has said what went wrong.
            let _ = thread.join();
        }
    }
}

async fn serve(listener: &TcpListener, pictures: Arc<[Bytes]>) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let pictures = pictures.clone();
        let answer = service_fn(move |request: Request<Incoming>| {
            let number: usize = request.uri().path()[1..].parse().unwrap_or(0);
            let picture = pictures[number % pictures.len()].clone();
            async move {
                tokio::time::sleep(LATENCY).await;
                Ok::<_, Infallible>(Response::new(Full::new(picture)))
            }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        // That the other side has had enough is no failure.
        tokio::spawn(async move { drop(connection.await) });
    }
}

/// Pictures made up, as JPEG files: shades of two colours, and stripes.
fn pictures() -> Result<Arc<[Bytes]>> {
    (0..PICTURES)
        .map(|number| {
            let picture = RgbImage::from_fn(800, 600, |x, y| {
                let stripe = (x * (number + 3) + y * 7) / 40 % 2 * 40;
                Rgb([x * 200 / 800, y * 200 / 600, number * 20].map(|shade| (shade + stripe) as u8))
            });
            let mut file = Cursor::new(Vec::new());
            picture.write_to(&mut file, ImageFormat::Jpeg)?;
            Ok(file.into_inner().into())
        })
        .collect()
}
