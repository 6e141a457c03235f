//! What is run: a program that knows one pattern.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pattern::Pattern;

/// A program that runs workloads in the way of one pattern.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// What it is called: `threadpool-pattern`, `python threads`. No two of a comparison have the
    /// same name.
    pub(crate) name: String,
    /// Its pattern.
    pub(crate) pattern: Pattern,
    /// Whether a verdict may name it. Those in another language are only shown beside.
    pub(crate) stands: bool,
    file: PathBuf,
    leading: Vec<OsString>,
}

impl Program {
    /// The binary of a pattern.
    pub(crate) fn new(pattern: Pattern, file: &Path) -> Self {
        Self {
            name: pattern.binary().to_owned(),
            pattern,
            stands: true,
            file: file.to_owned(),
            leading: Vec::new(),
        }
    }

    /// The same program under another name.
    pub(crate) fn named(self, name: &str) -> Self {
        let name = name.to_owned();
        Self { name, ..self }
    }

    /// The same program, always given these arguments before the workload's.
    pub(crate) fn given(self, leading: impl Into<Vec<OsString>>) -> Self {
        let leading = leading.into();
        Self { leading, ..self }
    }

    /// A program in another language, which is shown beside ours. It has its own interpreter lock,
    /// so it is not told to run as if it had one.
    pub(crate) fn beside(self, name: &str, leading: impl Into<Vec<OsString>>) -> Self {
        Self {
            name: name.to_owned(),
            stands: false,
            leading: leading.into(),
            ..self
        }
    }

    /// The workload's arguments as this program is given them.
    pub(crate) fn args<'a>(&self, args: &'a [OsString]) -> impl Iterator<Item = &'a OsString> {
        let all = self.stands;
        args.iter().filter(move |arg| all || *arg != "--gil")
    }

    /// What starts it; the workload's arguments follow.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command.args(&self.leading);
        command
    }

    /// Where it is.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}
