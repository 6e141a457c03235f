//! The server of pages: what it makes up, what it replays, and how it ends.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Once;

use tests::binaries::{build, run_with, target};
use tests::system::until;

use crate::equal::{HELLO, fetch};
use crate::host::{Host, Then, ok};

/// The server as a process of its own.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(args: &[&str]) -> Self {
        static BUILT: Once = Once::new();
        BUILT.call_once(|| build(&["pages"]));
        let mut command = Command::new(target().1.join("pages"));
        command.args(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut address = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut address).unwrap();
        let address = address.trim_end().to_owned();
        Self { child, address }
    }

    /// Nobody holds the other end of its standard input any more.
    fn end(&mut self) {
        drop(self.child.stdin.take());
        let ended = || self.child.try_wait().unwrap().is_some();
        until("the server ends with its parent", ended);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

#[test]
fn pages_are_the_same_at_every_start_and_of_every_kind() {
    let mut seen = HashSet::new();
    for _ in 0..2 {
        let list = tempfile::NamedTempFile::new().unwrap();
        let list = list.path().to_str().unwrap();
        let options = ["--pages", "40", "--latency", "1ms", "--jitter", "1ms"];
        let mut server = Server::start(&[&options[..], &["--list", list]].concat());
        let ran = fetch(&format!("--urls {list}"), &[]);
        assert_eq!((ran.code, &ran.stderr[..]), (Some(0), &[][..]));
        let found = |status: &str| {
            let lines = ran.stdout.lines();
            lines.filter(|line| line.starts_with(status)).count()
        };
        assert_eq!((found("200 "), found("404 ")), (38, 2), "{}", ran.stdout);
        seen.insert(ran.stdout.replace(&server.address, ""));
        server.end();
        let gone = fetch("", &[format!("{}/page/0", server.address)]);
        assert!(gone.stderr[0].ends_with("refused"), "{gone:?}");
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[test]
fn what_hosts_have_said_is_replayed_to_all_and_they_are_asked_once() {
    let gone = Host::start([]).url("/");
    let moved = b"HTTP/1.1 302 Found\r\nLocation: hello\r\nContent-Length: 4\r\n\r\nbody".to_vec();
    let missing = b"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno".to_vec();
    let host = Host::start([
        (
            "/hello",
            ok("Content-Length: 5\r\n", b"hello"),
            Then::Listen,
        ),
        (
            "/chunks",
            ok("Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
            Then::Listen,
        ),
        ("/moved", moved, Then::Listen),
        ("/missing", missing, Then::Listen),
        ("/part", ok("Content-Length: 9\r\n", b"hello"), Then::Close),
        ("/reset", ok("Content-Length: 9\r\n", b"hello"), Then::Reset),
        (
            "/gzip",
            ok("Content-Encoding: gzip\r\n", b"no"),
            Then::Close,
        ),
        ("/nothing", Vec::new(), Then::Close),
        ("/large", ok("Content-Length: 2000\r\n", b""), Then::Hang),
    ]);
    let paths = [
        "/hello", "/chunks", "/moved", "/missing", "/part", "/reset", "/gzip", "/nothing",
        "/large", "/hello", "/chunks",
    ];
    let mut urls: Vec<_> = paths.iter().map(|path| host.url(path)).collect();
    urls.push(gone);
    let live = fetch("--max-body 1000", &urls);
    assert_eq!(live.stdout.matches(HELLO).count(), 5, "{live:?}");
    assert_eq!(live.stderr.len(), 6, "{live:?}");

    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let before = host.asked("/chunks");
    let options = ["fetch", "--max-body", "1000", "--record", folder];
    let options = options.map(str::to_owned).into_iter();
    let recorded = run_with("async-pattern", options.chain(urls.iter().cloned()));
    assert_eq!((&recorded.stdout, recorded.code), (&live.stdout, live.code));
    assert_eq!(host.asked("/chunks"), before + 1, "it is named twice");
    drop(host);

    let server = Server::start(&["--replay", folder]);
    let address = server.address.trim_start_matches("http://");
    let replay = |urls: &[String]| fetch(&format!("--max-body 1000 --replay {address}"), urls);
    let replayed = replay(&urls);
    assert_eq!(replayed.stdout, live.stdout);
    assert_eq!((replayed.stderr, replayed.code), (live.stderr, live.code));
    let unknown = replay(&["http://host/unknown".to_owned()]);
    assert!(
        unknown.stderr[0].ends_with("not in the recording"),
        "{unknown:?}"
    );
}

/// The host takes its time before its head and in its body, and so does the replay: never less.
#[test]
fn what_took_its_time_takes_it_again() {
    let list = tempfile::NamedTempFile::new().unwrap();
    let list = list.path().to_str().unwrap();
    let slow = ["--pages", "4", "--latency", "100ms", "--list", list];
    let server = Server::start(&slow);
    let urls = fs::read_to_string(list).unwrap();
    // This one comes in three parts, with such a pause before each.
    let url = urls.lines().nth(3).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let recorded = run_with("async-pattern", ["fetch", "--record", folder, url]);
    assert_eq!(recorded.code, Some(0), "{recorded:?}");
    // This one would come at once, but nobody waits for it.
    let other = urls.lines().next().unwrap();
    let limited = ["fetch", "--max-time", "50ms", "--record", folder, other];
    assert_eq!(run_with("async-pattern", limited).code, Some(3));
    drop(server);
    let server = Server::start(&["--replay", folder]);
    let address = server.address.trim_start_matches("http://");
    let late = fetch(&format!("--replay {address}"), &[url.to_owned()]);
    assert_eq!(late.stdout, recorded.stdout);
    // Neither without its beginning nor without the rest would it take so long; nor a failure at once.
    for (limit, url) in [("250ms", url), ("40ms", other)] {
        let arguments = ["--timeout", limit, "fetch", "--replay", address, url];
        let ran = run_with("async-pattern", arguments);
        let is_late = ran.stderr[0].starts_with("job 0: timed out");
        assert!(is_late, "it came within {limit}: {ran:?}");
    }
}
