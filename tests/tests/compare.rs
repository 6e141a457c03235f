//! `cargo xtask compare`, end to end: it builds the binaries in release as a user would, and says
//! whether outputs differ.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs `cargo xtask compare` with these arguments.
fn compare(arguments: &str) -> (Option<i32>, String, String) {
    compare_with(arguments, Stdio::null())
}

/// The same, with this on its standard input.
fn compare_with(arguments: &str, stdin: Stdio) -> (Option<i32>, String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .stdin(stdin)
        .args(["xtask", "compare", "--quiet", "--rounds", "6"]);
    let Output {
        status,
        stdout,
        stderr,
    } = command.args(arguments.split(' ')).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn equal_outputs_are_a_table_and_a_verdict() {
    let (code, stdout, stderr) = compare("primes --count 20 --limit 300000");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    for pattern in ["threadpool-pattern", "processpool-pattern", "async-pattern"] {
        let row = stdout.lines().find(|line| line.starts_with(pattern));
        assert!(
            row.is_some_and(|row| row.trim_end().ends_with("same")),
            "{stdout}"
        );
    }
    assert!(stdout.contains("Verdict"), "{stdout}");
    assert!(
        stdout
            .lines()
            .filter(|line| line.contains("pattern "))
            .all(|line| line.len() <= 80)
    );
}

/// The server of the pages is started and stopped by `compare`, and its own options are not for the
/// patterns.
#[test]
fn fetch_needs_nothing_to_be_set_up() {
    let (code, stdout, stderr) = compare("fetch --pages 40 --latency 1ms --jitter 0ms");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let title = stdout.lines().next().unwrap();
    assert!(
        title.starts_with("fetch --pages 40") && title.contains("40 jobs"),
        "{stdout}"
    );
    let row = stdout
        .lines()
        .find(|line| line.starts_with("async-pattern"));
    assert!(
        row.is_some_and(|row| row.trim_end().ends_with("same")),
        "{stdout}"
    );
    let (code, _, stderr) = compare("fetch --latency never");
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("--latency"), "{stderr}");
}

/// A host that is not ours is asked for each page once, in however many rounds it is replayed.
#[test]
fn a_host_that_is_not_ours_is_asked_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut asked = 0;
        for mut stream in listener.incoming().map(Result::unwrap) {
            let mut line = String::new();
            let mut head = BufReader::new(&stream);
            head.read_line(&mut line).unwrap();
            if line.contains("/over") {
                return asked;
            }
            asked += 1;
            while head.read_line(&mut line).unwrap() > 2 {}
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
            stream.write_all(answer).unwrap();
        }
        asked
    });
    let (code, stdout, stderr) = compare(&format!("fetch {root}/a {root}/b {root}/b"));
    let mut over = TcpStream::connect(root.trim_start_matches("http://")).unwrap();
    over.write_all(b"GET /over\r\n").unwrap();
    assert_eq!(asked.join().unwrap(), 2, "{stdout}{stderr}");
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.contains("asked once"), "{stdout}");
    let (code, _, stderr) = compare(&format!("fetch {root}/a nonsense"));
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("nonsense"), "{stderr}");
}

/// The diff in what was printed, which must fit a terminal.
fn diff(stdout: &str) -> Vec<&str> {
    let lines = stdout.lines().skip_while(|line| !line.starts_with("--- "));
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    assert!((4..=20).contains(&lines.len()), "{stdout}");
    for line in &lines {
        assert!(line.chars().count() <= 80, "{line:?} in {stdout}");
    }
    lines
}

#[test]
fn each_way_to_differ_is_found_counted_and_placed() {
    let square = |n: u64| format!("{}\n", n * n);
    let squares: Vec<_> = (0..100).map(square).collect();
    let falsified = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut squares = squares.clone();
        edit(&mut squares);
        squares.concat()
    };
    type Edit = fn(&mut Vec<String>);
    let ways: [(&str, &str, u64, &str, Edit); 4] = [
        ("drop", "1 missing", 40, "missing job 40", |lines| {
            lines.remove(40);
        }),
        ("extra", "1 extra", 41, "extra line 41", |lines| {
            lines.insert(40, lines[40].clone());
        }),
        (
            "swap",
            "2 reordered",
            40,
            "reordered jobs 40, 41",
            |lines| {
                lines.swap(40, 41);
            },
        ),
        ("change", "1 changed", 40, "changed job 40", |lines| {
            "falsified\n".clone_into(&mut lines[40]);
        }),
    ];
    for (way, counted, job, place, edit) in ways {
        let (code, stdout, _) = compare(&format!(
            "square --count 100 --falsify async-pattern:{way}:40"
        ));
        assert_eq!(code, Some(1), "{way}: {stdout}");
        assert!(
            !stdout.contains("Verdict"),
            "{way}: outputs that differ are not ranked"
        );
        let row = stdout
            .lines()
            .find(|line| line.starts_with("threadpool-pattern"));
        assert!(
            row.is_some_and(|row| row.trim_end().ends_with("same")),
            "{way}: {stdout}"
        );
        let (right, wrong) = (squares.concat(), falsified(&edit));
        let mut bytes = right.bytes().zip(wrong.bytes());
        let byte = bytes.position(|(ours, theirs)| ours != theirs).unwrap();
        for part in [
            counted.to_owned(),
            format!("first in line {job}, of job {job} "),
            format!(", byte {byte} of the output\n"),
            format!("its input: {job}\n"),
            format!(": {place}\n"),
        ] {
            assert!(stdout.contains(&part), "{way}: no {part:?} in {stdout}");
        }
        diff(&stdout);
    }
}

#[test]
fn the_job_that_differs_is_named_and_shown_though_others_failed() {
    let (code, stdout, stderr) = compare(
        "hostile --count 60 --every 10 --kinds error --falsify threadpool-pattern:change:40",
    );
    assert_eq!(code, Some(1), "{stdout}{stderr}");
    for part in [
        "first in line 40, of job 44 ",
        "its input: {\"index\":44,\"kind\":null}\n",
        "\ndiffering: changed job 44\n",
    ] {
        assert!(stdout.contains(part), "no {part:?} in {stdout}");
    }
    let expected = ["-44", "+falsified"];
    assert_eq!(diff(&stdout)[6..8], expected, "{stdout}");
}

#[test]
fn the_input_is_found_again_on_stdin() {
    use std::io::{Seek, Write};
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"7\n8\n9\n").unwrap();
    file.rewind().unwrap();
    let arguments = "square --from - --falsify async-pattern:change:1";
    let (code, stdout, stderr) = compare_with(arguments, file.into());
    assert_eq!(code, Some(1), "{stdout}{stderr}");
    assert!(stdout.contains("\nits input: 8\n"), "{stdout}");
}

#[cfg(unix)]
#[test]
fn lines_that_are_not_text_are_shown_in_hex() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    for byte in 0xe0..=0xff {
        let name = [&[byte; 9][..], &[b'x'; 200]].concat();
        let name = std::ffi::OsStr::from_bytes(&name);
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let folder = folder.path().display();
    let (code, stdout, stderr) = compare(&format!(
        "checksum {folder} --falsify async-pattern:swap:20"
    ));
    assert_eq!(code, Some(1), "{stdout}{stderr}");
    // Files 20 and 21, and not the beginning of the line, where all are the same.
    let differ = |row: &&&str| !row.starts_with([' ', '@']) && row.contains(": ");
    let diff = diff(&stdout);
    let rows: Vec<_> = diff.iter().filter(differ).collect();
    assert_eq!(rows.len(), 2, "{stdout}");
    for row in rows {
        assert!(
            row.contains(" f4") || row.contains(" f5"),
            "{row} in {stdout}"
        );
    }
    assert!(stdout.contains("its input: {\"path\":{"), "{stdout}");
}

#[test]
fn failures_that_are_the_same_everywhere_are_no_difference() {
    let (code, stdout, stderr) = compare("hostile --count 60 --every 10");
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    assert!(stdout.contains("6 of 60 jobs failed"), "{stdout}");
}

#[test]
fn a_run_that_is_lost_is_said_to_be_lost() {
    let (code, stdout, stderr) = compare("hostile --count 60 --every 20 --kinds abort");
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    for pattern in ["workload", "threadpool-pattern", "async-pattern"] {
        let mut rows = stdout.lines().filter(|line| line.starts_with(pattern));
        let row = rows.next().unwrap();
        assert!(row.ends_with("run lost"), "{stdout}");
        let note = rows.next().unwrap();
        assert!(note.contains("whole run lost: signal 6"), "{stdout}");
    }
    let mut rows = stdout
        .lines()
        .filter(|line| line.starts_with("processpool"));
    assert!(rows.all(|row| !row.contains("lost")), "{stdout}");
}

#[test]
fn thumbs_needs_no_pictures_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .args([
            "xtask", "compare", "--quiet", "--quick", "thumbs", "--size", "32",
        ]);
    let Output { status, stdout, .. } = command.output().unwrap();
    let stdout = String::from_utf8(stdout).unwrap();
    assert_eq!(status.code(), Some(0), "{stdout}");
    assert!(stdout.contains("thumbs --size 32 (24 jobs"), "{stdout}");
    assert_eq!(stdout.matches(" same\n").count(), 3, "{stdout}");
    let left = std::fs::read_dir(temporary.path()).unwrap();
    assert_eq!(left.count(), 0, "temporary folders are left");
}

#[test]
fn bad_input_is_refused_before_anything_runs() {
    for bad in [
        "melt",
        "square -w 0",
        "checksum /no/such/file",
        "thumbs /no/such/folder",
        "thumbs --out here",
    ] {
        let (code, stdout, stderr) = compare(bad);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{bad}: {stderr}");
    }
}
