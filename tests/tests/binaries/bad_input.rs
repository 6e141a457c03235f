//! Bad input is refused before anything runs: one line on stderr that names the thing and what
//! would be accepted, exit code 2, nothing on stdout, and no file made.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use tests::binaries::{ALL, Ran, command, run_with};
use tests::unprivileged::Unprivileged;

/// What is said, and what the refusal must name.
const REFUSED: [(&str, &[&str]); 54] = [
    ("sqare", &["sqare", "square", "checksum"]),
    ("square 5", &["'5'"]),
    ("--frobnicate", &["--frobnicate", "--workers"]),
    ("--worker 2", &["--worker", "--workers"]),
    ("-w 0", &["'0'", "--workers", "from 1 up"]),
    ("-w many", &["many", "--workers", "from 1 up"]),
    ("-w -3", &["-3", "--workers", "from 1 up"]),
    ("-w 1.5", &["1.5", "--workers", "from 1 up"]),
    ("-w", &["--workers"]),
    ("--window 0", &["'0'", "--window", "from 1 up"]),
    ("--chunk 0", &["'0'", "--chunk", "from 1 up"]),
    ("--sample 0", &["'0'", "--sample", "from 1 up"]),
    ("--sample some", &["some", "--sample", "from 1 up"]),
    ("--retries -1", &["-1", "--retries", "from 0"]),
    ("--timeout soon", &["soon", "--timeout", "500ms"]),
    ("--timeout -5s", &["-5s"]),
    ("--timeout 5", &["'5'", "--timeout", "500ms"]),
    ("--on-error maybe", &["maybe", "continue", "stop"]),
    ("square --count -5", &["-5", "--count", "from 0"]),
    ("square --count 1e3", &["1e3", "--count", "from 0"]),
    (
        "square --count 99999999999",
        &["99999999999", "--count", "4294967295"],
    ),
    ("square --limit 5", &["--limit"]),
    ("primes --limit x", &["x", "--limit"]),
    ("sleep --for never", &["never", "--for", "500ms"]),
    ("echo --bytes -1", &["-1", "--bytes"]),
    (
        "echo --bytes 9999999999",
        &["9999999999", "--bytes", "1073741824"],
    ),
    (
        "hostile --kinds dance",
        &["dance", "--kinds", "panic", "overflow"],
    ),
    ("hostile --every 0", &["'0'", "--every", "from 1 up"]),
    ("checksum", &["PATH"]),
    ("checksum missing", &["missing", "a file or a directory"]),
    (
        "checksum there missing",
        &["missing", "a file or a directory"],
    ),
    ("checksum there --from there", &["--from"]),
    ("thumbs directory", &["--out"]),
    ("thumbs --out thumbnails", &["DIR"]),
    (
        "thumbs missing --out thumbnails",
        &["missing", "DIR must be a directory"],
    ),
    (
        "thumbs there --out thumbnails",
        &["there", "with pictures in it"],
    ),
    (
        "thumbs directory --out there",
        &["--out there", "a name that is free"],
    ),
    (
        "thumbs directory --out directory/in/it",
        &["directory/in/it", "apart"],
    ),
    (
        "thumbs directory --out ./directory",
        &["./directory", "apart"],
    ),
    (
        "thumbs directory --out thumbnails --size 0",
        &["'0'", "--size", "from 1 to 65535"],
    ),
    (
        "thumbs directory --out thumbnails --size 65536",
        &["'65536'", "--size", "from 1 to 65535"],
    ),
    (
        "thumbs directory --out thumbnails --contact-sheet sheet.png --size 1025",
        &["--size 1025", "up to 1024"],
    ),
    (
        "thumbs directory --out thumbnails --contact-sheet directory/sheet.png",
        &["directory/sheet.png", "apart from both"],
    ),
    (
        "thumbs directory --out thumbnails --contact-sheet thumbnails/sheet.png",
        &["thumbnails/sheet.png", "apart from both"],
    ),
    ("--from missing", &["--from", "missing"]),
    (
        "--from directory",
        &["--from", "directory", "one input a line"],
    ),
    (
        "--report missing/report",
        &["--report", "missing/report", "directory"],
    ),
    ("--trace directory", &["--trace", "directory"]),
    ("--joblog directory", &["--joblog", "directory"]),
    (
        "--joblog missing/joblog",
        &["--joblog", "missing/joblog", "directory"],
    ),
    ("--show-job -1", &["-1", "--show-job", "from 0"]),
    ("--show-job 10", &["--show-job 10", "only 10 jobs"]),
    ("--show-job 1 --from there", &["only 1 job"]),
    ("--show-job 0 checksum missing", &["missing"]),
];

fn check_refused(name: &str, arguments: &str, ran: &Ran, named: &[&str]) {
    assert_eq!(ran.code, Some(2), "{name} {arguments}: {ran:?}");
    assert_eq!(ran.stdout, "", "{name} {arguments}");
    let [line] = &ran.stderr[..] else {
        panic!("{name} {arguments}: not one line but {:#?}", ran.stderr);
    };
    for thing in named {
        assert!(
            line.contains(thing),
            "{name} {arguments}: no {thing:?} in {line:?}"
        );
    }
}

/// A directory with a few things in it.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("there"), "1\n").unwrap();
    fs::create_dir(place.path().join("directory")).unwrap();
    place
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let place = place();
    for name in ALL {
        for (arguments, named) in REFUSED {
            let mut command = command(name);
            command.args(arguments.split(' ')).current_dir(place.path());
            check_refused(name, arguments, &command.output().unwrap().into(), named);
        }
        // Options that would write a file come before what is refused, and still none is made.
        let mut command = command(name);
        command.args([
            "--report", "report", "--trace", "trace", "--joblog", "joblog", "checksum", "missing",
        ]);
        command.current_dir(place.path());
        check_refused(
            name,
            "with files",
            &command.output().unwrap().into(),
            &["missing"],
        );
    }
    assert_eq!(names_in(place.path()), ["directory", "there"]);
}

#[test]
fn a_message_is_one_line_also_when_what_it_names_is_not() {
    for name in ALL {
        for argument in ["two\nlines", "cr\rlf", "\u{1b}[31mred"] {
            let ran = run_with(name, ["checksum", argument]);
            check_refused(name, argument, &ran, &[]);
        }
        let ran = run_with(name, ["--from", "two\nlines"]);
        check_refused(name, "--from", &ran, &["--from"]);
    }
}

#[test]
fn what_is_not_unicode_is_refused_where_it_cannot_be_meant() {
    let strange = OsStr::from_bytes(b"\xff2");
    for name in ALL {
        let ran = run_with(name, [OsStr::new("-w"), strange]);
        check_refused(name, "-w", &ran, &[]);
        let ran = run_with(name, [OsStr::new("checksum"), strange]);
        check_refused(name, "checksum", &ran, &["a file or a directory"]);
        let ran = run_with(name, [strange]);
        check_refused(
            name,
            "the first of all",
            &ran,
            &["\u{fffd}2", "square", "checksum"],
        );
    }
}

/// The name that a program is started by is told to its workers, too.
#[test]
fn a_program_may_be_called_anything() {
    for name in ALL {
        let mut command = command(name);
        command.arg0(OsStr::from_bytes(b"\xff"));
        let ran = Ran::from(command.output().unwrap());
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
    }
}

/// Root may read and write everything, so it tries as somebody else.
#[test]
fn without_permission_it_is_refused() {
    let place = place();
    let inside = |name: &str| place.path().join(name);
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    fs::write(inside("secret"), "1\n").unwrap();
    fs::set_permissions(inside("secret"), Permissions::from_mode(0o000)).unwrap();
    fs::create_dir(inside("closed")).unwrap();
    fs::set_permissions(inside("closed"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(inside("directory"), Permissions::from_mode(0o555)).unwrap();
    let nobody = Unprivileged::new();
    for name in ALL {
        for (arguments, named) in [
            ("checksum secret", &["secret", "can be read"][..]),
            ("checksum closed", &["closed", "can be read"]),
            ("--from secret", &["--from", "secret"]),
            (
                "--report directory/report",
                &["--report", "directory/report"],
            ),
            ("--trace closed/trace", &["--trace", "closed/trace"]),
            ("--joblog closed/joblog", &["--joblog", "closed/joblog"]),
        ] {
            let mut command = nobody.command(name);
            command.args(arguments.split(' ')).current_dir(place.path());
            check_refused(name, arguments, &command.output().unwrap().into(), named);
        }
    }
    for closed in ["closed", "directory"] {
        fs::set_permissions(inside(closed), Permissions::from_mode(0o755)).unwrap();
        assert_eq!(names_in(&inside(closed)), [""; 0]);
    }
    assert_eq!(
        names_in(place.path()),
        ["closed", "directory", "secret", "there"]
    );
}
