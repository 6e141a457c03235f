//! The twins in Python: they print what the Rust reference prints, refuse what they cannot do, and
//! leave nothing behind. All of it is skipped where there is no Python that can run them.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by a panic"
)]

mod bad_input;
mod endings;
mod files;
mod lines;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tests::binaries::{self, Ran};

/// The twins.
const TWINS: [&str; 4] = ["loop", "threads", "processes", "asyncio"];

/// The interpreter, if there is one that is new enough.
fn python() -> Option<&'static PathBuf> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        let script = "import sys; assert sys.version_info >= (3, 9); print(sys.executable, end='')";
        let asked = Command::new("python3").args(["-c", script]).output().ok()?;
        let path = PathBuf::from(OsStr::from_bytes(&asked.stdout));
        asked.status.success().then_some(path)
    });
    if python.is_none() {
        eprintln!("skipped: there is no python3 of version 3.9 or newer");
    }
    python.as_ref()
}

/// A command that runs a twin. It writes no compiled modules into the source.
fn twin(name: &str) -> Option<Command> {
    let mut command = Command::new(python()?);
    let script = binaries::root().join("xtask/python/twins.py");
    command.arg("-B").arg(script).arg(name).stdin(Stdio::null());
    Some(command)
}

/// Runs a twin to its end, if there is a Python.
fn run(name: &str, arguments: &str) -> Option<Ran> {
    let mut command = twin(name)?;
    Some(
        command
            .args(arguments.split_whitespace())
            .output()
            .unwrap()
            .into(),
    )
}
