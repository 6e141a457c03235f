//! A server of pages on the loopback, for `fetch` to be tried on. `cargo xtask compare fetch` starts
//! it as a process of its own, so that what it takes is not counted as anybody's.

mod answer;
mod body;
mod page;
mod replay;
mod serve;

use std::fs;
use std::io::{self, Read};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use tokio::net::{TcpListener, TcpSocket};

use page::Site;
use replay::Recording;
use serve::Source;

/// Connections that may wait to be accepted. One for which there is no room is made a second later, which
/// would be told of the pattern that asked.
const BACKLOG: u32 = 4096;

/// Serves pages on the loopback until its standard input ends, and prints where
///
/// All that it says is made up from the seed, and the same at every start: the bytes of a page, and
/// how long it takes. Of 20 pages, one is a redirect to another and one comes slowly, in parts; of
/// 25, one is not found.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// How many pages
    #[arg(long, value_name = "N", default_value_t = 200)]
    pages: usize,
    /// How long a page takes at least: 20ms, 1s
    #[arg(long, value_name = "DURATION", default_value = "10ms", value_parser = humantime::parse_duration)]
    latency: Duration,
    /// How much longer it may take: any time up to this is as likely
    #[arg(long, value_name = "DURATION", default_value = "5ms", value_parser = humantime::parse_duration)]
    jitter: Duration,
    /// Another seed gives other pages
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// The port; 0 is any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Write the URLs of all pages there, one a line, as `fetch --urls` takes them
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Instead of pages, serve what other hosts have answered: a folder that `compare fetch URL`
    /// recorded
    #[arg(long, value_name = "DIR", conflicts_with = "list")]
    replay: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let source = match &args.replay {
        Some(folder) => Source::Recording(Recording::open(folder)?),
        None => Source::Site(Site::new(&args)),
    };
    // Each connection takes a descriptor.
    raise_descriptor_limit();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = listen(args.port);
        let listener = listener.with_context(|| format!("cannot listen on port {}", args.port))?;
        let root = format!("http://{}", listener.local_addr()?);
        if let Some(file) = &args.list {
            let urls = (0..args.pages).map(|page| format!("{root}/page/{page}\n"));
            let written = fs::write(file, urls.collect::<String>());
            written.with_context(|| format!("cannot write --list {}", file.display()))?;
        }
        println!("{root}");
        end_with_stdin().context("cannot start a thread")?;
        serve::serve(&listener, source).await
    })
}

/// Listens on the loopback.
fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?; // Elsewhere it would let another program have the port as well.
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(BACKLOG)
}

/// Whoever started this holds the other end of its standard input, and cannot forget to stop it: not
/// even when it is killed.
fn end_with_stdin() -> io::Result<()> {
    std::thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(|| {
            let mut block = [0; 4096];
            while io::stdin().read(&mut block).is_ok_and(|n| n > 0) {}
            std::process::exit(0);
        })
        .map(drop)
}

#[cfg(unix)]
fn raise_descriptor_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // If it cannot be raised, it stays, and connections beyond it have to wait.
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}

#[cfg(not(unix))]
fn raise_descriptor_limit() {}
