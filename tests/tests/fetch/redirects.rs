//! Redirects: followed, but not for ever and not anywhere.

use crate::equal::{HELLO, NOTHING, all_say};
use crate::host::{Host, Then, ok};

fn moved(status: u16, header: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Moved\r\n{header}\r\n{body}").into_bytes()
}

#[test]
fn redirects_lead_to_the_page_and_the_line_has_the_url_that_was_asked_for() {
    let to = |location: &str| format!("Location: {location}\r\nContent-Length: 4\r\n");
    let target = Host::start([(
        "/hello",
        ok("Content-Length: 5\r\n", b"hello"),
        Then::Listen,
    )]);
    let absolute = target.url("/hello");
    let mut answers = vec![
        (
            "/hello",
            ok("Content-Length: 5\r\n", b"hello"),
            Then::Listen,
        ),
        (
            "/absolute",
            moved(302, &to(&absolute), "body"),
            Then::Listen,
        ),
        (
            "/a/b",
            moved(301, &to("../hello?x#y"), "body"),
            Then::Listen,
        ),
        (
            "/open",
            moved(303, "Location: /hello\r\n", ""),
            Then::Repeat(b"endless "),
        ),
        ("/reset", moved(307, &to("/hello"), ""), Then::Reset),
        ("/closed", moved(308, &to("/hello"), ""), Then::Close),
        (
            "/nowhere",
            moved(302, "Content-Length: 0\r\n", ""),
            Then::Listen,
        ),
        (
            "/unchanged",
            moved(304, "Location: /hello\r\n", ""),
            Then::Listen,
        ),
    ];
    let steps = [
        "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "/10", "/11",
    ];
    for pair in steps.windows(2) {
        answers.push((pair[0], moved(302, &to(pair[1]), "body"), Then::Listen));
    }
    answers.push(("/11", moved(302, &to("/hello"), "body"), Then::Listen));
    let host = Host::start(answers);
    let nothing = NOTHING.trim_start_matches("200");
    let expected =
        ["/absolute", "/a/b", "/open", "/reset", "/closed", "/2"].map(|path| (path, HELLO));
    all_say(&host, "", &expected);
    all_say(
        &host,
        "",
        &[
            ("/nowhere", &format!("302{nothing}")),
            ("/unchanged", &format!("304{nothing}")),
            ("/1", "too many redirects"),
        ],
    );
}

#[test]
fn a_redirect_to_nothing_is_told() {
    let to = |location: &str| {
        moved(
            302,
            &format!("Location: {location}\r\nContent-Length: 0\r\n"),
            "",
        )
    };
    let gone = Host::start([]).url("/");
    let host = Host::start([
        ("/loop", to("/loop"), Then::Listen),
        ("/ftp", to("ftp://host/file"), Then::Listen),
        ("/file", to("file:///etc/passwd"), Then::Listen),
        ("/blank", to("http://a host/"), Then::Listen),
        ("/gone", to(&gone), Then::Listen),
    ]);
    let bad = "redirect to what is no URL";
    all_say(
        &host,
        "",
        &[
            ("/loop", "too many redirects"),
            ("/ftp", bad),
            ("/file", bad),
            ("/blank", bad),
            ("/gone", "refused"),
        ],
    );
}
