//! The example `pipeline`: what it makes of pictures that come, of some that do not, and of what is none.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../../crates/async-pattern/examples/pipeline/host.rs"]
mod host;
#[path = "../../crates/async-pattern/examples/pipeline/pipeline.rs"]
mod pipeline;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::ControlFlow;
use std::thread;

use async_pattern::{AsyncPool, Options};
use rayon::{ThreadPool, ThreadPoolBuilder};
use workload::Job;
use workload::catalog::{Download, thumbnail};

fn cores(threads: usize) -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(threads);
    pool.panic_handler(|_| {}).build().unwrap()
}

fn url(address: SocketAddr, number: usize) -> String {
    format!("http://{address}/{number}")
}

/// What comes out for these, in words where there is no thumbnail.
fn run(window: usize, threads: usize, urls: &[String]) -> Vec<Result<Vec<u8>, String>> {
    let pool = AsyncPool::new(Options::new().workers(2).window(window)).unwrap();
    let pictures = urls.iter().map(|url| Download::new(url).unwrap());
    let mut came = Vec::new();
    let each = |thumbnail: anyhow::Result<Vec<u8>>| {
        came.push(thumbnail.map_err(|error| format!("{error:#}")));
        ControlFlow::Continue(())
    };
    pool.block_on(pipeline::run(&pool, &cores(threads), pictures, each));
    came
}

/// A host that says this once, to whoever comes first.
fn says(body: &'static [u8]) -> (SocketAddr, thread::JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let host = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
    });
    (address, host)
}

/// With any window, and more or fewer threads than that.
#[test]
fn thumbnails_come_in_order_and_are_those_of_a_loop() {
    let host = host::Host::start().unwrap();
    let urls: Vec<_> = (0..12).map(|number| url(host.address(), number)).collect();
    let one_by_one = urls.iter().map(|url| {
        let picture = Download::new(url).unwrap().run().unwrap();
        Ok(thumbnail(&picture, pipeline::SIDE).unwrap())
    });
    let one_by_one: Vec<_> = one_by_one.collect();
    assert_ne!(one_by_one[0], one_by_one[1], "the pictures differ");
    for (window, threads) in [(1, 1), (3, 2), (64, 1), (2, 4)] {
        assert!(
            run(window, threads, &urls) == one_by_one,
            "{window}, {threads}"
        );
    }
}

#[test]
fn what_fails_does_so_in_its_place() {
    let host = host::Host::start().unwrap();
    let (nothing, says_it) = says(b"no picture at all");
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let closed = free.local_addr().unwrap();
    drop(free);
    let urls = [
        url(host.address(), 1),
        url(nothing, 2),
        url(closed, 3),
        url(host.address(), 4),
    ];
    let came = run(64, 2, &urls);
    says_it.join().unwrap();
    assert!(came[0].is_ok() && came[3].is_ok(), "{came:?}");
    let words = [&came[1], &came[2]].map(|came| came.as_ref().unwrap_err());
    assert!(
        words[0].ends_with("not a PNG, JPEG or WebP picture"),
        "{words:?}"
    );
    assert!(words[1].ends_with("refused"), "{words:?}");
}

/// What was not wanted any more is not downloaded: the pictures would never end.
#[test]
fn whoever_has_had_enough_ends_it() {
    let host = host::Host::start().unwrap();
    let pool = AsyncPool::new(Options::new().workers(2).window(4)).unwrap();
    let pictures = (0..).map(|number| Download::new(&url(host.address(), number)).unwrap());
    let mut came = 0;
    let each = |_| {
        came += 1;
        match came {
            3 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    };
    pool.block_on(pipeline::run(&pool, &cores(1), pictures, each));
    assert_eq!(came, 3);
}

#[test]
fn no_pictures_give_no_thumbnails() {
    assert_eq!(run(64, 2, &[]), []);
}
