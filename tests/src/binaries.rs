//! The binaries of the patterns, built once and run as a user would run them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;

use nix::sys::signal::Signal;

use crate::system::{handles, send, until, workers_of};

/// The binaries that take the common command line; the reference first.
pub const ALL: [&str; 4] = [
    "workload",
    "threadpool-pattern",
    "processpool-pattern",
    "async-pattern",
];

/// The workspace's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Cargo: the one that runs the tests, in the workspace's root.
#[must_use]
pub fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Where the tests were built: the target directory, and in it the directory of the profile.
#[must_use]
pub fn target() -> (PathBuf, PathBuf) {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap().to_owned();
    (profile.parent().unwrap().to_owned(), profile)
}

/// A command that runs a pattern's binary. All of them are built first, in the profile of the
/// tests: cargo builds only the libraries for a test of another package.
#[must_use]
pub fn command(name: &str) -> Command {
    static PROFILE: OnceLock<PathBuf> = OnceLock::new();
    let profile = PROFILE.get_or_init(|| {
        build(&ALL);
        target().1
    });
    let mut command = Command::new(profile.join(name));
    command.stdin(Stdio::null());
    command
}

/// Builds the binaries of these packages into the directory of the tests.
pub fn build(packages: &[&str]) {
    let (target, profile) = target();
    let mut build = cargo();
    build.args(["build", "--quiet", "--target-dir"]).arg(target);
    for package in packages {
        build.args(["--package", package]);
    }
    if profile.ends_with("release") {
        build.arg("--release");
    }
    let built = build.status().unwrap();
    assert!(built.success(), "cargo build: {built}");
}

/// A pattern's binary in release, whatever the profile of the tests. It is built as `cargo xtask` builds
/// it, so that nothing is built twice.
#[must_use]
pub fn release(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let (target, _) = target();
        let mut build = cargo();
        build.args(["build", "--quiet", "--release", "--target-dir"]);
        build.arg(&target);
        for package in ALL {
            build.args(["--package", package]);
        }
        let built = build.status().unwrap();
        assert!(built.success(), "cargo build: {built}");
        target.join("release")
    });
    folder.join(name)
}

/// What a program printed, and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// What it printed.
    pub stdout: String,
    /// What it said about it, a line each.
    pub stderr: Vec<String>,
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr);
        Self {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: stderr.lines().map(str::to_owned).collect(),
            code: output.status.code(),
        }
    }
}

/// Runs a pattern's binary to its end with arguments that have no blanks.
#[must_use]
pub fn run(name: &str, arguments: &str) -> Ran {
    run_with(name, arguments.split_whitespace())
}

/// Runs a pattern's binary to its end with any arguments.
#[must_use]
pub fn run_with<S: AsRef<OsStr>>(name: &str, arguments: impl IntoIterator<Item = S>) -> Ran {
    let output = command(name).args(arguments).output();
    output.unwrap().into()
}

/// A binary that runs, and is killed when the test ends before it.
pub struct Running(pub Child);

impl Running {
    /// Starts a pattern's binary. Its stdout and stderr are pipes.
    #[must_use]
    pub fn start(name: &str, arguments: &str) -> Self {
        let mut command = command(name);
        command.args(arguments.split_whitespace());
        Self::spawn(&mut command)
    }

    /// Starts a command with pipes for its stdout and stderr.
    #[must_use]
    pub fn spawn(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// The process's number.
    #[must_use]
    pub fn pid(&self) -> i32 {
        i32::try_from(self.0.id()).unwrap()
    }

    /// Waits until the program has begun its run: from then on it handles Ctrl-C and SIGTERM. A
    /// shell that is yet to become the program may handle Ctrl-C too, but not SIGTERM.
    pub fn wait_until_it_runs(&self) {
        until("the run begins", || handles(self.pid(), Signal::SIGTERM));
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        send(self.pid(), signal);
    }

    /// Waits until the program has ended.
    pub fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        until("the program ends", || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }

    /// Waits until no worker process of the program is left.
    pub fn wait_until_no_worker_is_left(&self) {
        let pid = self.pid();
        until("no worker is left", || workers_of(pid).is_empty());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended long since.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
