//! Bodies: whole, broken off, wrong, too large, and compressed.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tests::binaries::{ALL, run_with};

use crate::equal::{HELLO, NOTHING, all_say};
use crate::host::{Host, Then, ok};

const LARGE: &str = "too large: more than --max-body";
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";
const GZIP: &str = "Content-Encoding: gzip\r\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_is_the_same_however_it_comes() {
    let packed = gzip(b"hello");
    let length = format!("{GZIP}Content-Length: {}\r\n", packed.len());
    let mut in_chunks = b"3\r\n".to_vec();
    in_chunks.extend_from_slice(&packed[..3]);
    in_chunks.extend_from_slice(format!("\r\n{:x};name=value\r\n", packed.len() - 3).as_bytes());
    in_chunks.extend_from_slice(&packed[3..]);
    in_chunks.extend_from_slice(b"\r\n0\r\nX-Trailer: y\r\n\r\n");
    let host = Host::start([
        (
            "/length",
            ok("Content-Length: 5\r\n", b"hello"),
            Then::Listen,
        ),
        (
            "/chunks",
            ok(CHUNKED, b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
            Then::Listen,
        ),
        ("/close", ok("", b"hello"), Then::Close),
        ("/gzip", ok(&length, &packed), Then::Listen),
        ("/gzip-close", ok(GZIP, &packed), Then::Close),
        (
            "/gzip-chunks",
            ok(&format!("{GZIP}{CHUNKED}"), &in_chunks),
            Then::Listen,
        ),
        ("/empty", ok("Content-Length: 0\r\n", b""), Then::Listen),
        (
            "/empty-gzip",
            ok(&format!("{GZIP}Content-Length: 0\r\n"), b""),
            Then::Listen,
        ),
    ]);
    let whole = [
        "/length",
        "/chunks",
        "/close",
        "/gzip",
        "/gzip-close",
        "/gzip-chunks",
    ];
    let mut expected = whole.map(|path| (path, HELLO)).to_vec();
    expected.extend([("/empty", NOTHING), ("/empty-gzip", NOTHING)]);
    // Twice, so that connections are used again.
    let again = expected.clone();
    expected.extend(again);
    all_say(&host, "", &expected);
}

#[test]
fn a_body_that_breaks_off_is_no_page() {
    let length = "Content-Length: 10\r\n";
    let host = Host::start([
        ("/length", ok(length, b"hello"), Then::Close),
        ("/chunk", ok(CHUNKED, b"5\r\nhel"), Then::Close),
        ("/chunks", ok(CHUNKED, b"5\r\nhello\r\n"), Then::Close),
        ("/size", ok(CHUNKED, b"5\r\nhello\r\n1"), Then::Close),
        ("/reset", ok(length, b"hello"), Then::Reset),
        ("/reset-chunk", ok(CHUNKED, b"5\r\nhel"), Then::Reset),
        ("/reset-open", ok("", b"hello"), Then::Reset),
    ]);
    let mut expected = ["/length", "/chunk", "/chunks", "/size"]
        .map(|path| (path, "truncated body"))
        .to_vec();
    expected.extend(["/reset", "/reset-chunk", "/reset-open"].map(|path| (path, "reset")));
    all_say(&host, "", &expected);
}

#[test]
fn a_chunk_that_is_none_is_told() {
    let host = Host::start([
        (
            "/size",
            ok(CHUNKED, b"xyz\r\nhello\r\n0\r\n\r\n"),
            Then::Close,
        ),
        (
            "/huge",
            ok(CHUNKED, b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
            Then::Close,
        ),
        (
            "/negative",
            ok(CHUNKED, b"-5\r\nhello\r\n0\r\n\r\n"),
            Then::Close,
        ),
        ("/end", ok(CHUNKED, b"3\r\nhello\r\n0\r\n\r\n"), Then::Close),
    ]);
    let expected = ["/size", "/huge", "/negative", "/end"].map(|path| (path, "bad chunk"));
    all_say(&host, "", &expected);
}

#[test]
fn a_slow_body_takes_no_longer_than_it_may() {
    let host = Host::start([
        (
            "/length",
            ok("Content-Length: 1000000\r\n", b""),
            Then::Drip(b"x"),
        ),
        ("/chunks", ok(CHUNKED, b""), Then::Drip(b"1\r\nx\r\n")),
        ("/open", ok("", b""), Then::Drip(b"x")),
    ]);
    let expected = ["/length", "/chunks", "/open"].map(|path| (path, "timeout"));
    all_say(&host, "--max-time 300ms", &expected);
}

#[test]
fn what_is_called_gzip_and_is_none_is_told() {
    let packed = gzip(b"hello");
    let host = Host::start([
        ("/plain", ok(GZIP, b"hello"), Then::Close),
        ("/part", ok(GZIP, &packed[..packed.len() - 3]), Then::Close),
        (
            "/more",
            ok(GZIP, &[&packed[..], b"more"].concat()),
            Then::Close,
        ),
    ]);
    let expected = ["/plain", "/part", "/more"].map(|path| (path, "bad gzip"));
    all_say(&host, "", &expected);
}

/// Two hundred megabytes that come as two hundred kilobytes, and bodies without an end.
#[test]
fn a_body_over_the_limit_is_told_and_kept_in_nobodys_memory() {
    let bomb = gzip(&vec![0; 200 << 20]);
    let host = Host::start([
        (
            "/declared",
            ok("Content-Length: 1000001\r\n", b""),
            Then::Hang,
        ),
        ("/bomb", ok(GZIP, &bomb), Then::Close),
        ("/open", ok("", b""), Then::Repeat(&[b'x'; 1000])),
        (
            "/chunks",
            ok(CHUNKED, b""),
            Then::Repeat(b"10\r\n0123456789abcdef\r\n"),
        ),
        ("/trailer", ok(CHUNKED, b"0\r\n"), Then::Repeat(b"X: y\r\n")),
        (
            "/extension",
            ok(CHUNKED, b"5;"),
            Then::Repeat(b"name=value;"),
        ),
    ]);
    let paths = ["/declared", "/bomb", "/open", "/chunks"];
    all_say(&host, "--max-body 1MB", &paths.map(|path| (path, LARGE)));
    for name in ALL {
        let report = tempfile::NamedTempFile::new().unwrap();
        let mut arguments = vec!["-w".to_owned(), "1".to_owned(), "--report".to_owned()];
        arguments.push(report.path().to_str().unwrap().to_owned());
        arguments.extend(["fetch", "--max-body", "1MB", "--max-time", "2s"].map(str::to_owned));
        arguments.extend(paths.map(|path| host.url(path)));
        arguments.extend(["/trailer", "/extension"].map(|path| host.url(path)));
        let ran = run_with(name, arguments);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(3), ""),
            "{name}: {ran:?}"
        );
        let report: Value = serde_json::from_slice(&fs::read(report.path()).unwrap()).unwrap();
        let peak = report["peak_memory"].as_u64().unwrap();
        assert!(peak < 64 << 20, "{name}: {peak} bytes");
    }
}
