//! Where the soak speaks: results on stdout, progress on the terminal if stderr is one. What the
//! pools write to stderr, which is what jobs print, goes to a file.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::Context;

/// The file that stderr goes to, in the directory of the soak. It holds what the last round wrote.
pub(super) const LOG: &str = "log";

/// The terminal, if there is one, and the file.
#[derive(Debug)]
pub(super) struct Console {
    terminal: Option<File>,
    log: File,
}

impl Console {
    /// Sends all that is written to stderr from now on to a file in this directory.
    pub(super) fn new(directory: &Path) -> anyhow::Result<Self> {
        let path = directory.join(LOG);
        let log = OpenOptions::new().create(true).append(true).open(&path);
        let log = log.with_context(|| format!("cannot write {}", path.display()))?;
        let stderr = io::stderr();
        let terminal = match stderr.is_terminal() {
            true => Some(File::from(stderr.as_fd().try_clone_to_owned()?)),
            false => None,
        };
        nix::unistd::dup2_stderr(&log).context("cannot redirect stderr")?;
        Ok(Self { terminal, log })
    }

    /// Shows how far it is, in the place of what it showed before.
    pub(super) fn progress(&self, text: &str) {
        if let Some(mut terminal) = self.terminal.as_ref() {
            // A terminal that is gone is no reason to fail.
            let _ = write!(terminal, "\r\x1b[K{text}");
        }
    }

    /// Forgets what was written so far.
    pub(super) fn forget(&self) -> io::Result<()> {
        self.log.set_len(0)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.progress("");
    }
}
