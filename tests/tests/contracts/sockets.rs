//! Jobs that wait for sockets, as most async jobs do.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use async_pattern::Job;
use futures_util::StreamExt;
use libtest_mimic::Trial;
use tests::{Asynchronous, OneThread, Tokio, trials};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_any_runtime::<Asynchronous>();
    trials.extend(on_any_runtime::<OneThread>());
    trials
}

fn on_any_runtime<P: Tokio>() -> Vec<Trial> {
    trials![P: jobs_wait_for_sockets, futures_that_borrow_wait_for_sockets]
}

/// Sends a number, and gives what comes back.
struct Ask(SocketAddr, u8);

impl Job for Ask {
    type Output = u8;

    fn run(&self) -> anyhow::Result<u8> {
        anyhow::bail!("this one is only async")
    }

    async fn run_async(&self) -> anyhow::Result<u8> {
        let mut stream = TcpStream::connect(self.0).await?;
        stream.write_all(&[self.1]).await?;
        Ok(stream.read_u8().await?)
    }
}

const CONNECTIONS: u8 = 20;

/// Answers nobody before all have asked: so all connections are open at once.
fn serve(listener: &TcpListener) {
    let accept = |_| listener.accept().unwrap().0;
    let mut streams: Vec<_> = (0..CONNECTIONS).map(accept).collect();
    for stream in &mut streams {
        let mut number = [0];
        stream.read_exact(&mut number).unwrap();
        stream.write_all(&[number[0] + 100]).unwrap();
    }
}

/// Starts a server, which ends when all have been answered, and asks it.
fn asked(ask: impl FnOnce(SocketAddr)) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || serve(&listener));
    ask(address);
    server.join().unwrap();
}

fn jobs_wait_for_sockets<P: Tokio>() {
    let subject = P::new(Options::new().workers(2));
    let pool = subject.pool();
    asked(|address| {
        let jobs = (0..CONNECTIONS).map(|number| Ask(address, number));
        let outcomes: Vec<_> = pool.block_on(pool.map(jobs).collect());
        let expected = (0..CONNECTIONS).map(|number| Ok(number + 100));
        assert_eq!(outcomes, expected.collect::<Vec<_>>());
    });
}

fn futures_that_borrow_wait_for_sockets<P: Tokio>() {
    let subject = P::new(Options::new());
    let pool = subject.pool();
    asked(|address| {
        let jobs: Vec<_> = (0..CONNECTIONS)
            .map(|number| Ask(address, number))
            .collect();
        let map = pool.map_scoped_unordered(jobs.iter().map(Job::run_async));
        let answers = pool.block_on(map.try_all()).unwrap();
        assert_eq!(answers, (100..100 + CONNECTIONS).collect::<Vec<_>>());
    });
}
