//! What jobs leave behind as evidence that they were begun: the pool knows nothing of it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The name that a worker process takes when it begins its first job, where the system shows names.
pub(super) const AT_WORK: &str = "soak at work";

/// The file on which jobs note that they have begun, and in which process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Begun(PathBuf);

/// A job's number, and the process that began it.
pub(super) type Beginning = (u64, u32);

const NOTE: usize = size_of::<u64>() + size_of::<u32>();

impl Begun {
    /// A file in this directory.
    pub(super) fn new(directory: &Path) -> Self {
        Self(directory.join("begun"))
    }

    /// Notes that a job has begun in this process: one system call, so that notes do not mix.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(super) fn note(&self, id: u64) -> anyhow::Result<()> {
        let mut note = [0; NOTE];
        note[..8].copy_from_slice(&id.to_le_bytes());
        note[8..].copy_from_slice(&std::process::id().to_le_bytes());
        let mut file = OpenOptions::new().append(true).create(true).open(&self.0)?;
        file.write_all(&note)?;
        fs::write("/proc/self/comm", AT_WORK)?;
        Ok(())
    }

    /// Takes all notes off the file.
    ///
    /// # Errors
    ///
    /// The file cannot be read or removed.
    pub(super) fn take(&self) -> anyhow::Result<Vec<Beginning>> {
        if !self.0.exists() {
            return Ok(Vec::new());
        }
        let notes = fs::read(&self.0)?;
        fs::remove_file(&self.0)?;
        anyhow::ensure!(notes.len().is_multiple_of(NOTE), "a note is incomplete");
        Ok(notes.chunks_exact(NOTE).filter_map(beginning).collect())
    }
}

fn beginning(note: &[u8]) -> Option<Beginning> {
    let (id, pid) = note.split_first_chunk()?;
    let pid = pid.first_chunk()?;
    Some((u64::from_le_bytes(*id), u32::from_le_bytes(*pid)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_taken_once() {
        let directory = tempfile::tempdir().unwrap();
        let begun = Begun::new(directory.path());
        assert_eq!(begun.take().unwrap(), []);
        fs::write(&begun.0, [7, 0, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0]).unwrap();
        assert_eq!(begun.take().unwrap(), [(7, 256 + 9)]);
        assert_eq!(begun.take().unwrap(), []);
    }
}
