//! `checksum` on files with awkward names, and the report of a run in which jobs failed.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Output;

use serde_json::Value;
use tests::binaries::{Ran, command};

use crate::{TWINS, twin};

/// Files with awkward names, of all sizes around a block, and things that are no files.
fn tree() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("tree");
    let names: [&[u8]; 14] = [
        b"plain",
        b"two words",
        b" leading and trailing ",
        b"new\nline",
        b"back\\slash",
        b"\\n is no newline",
        b"carriage\rreturn",
        b"tab\tand \x01 control",
        b"--help",
        // By code points, these two would come the other way round.
        b"\xff\xfe not unicode \xc3\x28",
        "\u{1f600} and \u{ed55}\u{ae00}".as_bytes(),
        b".hidden",
        b"Upper",
        b"a",
    ];
    for (folder, size) in [("", 0), ("plai", 3000), ("plain folder/deep", 131_072)] {
        fs::create_dir_all(root.join(folder)).unwrap();
        for (number, name) in names.iter().enumerate() {
            let file = root.join(folder).join(OsStr::from_bytes(name));
            fs::write(file, vec![u8::try_from(number).unwrap(); size + number]).unwrap();
        }
    }
    fs::create_dir(root.join("empty folder")).unwrap();
    fs::write(root.join("empty file"), "").unwrap();
    // Root may read it; the reference decides.
    fs::write(root.join("unreadable"), "secret").unwrap();
    fs::set_permissions(root.join("unreadable"), Permissions::from_mode(0o000)).unwrap();
    symlink("nowhere", root.join("dangling\nlink")).unwrap();
    symlink("nowhere", root.join(OsStr::from_bytes(b"dangling \xff"))).unwrap();
    symlink("plain", root.join("link to a file")).unwrap();
    symlink("plai", root.join("link to a folder")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    nix::unistd::mkfifo(&root.join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    directory
}

/// What was said of jobs that failed, without the summary.
fn failures(output: &Output) -> Vec<String> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let jobs = stderr.lines().filter(|line| line.starts_with("job "));
    jobs.map(str::to_owned).collect()
}

#[test]
fn checksums_and_what_fails_are_the_same() {
    let tree = tree();
    for arguments in [
        &["checksum", "tree"][..],
        &["-w", "1", "checksum", "tree/plai/", "./tree", "tree/plain"],
        &["checksum", "-w", "9", "--", "tree/two words", "tree/plain"],
    ] {
        let mut reference = command("workload");
        reference.args(arguments).current_dir(tree.path());
        let expected = reference.output().unwrap();
        for name in TWINS {
            let Some(mut twin) = twin(name) else {
                return;
            };
            let ran = twin.args(arguments).current_dir(tree.path()).output();
            let ran = ran.unwrap();
            let (ours, theirs) = (ran.stdout.escape_ascii(), expected.stdout.escape_ascii());
            assert_eq!(ours.to_string(), theirs.to_string(), "{name} {arguments:?}");
            assert_eq!(failures(&ran), failures(&expected), "{name} {arguments:?}");
            assert_eq!(ran.status, expected.status, "{name} {arguments:?}: {ran:?}");
            if arguments.contains(&"tree") {
                assert_eq!(ran.status.code(), Some(3), "{name}: two links dangle");
            }
        }
    }
}

#[test]
fn a_report_says_what_happened() {
    let tree = tree();
    let path = tree.path().join("report");
    for (name, workers) in TWINS.into_iter().zip([1, 3, 3, 3]) {
        let Some(mut twin) = twin(name) else {
            return;
        };
        let arguments = ["--report", "report", "--quiet", "-w", "3", "checksum"];
        twin.args(arguments).args(["tree/plai", "tree"]);
        let ran = Ran::from(twin.current_dir(tree.path()).output().unwrap());
        let report: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let (succeeded, failed) = (ran.stdout.lines().count(), ran.stderr.len() - 1);
        let nothing = serde_json::json!({"threads": null, "descriptors": null, "processes": null});
        for (key, expected) in [
            ("schema", "patterns.run/1".into()),
            ("pattern", format!("python-{name}").into()),
            ("workload", "checksum".into()),
            ("workers", workers.into()),
            ("on_error", "continue".into()),
            ("exit_code", 3.into()),
            ("jobs", (succeeded + failed).into()),
            ("succeeded", succeeded.into()),
            ("failed", serde_json::json!({"failed": failed})),
            ("left_behind", nothing),
        ] {
            assert_eq!(report[key], expected, "{name}: {key}");
        }
        for (failure, said) in report["failures"]
            .as_array()
            .unwrap()
            .iter()
            .zip(&ran.stderr)
        {
            let message = failure["message"].as_str().unwrap().replace('\n', "\\n");
            assert_eq!(
                *said,
                format!("job {}: {message}", failure["index"]),
                "{name}"
            );
            assert_eq!(failure["kind"], "failed", "{name}");
        }
        for positive in ["wall", "startup", "cpu", "peak_memory"] {
            assert!(report[positive].as_f64() > Some(0.0), "{name}: {positive}");
        }
        assert!(report["shutdown"].is_f64() && report["gil"].is_boolean());
        fs::remove_file(&path).unwrap();
    }
}
