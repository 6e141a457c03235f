//! A Python to hold ours against: whatever interpreter is given, if it is new enough.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// The interpreter that is taken if none is named.
pub(crate) const DEFAULT: &str = "python3";

/// The oldest that our scripts run on.
const OLDEST: (u32, u32) = (3, 9);

/// A Python that can run our scripts.
#[derive(Debug, Clone)]
pub(crate) struct Python {
    file: PathBuf,
    /// `CPython 3.13.1`, and whether it has the lock.
    pub(crate) name: String,
}

/// Whether an argument names an interpreter rather than a workload.
pub(crate) fn is_interpreter(arg: &OsStr) -> bool {
    let arg = arg.to_string_lossy();
    arg.contains(['/', '\\']) || arg.starts_with("python") || arg.starts_with("pypy")
}

impl Python {
    /// Asks it what it is.
    pub(crate) fn find(file: &OsStr) -> anyhow::Result<Self> {
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

    /// What starts it; a script and its arguments follow.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}
