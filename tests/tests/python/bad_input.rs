//! What the twins cannot do is refused before anything runs, in one line that says what they can.

use std::fs;

use tests::binaries::{self, Ran};

use crate::{TWINS, run, twin};

/// What is said, and what the refusal must name.
const REFUSED: [(&str, &[&str]); 18] = [
    ("sqare", &["sqare", "square", "checksum"]),
    ("echo", &["echo", "checksum"]),
    ("hostile", &["hostile", "checksum"]),
    ("square 5", &["'5'", "--count"]),
    ("--worker 2", &["--worker'", "--workers"]),
    ("-w 0", &["'0'", "--workers", "from 1 up"]),
    ("-w -3", &["-3", "--workers", "from 1 up"]),
    ("-w", &["--workers"]),
    ("square --count -5", &["-5", "--count", "from 0"]),
    ("square --count 1_000", &["1_000", "--count", "from 0"]),
    ("square --count 4294967296", &["--count", "4294967295"]),
    ("square --limit 5", &["--limit", "--count"]),
    ("sleep --for 5", &["'5'", "--for", "500ms"]),
    ("sleep --for 5parsecs", &["parsecs", "--for", "500ms"]),
    ("checksum", &["PATH"]),
    ("checksum missing", &["missing", "a file or a directory"]),
    ("--report missing/report", &["--report", "missing/report"]),
    ("--report report checksum missing", &["missing"]),
];

#[test]
fn what_makes_no_sense_is_refused() {
    let place = tempfile::tempdir().unwrap();
    // All twins read the command line in one way, so they take turns.
    for (name, (arguments, named)) in TWINS.iter().cycle().zip(REFUSED) {
        let Some(mut twin) = twin(name) else {
            return;
        };
        twin.args(arguments.split(' ')).current_dir(place.path());
        let ran = Ran::from(twin.output().unwrap());
        assert_refused(&ran, &format!("{name} {arguments}"), named);
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    let Some(ran) = run("fibers", "") else {
        return;
    };
    assert_refused(&ran, "fibers", &["fibers", "threads", "asyncio"]);
}

fn assert_refused(ran: &Ran, what: &str, named: &[&str]) {
    assert_eq!((ran.code, &*ran.stdout), (Some(2), ""), "{what}: {ran:?}");
    let [line] = &ran.stderr[..] else {
        panic!("{what}: not one line but {:#?}", ran.stderr);
    };
    for thing in named {
        assert!(line.contains(thing), "{what}: no {thing:?} in {line:?}");
    }
}

/// What the binaries accept and a twin does not is refused by its name, and not passed over.
#[test]
fn other_options_of_the_binaries_are_refused() {
    let help = binaries::run("workload", "--help").stdout;
    let words = help.split_whitespace();
    let options = words.filter(|word| word.starts_with("--") && word.len() > 2);
    let accepted = ["--workers", "--report", "--quiet", "--help"];
    let others: Vec<_> = options.filter(|word| !accepted.contains(word)).collect();
    assert!(others.contains(&"--from") && others.len() > 8, "{others:?}");
    for option in others {
        for arguments in [format!("{option} 1 primes"), format!("primes {option}=1")] {
            let Some(ran) = run("threads", &arguments) else {
                return;
            };
            assert_refused(&ran, &arguments, &[option, "--workers"]);
        }
    }
}
