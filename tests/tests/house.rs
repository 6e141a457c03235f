//! The rules of the house: what depends on what, and what every file looks like.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's root.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The names of all that a package is built from, with these extra arguments to `cargo tree`.
fn tree(package: &str, extra: &[&str]) -> Vec<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command
        .current_dir(root())
        .args(["tree", "--offline", "-e", "normal", "--prefix", "none"]);
    let output = command.args(["-p", package]).args(extra).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn no_pattern_is_built_from_another_engine() {
    let engines = [
        ("threadpool-pattern", "rayon"),
        ("processpool-pattern", "ipc-channel"),
        ("async-pattern", "tokio"),
    ];
    for (package, own) in engines {
        let names = tree(package, &[]);
        for (pattern, engine) in engines {
            let expected = engine == own;
            assert_eq!(
                names.iter().any(|name| name == engine),
                expected,
                "{package}: {engine}"
            );
            assert_eq!(
                names.iter().any(|name| name == pattern),
                expected,
                "{package}: {pattern}"
            );
        }
    }
    for (package, extra) in [("workload", &[][..]), ("xtask", &[])] {
        let names = tree(package, extra);
        for (pattern, engine) in engines {
            assert!(
                !names.iter().any(|name| name == engine || name == pattern),
                "{package}"
            );
        }
    }
    assert!(!tree("xtask", &[]).iter().any(|name| name == "workload"));
}

/// Waiting for the network is done in one way by the patterns that block, in another by the one that
/// does not, and in neither by what only runs them.
#[test]
fn no_pattern_is_built_from_the_http_client_of_the_others() {
    let clients = [
        ("workload", Some("ureq")),
        ("threadpool-pattern", Some("ureq")),
        ("processpool-pattern", Some("ureq")),
        ("async-pattern", Some("hyper")),
        ("xtask", None),
    ];
    for (package, own) in clients {
        let names = tree(package, &[]);
        for client in ["ureq", "hyper"] {
            let expected = own == Some(client);
            let found = names.iter().any(|name| name == client);
            assert_eq!(found, expected, "{package}: {client}");
        }
    }
    let server = tree("pages", &[]);
    let ours = [
        "workload",
        "threadpool-pattern",
        "processpool-pattern",
        "async-pattern",
    ];
    assert!(!server.iter().any(|name| ours.contains(&name.as_str())));
}

#[test]
fn what_ours_is_held_against_is_built_into_nothing_else() {
    let packages = [
        "workload",
        "threadpool-pattern",
        "processpool-pattern",
        "async-pattern",
        "xtask",
    ];
    for package in packages {
        let names = tree(package, &[]);
        for unwanted in ["procspawn", "divan"] {
            assert!(!names.iter().any(|name| name == unwanted), "{package}");
        }
    }
    // If it were called otherwise, it would be found nowhere.
    assert!(tree("tests", &[]).iter().any(|name| name == "procspawn"));
}

#[test]
fn a_library_user_gets_no_command_line() {
    for package in ["threadpool-pattern", "processpool-pattern", "async-pattern"] {
        let names = tree(package, &["--no-default-features"]);
        let extras = [
            "clap",
            "hyper",
            "image",
            "indicatif",
            "rustls",
            "sha2",
            "tracing",
            "ureq",
            "walkdir",
        ];
        for unwanted in extras {
            assert!(
                !names.iter().any(|name| name == unwanted),
                "{package}: {unwanted}"
            );
        }
    }
}

/// All files of the project whose name ends so.
fn files(ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let tops = ["crates", "xtask", "tests", "docs/src", "README.md"];
    let mut left: Vec<_> = tops.map(|top| root().join(top)).into();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    assert!(!found.is_empty());
    found
}

#[test]
fn every_file_says_what_it_is_for_and_is_read_in_one_sitting() {
    for path in files(".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        assert!(text.starts_with("//! "), "{name} does not begin with //!");
        let lines = text.lines().count();
        let most = if path.ends_with("src/pool.rs") {
            200
        } else {
            300
        };
        assert!(lines <= most, "{name} has {lines} lines, more than {most}");
    }
}

#[test]
fn unsafe_code_is_in_one_module_and_in_two_tests() {
    let allowing = files(".rs").into_iter().filter(|path| {
        let text = fs::read_to_string(path).unwrap();
        text.lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains(concat!("unsafe", " {")) || code.contains(concat!("unsafe", " impl"))
        })
    });
    let allowing: BTreeSet<_> = allowing.collect();
    let expected = [
        "crates/processpool-pattern/src/arena.rs",
        "crates/processpool-pattern/src/arena/fixed.rs",
        "crates/processpool-pattern/src/arena/source.rs",
        "tests/src/handler.rs",
        "tests/src/jobs/fork.rs",
    ];
    assert_eq!(allowing, expected.map(|file| root().join(file)).into());
}

#[test]
fn the_three_patterns_have_parallel_files() {
    for pattern in ["threadpool", "processpool", "async"] {
        let source = root().join(format!("crates/{pattern}-pattern"));
        for file in ["lib", "builder", "pool", "pattern", "main"] {
            assert!(
                source.join(format!("src/{file}.rs")).is_file(),
                "{pattern}: {file}"
            );
        }
        for example in ["squares", "own_job"] {
            assert!(
                source.join(format!("examples/{example}.rs")).is_file(),
                "{pattern}"
            );
        }
    }
}

#[test]
fn what_the_documents_include_and_link_to_is_there() {
    let mut seen = 0;
    for path in files(".md") {
        let text = fs::read_to_string(&path).unwrap();
        let includes = text.split("{{#include ").skip(1);
        let includes = includes.filter_map(|rest| rest.split("}}").next());
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let links = links.filter(|link| !link.contains("://") && !link.starts_with('#'));
        for target in includes.chain(links) {
            let file = target.split(['#', ':']).next().unwrap_or_default();
            let there = path.parent().unwrap().join(file);
            assert!(there.exists(), "{}: {target} is not there", path.display());
            seen += 1;
        }
    }
    assert!(
        seen > 20,
        "only {seen} links were found: is the search broken?"
    );
}
