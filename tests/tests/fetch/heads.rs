//! Answers that begin badly, or not at all.

use std::io::{Read, Write};
use std::net::TcpListener;

use tests::binaries::ALL;

use crate::equal::{HELLO, NOTHING, all_say, fetch};
use crate::host::{Host, Then, ok};

const BAD: &str = "bad status line or header";
const LARGE: &str = "header too large";
const CLOSED: &str = "closed without an answer";

#[test]
fn a_head_that_is_none_is_told() {
    let says = |path, says: &str| (path, says.as_bytes().to_vec(), Then::Close);
    let host = Host::start([
        says("/ssh", "SSH-2.0-OpenSSH_9.2\r\n"),
        says("/status", "HTTP/1.1 abc OK\r\n\r\n"),
        says("/version", "HTTP/7.1 200 OK\r\n\r\n"),
        says("/line", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        says("/name", "HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n"),
        says(
            "/length",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        ),
        says(
            "/lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        ),
        says("/part", "HTTP/1.1 200 OK\r\nContent-Le"),
        says("/nothing", ""),
    ]);
    all_say(
        &host,
        "",
        &[
            ("/ssh", BAD),
            ("/status", BAD),
            ("/version", BAD),
            ("/line", BAD),
            ("/name", BAD),
            ("/length", BAD),
            ("/lengths", BAD),
            ("/part", CLOSED),
            ("/nothing", CLOSED),
        ],
    );
}

#[test]
fn a_head_without_an_end_is_told_before_it_fills_the_memory() {
    let begins = b"HTTP/1.1 200 OK\r\n".to_vec();
    let short: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    let host = Host::start([
        (
            "/lines",
            begins.clone(),
            Then::Repeat(b"X-Another-Line: and no end of them\r\n"),
        ),
        (
            "/line",
            [&begins[..], b"X: "].concat(),
            Then::Repeat(b"abcdefghijklmnopqrstuvwxyz"),
        ),
        (
            "/status",
            b"HTTP/1.1 200 ".to_vec(),
            Then::Repeat(b"very, very "),
        ),
        ("/many", ok(&short, b""), Then::Close),
    ]);
    let expected = ["/lines", "/line", "/status", "/many"].map(|path| (path, LARGE));
    all_say(&host, "", &expected);
}

#[test]
fn a_slow_head_takes_no_longer_than_it_may() {
    let host = Host::start([
        ("/silent", Vec::new(), Then::Hang),
        (
            "/slow",
            b"HTTP/1.1 200 OK\r\nX: ".to_vec(),
            Then::Drip(b"y"),
        ),
    ]);
    all_say(
        &host,
        "--max-time 300ms",
        &[("/silent", "timeout"), ("/slow", "timeout")],
    );
}

#[test]
fn a_connection_that_breaks_off_is_told() {
    let host = Host::start([
        ("/reset", Vec::new(), Then::Reset),
        ("/part", b"HTTP/1.1 200 O".to_vec(), Then::Reset),
    ]);
    all_say(&host, "", &[("/reset", "reset"), ("/part", "reset")]);
}

/// It closes connections that are said to live on, and so each but the first request meets one.
#[test]
fn a_connection_that_was_closed_meanwhile_is_no_failure() {
    let host = Host::start([("/hello", ok("Content-Length: 5\r\n", b"hello"), Then::Close)]);
    all_say(&host, "", &[("/hello", HELLO); 30]);
}

/// It says nothing to the second request on a connection. There are several that have had one, and only a new
/// one is of use.
#[test]
fn a_connection_that_is_closed_just_then_gives_way_to_a_new_one() {
    let host = Host::start([("/hello", ok("Content-Length: 5\r\n", b"hello"), Then::Once)]);
    all_say(&host, "", &[("/hello", HELLO); 30]);
}

#[test]
fn what_comes_before_the_answer_is_skipped_and_old_versions_are_read() {
    let hello = ok("Content-Length: 5\r\n", b"hello");
    let after = |before: &str| [before.as_bytes(), &hello].concat();
    let host = Host::start([
        (
            "/continue",
            after("HTTP/1.1 100 Continue\r\n\r\n"),
            Then::Listen,
        ),
        (
            "/old",
            b"HTTP/1.0 200 OK\r\n\r\nhello".to_vec(),
            Then::Close,
        ),
        (
            "/kept",
            b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello".to_vec(),
            Then::Listen,
        ),
        (
            "/bare",
            b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n".to_vec(),
            Then::Listen,
        ),
    ]);
    let expected = [
        ("/continue", HELLO),
        ("/old", HELLO),
        ("/kept", HELLO),
        ("/bare", NOTHING),
    ];
    all_say(&host, "", &expected);
}

#[test]
fn where_nobody_listens_it_is_refused_and_what_is_no_name_is_not_found() {
    let gone = Host::start([]);
    let url = gone.url("/");
    drop(gone);
    let ran = fetch(
        "",
        &[url.clone(), "http://no-such-host.invalid/".to_owned()],
    );
    let expected = [
        format!("job 0: failed: {url}: refused"),
        "job 1: failed: http://no-such-host.invalid/: dns: the host has no address".to_owned(),
    ];
    assert_eq!(ran.stderr, expected);
    assert_eq!((ran.stdout.as_str(), ran.code), ("", Some(3)));
}

#[test]
fn plain_http_is_no_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let plain = std::thread::spawn(move || {
        for mut stream in listener.incoming().take(ALL.len()).map(Result::unwrap) {
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .unwrap();
            // Until the other side has had enough, in whatever way.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let ran = fetch("", std::slice::from_ref(&url));
    assert_eq!(ran.stderr, [format!("job 0: failed: {url}: tls")]);
    assert_eq!((ran.stdout.as_str(), ran.code), ("", Some(3)));
    plain.join().unwrap();
}
