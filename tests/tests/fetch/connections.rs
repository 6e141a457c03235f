//! What connections there are, and what hosts are asked on them: the same by all programs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

use async_pattern::{AsyncPool, Options};
use futures_util::StreamExt;
use tests::binaries::{ALL, Ran, command, run_with};
use tests::system::PATIENCE;
use workload::catalog::Download;

use crate::equal::{HELLO, all_say, fetch};
use crate::host::{Host, Then, ok};

fn hello() -> Vec<u8> {
    ok("Content-Length: 5\r\n", b"hello")
}

fn moved(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Moved\r\nLocation: {to}\r\nContent-Length: 4\r\n\r\nbody").into_bytes()
}

#[test]
fn all_ask_alike_and_say_who_they_are_and_whom_they_mean() {
    let agent = concat!("concurrency-patterns-fetch/", env!("CARGO_PKG_VERSION"));
    for (options, agent) in [("", agent), ("--user-agent me/1", "me/1")] {
        let target = Host::start([("/hello", hello(), Then::Listen)]);
        let to = moved(&target.url("/hello"));
        let host = Host::start([("/moved", to, Then::Listen)]);
        all_say(&host, options, &[("/moved", HELLO)]);
        for (host, path) in [(host, "/moved"), (target, "/hello")] {
            let address = host.url("").replace("http://", "host: ");
            let header = [
                "accept-encoding: gzip",
                "accept: */*",
                &address,
                &format!("user-agent: {agent}"),
            ];
            assert_eq!(host.heads(path), [header; ALL.len()]);
        }
    }
}

/// Workers that are processes have connections of their own.
#[test]
fn connections_are_used_again_and_there_are_no_more_than_there_may_be() {
    for name in ALL {
        let host = Host::start([
            ("/hello", hello(), Then::Listen),
            ("/moved", moved("/hello"), Then::Listen),
        ]);
        let options = ["-w", "3", "--chunk", "1", "fetch", "--per-host", "1"];
        let options = options.map(str::to_owned).into_iter();
        let urls = (0..60).map(|n| host.url(if n % 4 == 0 { "/moved" } else { "/hello" }));
        let ran = run_with(name, options.chain(urls));
        assert_eq!(ran.code, Some(0), "{name}: {:?}", ran.stderr);
        let most = if name == "processpool-pattern" { 3 } else { 1 };
        let connections = host.connections();
        assert!(connections <= most, "{name}: {connections} connections");
    }
}

#[test]
fn downloads_have_no_more_connections_than_they_may_have_either() {
    let host = Host::start([("/hello", hello(), Then::Listen)]);
    let download = Download::new(&host.url("/hello")).unwrap().per_host(1);
    let pool = AsyncPool::new(Options::new().workers(2).chunk(1)).unwrap();
    let downloads = pool.map(std::iter::repeat_n(download, 20));
    let bodies: Vec<_> = pool.block_on(downloads.collect());
    assert_eq!(bodies, vec![Ok(b"hello".to_vec()); 20]);
    assert_eq!(host.connections(), 1);
}

#[test]
fn who_may_open_no_more_connections_is_told_so() {
    let host = Host::start([("/silent", Vec::new(), Then::Hang)]);
    for name in ["threadpool-pattern", "async-pattern"] {
        let mut run = Command::new("sh");
        run.args(["-c", "ulimit -n 24; exec \"$@\"", "sh"]);
        run.arg(command(name).get_program());
        run.args("-w 40 fetch --per-host 40 --max-time 500ms".split(' '));
        let ran = Ran::from(run.args(vec![host.url("/silent"); 40]).output().unwrap());
        assert_eq!(ran.code, Some(3), "{name}: {ran:?}");
        let too_many = "too many open files: see ulimit -n";
        let too_many = ran.stderr.iter().filter(|told| told.ends_with(too_many));
        assert!(too_many.count() > 0, "{name}: {ran:?}");
    }
}

/// The host takes connections, and says nothing to those who begin with TLS, until they have given up.
/// Whoever does not is told that this is no TLS.
#[test]
fn a_host_that_takes_a_connection_and_no_more_has_until_the_limit_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let silent = std::thread::spawn(move || {
        for mut stream in listener.incoming().take(ALL.len()).map(Result::unwrap) {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            if stream.read_to_end(&mut Vec::new()).is_err() {
                let _ = stream.write_all(b"Still there?\r\n");
            }
        }
    });
    let options = "--connect-timeout 300ms --max-time 1h";
    let ran = fetch(options, std::slice::from_ref(&url));
    assert_eq!(ran.stderr, [format!("job 0: failed: {url}: timeout")]);
    silent.join().unwrap();
}
