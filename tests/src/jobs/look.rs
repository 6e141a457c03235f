//! A job that looks at what its worker, and what it starts, gets from the pool.

use std::process::Command;

use serde::{Deserialize, Serialize};
use workload::{Job, Portable};

/// What to look at.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Look {
    /// The variables of the environment, sorted.
    Environment,
    /// The open files of a program that the job starts, by their numbers, sorted.
    Files,
}

impl Look {
    /// The variables of this process's environment, sorted.
    #[must_use]
    pub fn environment() -> Vec<String> {
        let mut variables: Vec<_> = std::env::vars_os()
            .map(|variable| format!("{variable:?}"))
            .collect();
        variables.sort();
        variables
    }
}

impl Job for Look {
    type Output = Vec<String>;

    fn run(&self) -> anyhow::Result<Vec<String>> {
        match self {
            Self::Environment => Ok(Self::environment()),
            Self::Files => files_of_a_child(),
        }
    }
}

impl Portable for Look {
    const NAME: &'static str = "look";
}

/// A shell tells of itself, for only the child knows for sure when its exec has closed what it
/// closes. The colon keeps the shell from becoming the `ls`.
fn files_of_a_child() -> anyhow::Result<Vec<String>> {
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", "ls /proc/$$/fd && :"]).output()?;
    anyhow::ensure!(output.status.success(), "{output:?}");
    let mut files: Vec<_> = String::from_utf8(output.stdout)?
        .lines()
        .map(str::to_owned)
        .collect();
    files.sort();
    Ok(files)
}
