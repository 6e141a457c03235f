//! What workloads on files share: paths that travel, and directories that are walked.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use walkdir::{DirEntry, WalkDir};

/// A path, as the bytes that the system knows it by: a path need not be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct PathBytes(#[serde(with = "serde_bytes")] Vec<u8>);

impl PathBytes {
    /// The bytes of a path.
    pub(super) fn new(path: impl AsRef<OsStr>) -> Self {
        Self(path.as_ref().as_encoded_bytes().to_vec())
    }

    /// The path that these bytes name.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The bytes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path.
    #[cfg(unix)]
    pub(super) fn to_path(&self) -> PathBuf {
        use std::os::unix::ffi::OsStrExt;
        OsStr::from_bytes(&self.0).into()
    }

    /// The path.
    #[cfg(not(unix))]
    pub(super) fn to_path(&self) -> PathBuf {
        // Elsewhere a path is Unicode, or it cannot be named here.
        String::from_utf8_lossy(&self.0).into_owned().into()
    }
}

/// Refuses a path that is not there or that may not be read.
pub(super) fn check(path: &Path) -> anyhow::Result<()> {
    let readable = fs::metadata(path).and_then(|metadata| {
        if metadata.is_dir() {
            fs::read_dir(path).map(drop)
        } else if metadata.is_file() {
            File::open(path).map(drop)
        } else {
            Ok(()) // Opening a pipe would wait for its writer.
        }
    });
    readable.with_context(|| format!("cannot read {}", path.display()))
}

/// The files under `path`, or `path` itself. What cannot be read is named all the same: its job
/// will fail and say so.
pub(super) fn walk(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let is_job = |entry: &DirEntry| {
        let kind = entry.file_type();
        // What a link leads to counts.
        let is_directory = || fs::metadata(entry.path()).is_ok_and(|m| m.is_dir());
        kind.is_file() || (entry.depth() == 0 || kind.is_symlink()) && !is_directory()
    };
    let entries = WalkDir::new(path).sort_by_file_name().into_iter();
    entries.filter_map(move |entry| match entry {
        Ok(entry) => is_job(&entry).then(|| entry.into_path()),
        Err(error) => error.path().map(Path::to_owned),
    })
}
