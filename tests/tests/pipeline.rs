//! The example `pipeline`: what it makes of pictures that come, of some that do not, and of what is none.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../../crates/async-pattern/examples/pipeline/host.rs"]
mod host;
#[path = "../../crates/async-pattern/examples/pipeline/pipeline.rs"]
mod pipeline;

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::ControlFlow;
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Duration;

use async_pattern::{AsyncPool, Options};
use futures_util::future::join;
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

/// A host that says this so often, and then is gone.
fn says(status: &'static str, body: Vec<u8>, times: usize) -> (SocketAddr, thread::JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let host = thread::spawn(move || {
        for mut stream in listener.incoming().take(times).map(Result::unwrap) {
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
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
    let (nothing, says_nothing) = says("200 OK", b"no picture at all".to_vec(), 1);
    let picture = Download::new(&url(host.address(), 1)).unwrap().run();
    let (missing, says_no) = says("404 Not Found", picture.unwrap(), 1);
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let closed = free.local_addr().unwrap();
    drop(free);
    let urls = [
        url(host.address(), 1),
        url(nothing, 2),
        url(closed, 3),
        url(missing, 4),
        url(host.address(), 5),
    ];
    let came = run(64, 2, &urls);
    says_nothing.join().unwrap();
    says_no.join().unwrap();
    assert_eq!(came.len(), urls.len());
    assert!(came[0].is_ok() && came[4].is_ok(), "{came:?}");
    let words = [1, 2, 3].map(|place| came[place].as_ref().unwrap_err());
    assert!(
        words[0].ends_with("not a PNG, JPEG or WebP picture"),
        "{words:?}"
    );
    assert!(words[1].ends_with("refused"), "{words:?}");
    assert!(words[2].ends_with("status 404"), "{words:?}");
}

/// The cores have something else to do for as long as this test wants. Meanwhile pictures are downloaded
/// until there is no more room, and nobody else looks at them. They are none, so that would not take long.
#[test]
fn while_the_cores_are_behind_pictures_wait_and_no_more_come_than_fit() {
    const WINDOW: usize = 5;
    const THREADS: usize = 2;
    /// And thumbnails that are waited for.
    const MOST: usize = WINDOW + 2 * THREADS;
    const ALL: usize = 3 * MOST;
    let (address, host) = says("200 OK", b"no picture at all".to_vec(), ALL);
    let cores = cores(THREADS);
    let gate = Arc::new(RwLock::new(()));
    let closed = gate.write().unwrap();
    for _ in 0..THREADS {
        let gate = gate.clone();
        cores.spawn(move || drop(gate.read()));
    }
    let (asked, answered, is_open) = (Cell::new(0), Cell::new(0), Cell::new(false));
    let pictures = (0..ALL).map(|number| {
        asked.set(asked.get() + 1);
        let waiting = asked.get() - answered.get();
        assert!(waiting <= MOST, "{waiting} pictures");
        Download::new(&url(address, number)).unwrap()
    });
    let each = |thumbnail: anyhow::Result<Vec<u8>>| {
        assert!(is_open.get(), "somebody else has looked: {thumbnail:?}");
        answered.set(answered.get() + 1);
        ControlFlow::Continue(())
    };
    let open = async {
        // Somebody else would have the time for it.
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        is_open.set(true);
        drop(closed);
    };
    let pool = AsyncPool::new(Options::new().workers(2).window(WINDOW)).unwrap();
    pool.block_on(join(pipeline::run(&pool, &cores, pictures, each), open));
    assert_eq!(answered.get(), ALL);
    host.join().unwrap();
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
