//! What is refused before anybody is asked, and lists of URLs.

use std::fs;

use serde_json::Value;
use tests::binaries::{ALL, command, run};

use crate::equal::HELLO;
use crate::host::{Host, Then, ok};

#[test]
fn bad_input_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("list"),
        "http://127.0.0.1:1/\n\n# a note\nnonsense\n",
    )
    .unwrap();
    fs::write(folder.path().join("empty"), "# nothing\n").unwrap();
    for (arguments, named) in [
        ("fetch", &["--urls", "--from"][..]),
        ("fetch --urls empty", &["--urls", "--from"]),
        ("fetch --urls missing", &["missing", "one URL a line"]),
        (
            "fetch --urls list",
            &["list, line 4", "nonsense", "http://host/path"],
        ),
        ("fetch nonsense", &["nonsense", "http://host/path"]),
        ("fetch ftp://host/", &["ftp://host/", "https://"]),
        ("fetch http://user:secret@host/", &["password"]),
        ("fetch http://h/ --ca list", &["--ca", "list", "PEM"]),
        ("fetch http://h/ --ca missing", &["--ca", "missing", "PEM"]),
        ("fetch http://h/ --per-host 0", &["--per-host", "from 1 up"]),
        ("fetch http://h/ --rate 0", &["--rate", "a number above 0"]),
        ("fetch http://h/ --max-body much", &["--max-body", "64KiB"]),
        ("fetch http://h/ --max-time soon", &["--max-time", "500ms"]),
        ("fetch http://h/ --from list", &["--from"]),
    ] {
        for name in ALL {
            let mut command = command(name);
            command
                .args(arguments.split(' '))
                .current_dir(folder.path());
            let output = command.output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{name} {arguments}: {told}");
            assert_eq!(
                (told.lines().count(), output.stdout.len()),
                (1, 0),
                "{name}: {told}"
            );
            for thing in named {
                assert!(
                    told.contains(thing),
                    "{name} {arguments}: no {thing} in {told}"
                );
            }
            assert!(!told.contains("secret"), "{name}: {told}");
        }
    }
}

/// Five requests at ten a second take four tenths of a second at least, however many workers share
/// them.
#[test]
fn all_workers_together_keep_to_the_rate() {
    let host = Host::start([("/", ok("Content-Length: 5\r\n", b"hello"), Then::Listen)]);
    let urls: Vec<_> = (0..5).map(|n| host.url(&format!("/?{n}"))).collect();
    let urls = urls.join(" ");
    for name in ALL {
        let report = tempfile::NamedTempFile::new().unwrap();
        let file = report.path().to_str().unwrap();
        let ran = run(
            name,
            &format!("--report {file} -w 4 --chunk 1 fetch --rate 10 {urls}"),
        );
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
        let report: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let wall = report["wall"].as_f64().unwrap();
        assert!(wall >= 0.4, "{name}: {wall} s");
    }
}

#[test]
fn urls_come_from_arguments_and_files_in_this_order() {
    let host = Host::start([("/", ok("Content-Length: 5\r\n", b"hello"), Then::Listen)]);
    let urls: Vec<_> = (0..20).map(|n| host.url(&format!("/?{n}"))).collect();
    let list = tempfile::NamedTempFile::new().unwrap();
    fs::write(
        list.path(),
        format!("# all\n\n{}\n", urls[1..].join("\r\n")),
    )
    .unwrap();
    let lines = urls.iter().map(|url| format!("{HELLO} {url}\n"));
    let lines: Vec<_> = lines.collect();
    let list = list.path().display();
    for name in ALL {
        let ran = run(name, &format!("fetch {} --urls {list}", urls[0]));
        assert_eq!((ran.stdout, ran.code), (lines.concat(), Some(0)), "{name}");
        // There, each line counts.
        let ran = run(name, &format!("fetch --from {list}"));
        assert_eq!(
            (ran.stdout, ran.code),
            (lines[1..].concat(), Some(3)),
            "{name}"
        );
        for (told, line) in ran.stderr.iter().zip([1, 2]) {
            assert!(told.contains(&format!("line {line}: ")), "{name}: {told}");
        }
    }
}
