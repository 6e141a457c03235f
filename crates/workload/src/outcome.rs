//! How one job ended, in the words that all patterns use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How one job ended: its output, or the reason why there is none.
pub type Outcome<O> = Result<O, JobError>;

/// Why a job has no output. One enum for all patterns; each pattern's page says which of these it
/// can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The job returned an error; the message is the whole chain of causes.
    #[error("failed: {message}")]
    Failed {
        /// The error and its causes, joined by colons.
        message: String,
    },
    /// The job panicked, and the panic was caught: the worker lives on.
    #[error("panicked: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// The job ran longer than its time limit.
    #[error("timed out after {after:?}")]
    TimedOut {
        /// The limit, counted from the job's own start.
        after: Duration,
    },
    /// The job was cancelled, or never started because the run was stopped.
    #[error("cancelled")]
    Cancelled,
    /// The worker process that ran the job died of it.
    #[error("crashed its worker: {death}{}", said(last_words))]
    Crashed {
        /// What the system says of the dead process.
        death: Death,
        /// The end of what the job had printed, up to 1 KiB; it may say why.
        last_words: String,
    },
    /// The job or its output could not be encoded for another process, or decoded there.
    #[error("could not travel: {message}")]
    Unsendable {
        /// What could not be encoded or decoded, and why.
        message: String,
    },
    /// The pool broke down before the job could end; nothing is known about the job itself.
    #[error("lost: {message}")]
    Lost {
        /// What became of the pool.
        message: String,
    },
}

/// How a process died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Death {
    /// It left by itself with this exit code.
    Exit(i32),
    /// It was ended by this signal.
    Signal(i32),
}

impl JobError {
    /// The kind of error in one word: what can be compared between patterns.
    ///
    /// ```
    /// # use workload::JobError;
    /// assert_eq!(JobError::Cancelled.kind(), "cancelled");
    /// ```
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "failed",
            Self::Panicked { .. } => "panicked",
            Self::TimedOut { .. } => "timed-out",
            Self::Cancelled => "cancelled",
            Self::Crashed { .. } => "crashed",
            Self::Unsendable { .. } => "unsendable",
            Self::Lost { .. } => "lost",
        }
    }

    /// Whether trying again may help: the worker crashed or the time ran out.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Crashed { .. } | Self::TimedOut { .. })
    }
}

impl std::fmt::Display for Death {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Exit(code) => write!(f, "exit code {code}"),
            Self::Signal(number) => match signal_name(number) {
                Some(name) => write!(f, "signal {number} ({name})"),
                None => write!(f, "signal {number}"),
            },
        }
    }
}

impl From<std::process::ExitStatus> for Death {
    fn from(status: std::process::ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Exit(status.code().unwrap_or(-1))
    }
}

/// The last lines of what a job had printed, if it had.
fn said(last_words: &str) -> String {
    let lines: Vec<_> = last_words.lines().rev().take(3).collect();
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<_> = lines.into_iter().rev().collect();
    format!(", having said {:?}", lines.join(" / "))
}

/// The name of a signal that this system knows.
fn signal_name(number: i32) -> Option<&'static str> {
    #[cfg(unix)]
    {
        nix::sys::signal::Signal::try_from(number)
            .ok()
            .map(nix::sys::signal::Signal::as_str)
    }
    #[cfg(not(unix))]
    {
        let _ = number;
        None
    }
}
