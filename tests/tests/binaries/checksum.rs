//! `checksum` prints what coreutils' `sha256sum` prints, whatever the files are called and are.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tests::binaries::{ALL, Ran};
use tests::unprivileged::{Unprivileged, drop_privileges};

/// A tree of files with all sorts of names and kinds, and its files in the order in which they
/// should come.
struct Tree {
    directory: tempfile::TempDir,
    files: Vec<PathBuf>,
    nobody: Unprivileged,
}

const NAMES: [&[u8]; 17] = [
    b"plain",
    b"two words",
    b" leading and trailing ",
    b"new\nline",
    b"\n",
    b"back\\slash",
    b"\\n is no newline",
    b"carriage\rreturn",
    b"tab\tand \x01 control",
    b"quote\"s 'and' `more` $HOME *",
    b"-begins-with-a-dash",
    b"--help",
    b"not \xff\xfe unicode \xc3\x28",
    "\u{ed55}\u{ae00} and \u{1f600}".as_bytes(),
    b"Upper",
    b".hidden",
    b"zz",
];

impl Tree {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // For whoever is not root.
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        let root = directory.path().join("tree");
        for (folder, sizes) in [
            ("", 0_usize),
            ("a folder", 1),
            ("b\nfolder/deep", 70_000),
            ("plai", 300_000),
        ] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).unwrap();
            for (number, name) in NAMES.iter().enumerate() {
                let byte = u8::try_from(number).unwrap();
                fs::write(
                    folder.join(OsStr::from_bytes(name)),
                    vec![byte; sizes * (number % 3)],
                )
                .unwrap();
            }
        }
        fs::create_dir(root.join("empty folder")).unwrap();
        fs::write(root.join("unreadable"), "secret").unwrap();
        fs::set_permissions(root.join("unreadable"), Permissions::from_mode(0o000)).unwrap();
        symlink("nowhere", root.join("dangling\nlink")).unwrap();
        symlink("plain", root.join("link to a file")).unwrap();
        symlink("a folder", root.join("link to a folder")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        nix_fifo(&root.join("pipe"));
        let mut files = Vec::new();
        walk(Path::new("tree"), directory.path(), &mut files);
        Self {
            directory,
            files,
            nobody: Unprivileged::new(),
        }
    }

    fn run(&self, name: &str, arguments: &[&str]) -> Output {
        let mut command = self.nobody.command(name);
        command.args(arguments).current_dir(self.directory.path());
        command.output().unwrap()
    }

    fn sha256sum(&self) -> Option<Command> {
        let mut command = Command::new("sha256sum");
        command
            .current_dir(self.directory.path())
            .env("LC_ALL", "C");
        drop_privileges(&mut command);
        command.stdin(Stdio::null()).output().ok()?;
        Some(command)
    }
}

fn nix_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// The files under a folder: what is a file or leads to one, or leads nowhere; sorted by name.
fn walk(path: &Path, from: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(from.join(path))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (kind, path) = (entry.file_type().unwrap(), path.join(entry.file_name()));
        let leads_to_a_folder = || fs::metadata(entry.path()).is_ok_and(|target| target.is_dir());
        if kind.is_dir() {
            walk(&path, from, files);
        } else if kind.is_file() || kind.is_symlink() && !leads_to_a_folder() {
            files.push(path);
        }
    }
}

#[test]
fn it_prints_what_sha256sum_prints_and_sha256sum_accepts_it() {
    let tree = Tree::new();
    let Some(mut sha256sum) = tree.sha256sum() else {
        println!("skipped: there is no sha256sum");
        return;
    };
    let theirs = sha256sum.arg("--").args(&tree.files).output().unwrap();
    assert_eq!(tree.files.len(), 4 * NAMES.len() + 4);
    for name in ALL {
        let ours = tree.run(name, &["-w", "2", "checksum", "tree"]);
        assert_same(name, &ours, &theirs);
        let lines = ours.stdout.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(
            lines,
            4 * NAMES.len() + 1,
            "all but the unreadable, the loop and the dangling"
        );

        let list = tree.directory.path().join("sums");
        fs::write(&list, &ours.stdout).unwrap();
        let mut check = tree.sha256sum().unwrap();
        let checked = check.args(["-c", "--quiet", "sums"]).output().unwrap();
        assert!(checked.status.success(), "{name}: {checked:?}");
        assert!(checked.stdout.is_empty(), "{name}: {checked:?}");

        let ran = Ran::from(ours);
        assert_eq!(ran.code, Some(3), "{name}");
        let told = &ran.stderr;
        assert_eq!(
            told.len(),
            3 + 1,
            "{name}: three failures and the summary: {told:#?}"
        );
        let told = told.join("\n");
        for failure in [
            "dangling\\nlink: entity not found",
            "unreadable: permission denied",
            "loop",
        ] {
            assert!(told.contains(failure), "{name}: no {failure:?} in {told}");
        }
    }
}

/// Files that are named one by one come in the order in which they are named.
#[test]
fn files_that_are_named_come_as_they_are_named() {
    let tree = Tree::new();
    let Some(mut sha256sum) = tree.sha256sum() else {
        println!("skipped: there is no sha256sum");
        return;
    };
    let names = [
        "tree/zz",
        "tree/plain",
        "tree/link to a file",
        "tree/zz",
        "./tree/two words",
    ];
    let theirs = sha256sum.args(names).output().unwrap();
    for name in ALL {
        let ours = tree.run(name, &[&["checksum"], &names[..]].concat());
        assert_same(name, &ours, &theirs);
        assert_eq!(ours.status.code(), Some(0));
    }
}

fn assert_same(name: &str, ours: &Output, theirs: &Output) {
    let (ours, theirs) = (&ours.stdout[..], &theirs.stdout[..]);
    let lines = |bytes: &[u8]| {
        bytes
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    for (ours, theirs) in lines(ours).iter().zip(&lines(theirs)) {
        let (ours, theirs) = (
            ours.escape_ascii().to_string(),
            theirs.escape_ascii().to_string(),
        );
        assert_eq!(ours, theirs, "{name}");
    }
    assert_eq!(ours.len(), theirs.len(), "{name}");
}

/// A file that vanishes after it was found fails alone.
#[test]
fn a_link_to_a_directory_that_is_named_is_walked() {
    let folder = tempfile::tempdir().unwrap();
    let (directory, link) = (folder.path().join("directory"), folder.path().join("link"));
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join("file"), "").unwrap();
    symlink(&directory, &link).unwrap();
    for name in ALL {
        let ran = tests::binaries::run_with(name, [OsStr::new("checksum"), link.as_os_str()]);
        assert_eq!(ran.code, Some(0), "{name}: {:?}", ran.stderr);
        assert!(
            ran.stdout.ends_with("link/file\n"),
            "{name}: {}",
            ran.stdout
        );
    }
}

#[test]
fn a_file_that_vanishes_fails_alone() {
    use std::io::{BufRead, BufReader, Read, Write};
    for name in ALL {
        let directory = tempfile::tempdir().unwrap();
        let (first, second) = (
            directory.path().join("first"),
            directory.path().join("second"),
        );
        fs::write(&first, "1").unwrap();
        fs::write(&second, "2").unwrap();
        let mut command = tests::binaries::command(name);
        command
            .args(["checksum", "--from", "-"])
            .stdin(Stdio::piped());
        let mut running = tests::binaries::Running::spawn(&mut command);
        let mut input = running.0.stdin.take().unwrap();
        writeln!(input, "{}", first.display()).unwrap();
        let mut output = BufReader::new(running.0.stdout.take().unwrap());
        output.read_line(&mut String::new()).unwrap();
        fs::remove_file(&second).unwrap();
        writeln!(input, "{}\n{}", second.display(), first.display()).unwrap();
        drop(input);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest.lines().count(), 1, "{name}");
        assert_eq!(running.wait().code(), Some(3), "{name}");
    }
}
