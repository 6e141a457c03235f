//! CPython beside it: the twins of the patterns, run by whatever interpreter is given.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::cargo;
use crate::measure::Program;
use crate::pattern::Pattern;

/// The interpreter that is taken if none is named.
pub(super) const DEFAULT: &str = "python3";

/// The oldest that the twins run on.
const OLDEST: (u32, u32) = (3, 9);

/// A Python that can run the twins.
#[derive(Debug, Clone)]
pub(super) struct Python {
    file: PathBuf,
    /// `CPython 3.13.1`, and whether it has the lock.
    pub(super) name: String,
}

/// Whether an argument names an interpreter rather than a workload.
pub(super) fn is_interpreter(arg: &OsStr) -> bool {
    let arg = arg.to_string_lossy();
    arg.contains(['/', '\\']) || arg.starts_with("python") || arg.starts_with("pypy")
}

impl Python {
    /// Asks it what it is.
    pub(super) fn find(file: &OsStr) -> anyhow::Result<Self> {
        const QUESTION: &str = "import sys, platform; print(sys.version_info[0], \
            sys.version_info[1], platform.python_implementation(), platform.python_version(), \
            getattr(sys, '_is_gil_enabled', lambda: True)())";
        let shown = file.to_string_lossy();
        let asked = Command::new(file)
            .args(["-c", QUESTION])
            .stdin(Stdio::null())
            .output()
            .with_context(|| {
                format!("--python: cannot run `{shown}`: name a Python, such as /usr/bin/python3")
            })?;
        let answer = String::from_utf8_lossy(&asked.stdout).into_owned();
        let words: Vec<_> = answer.split_whitespace().collect();
        let &[major, minor, implementation, version, gil] = words.as_slice() else {
            bail!("--python: `{shown}` does not answer as a Python would");
        };
        let number = (major.parse().unwrap_or(0), minor.parse().unwrap_or(0));
        if number < OLDEST {
            let (major, minor) = OLDEST;
            bail!("--python: `{shown}` is {version}, but {major}.{minor} or newer is needed");
        }
        let lock = if gil == "True" { "" } else { ", free-threaded" };
        Ok(Self {
            file: file.into(),
            name: format!("{implementation} {version}{lock}"),
        })
    }

    /// The twins: the loop that the others are held against, and the three patterns.
    pub(super) fn programs(&self) -> Vec<Program> {
        let script = cargo::root().join("xtask/python/twins.py");
        let twins = [
            ("loop", Pattern::Sequential),
            ("threads", Pattern::ThreadPool),
            ("processes", Pattern::ProcessPool),
            ("asyncio", Pattern::Async),
        ];
        let twin = |(name, pattern): (&str, Pattern)| {
            let leading = [script.clone().into(), OsString::from(name)];
            Program::new(pattern, &self.file).beside(&format!("python {name}"), leading)
        };
        twins.map(twin).into()
    }
}
