//! `checksum`: the SHA-256 of files, printed as coreutils' `sha256sum` prints it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use super::escape::print_digest;
use crate::{Job, Portable, gil};

/// A file whose SHA-256 is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// Where the file is, as the bytes that the system knows it by: a path need not be UTF-8.
    #[serde(with = "serde_bytes")]
    path: Vec<u8>,
}

/// The line that `sha256sum` prints, without its end.
type Line = serde_bytes::ByteBuf;

/// How much is read at once: enough that a system call no longer counts, little enough to stay in
/// a core's cache.
const BLOCK: usize = 128 * 1024;

impl Job for Checksum {
    type Output = Line;

    fn run(&self) -> anyhow::Result<Line> {
        let digest = self.digest().map_err(|error| {
            // The kind only: an operating system's sentence is not the same everywhere.
            anyhow::anyhow!("{}: {}", self.path().display(), error.kind())
        })?;
        let mut line = Vec::with_capacity(2 * 32 + 2 + self.path.len());
        print_digest(&digest, &self.path, &mut line);
        Ok(Line::from(line))
    }
}

impl Portable for Checksum {
    const NAME: &'static str = "checksum";
}

impl Checksum {
    /// The checksum of the file at `path`.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let path = path.as_os_str().as_encoded_bytes().to_vec();
        Self { path }
    }

    #[cfg(unix)]
    fn path(&self) -> PathBuf {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(&self.path).into()
    }

    #[cfg(not(unix))]
    fn path(&self) -> PathBuf {
        // Elsewhere a path is Unicode, or it cannot be named here.
        String::from_utf8_lossy(&self.path).into_owned().into()
    }

    fn digest(&self) -> io::Result<[u8; 32]> {
        let mut file = gil::while_waiting(|| File::open(self.path()))?;
        let mut sha = Sha256::new();
        let mut block = vec![0; BLOCK];
        loop {
            match gil::while_waiting(|| file.read(&mut block)) {
                Ok(0) => return Ok(sha.finalize().into()),
                Ok(n) => sha.update(&block[..n]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// SHA-256 of files, as `sha256sum` prints it: real files, mostly computing, some waiting.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// Files, and directories to be walked: their files, and links to files, sorted by name
    #[arg(
        value_name = "PATH",
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    paths: Vec<PathBuf>,
}

pub(super) struct Workload;

impl super::Workload for Workload {
    const NAME: &'static str = Checksum::NAME;
    type Job = Checksum;
    type Args = Args;

    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Checksum>> {
        for path in &args.paths {
            check(path)?;
        }
        let files = args.paths.iter().flat_map(|path| walk(path));
        Ok(files.map(|path| Checksum::new(&path)))
    }

    fn parse(_: &Args, line: &[u8]) -> anyhow::Result<Checksum> {
        ensure!(!line.is_empty(), "an empty line is not a path");
        let path = line.to_vec();
        Ok(Checksum { path })
    }

    fn print(output: &Line, line: &mut Vec<u8>) {
        line.extend_from_slice(output);
    }
}

/// Refuses a path that is not there or that may not be read.
fn check(path: &Path) -> anyhow::Result<()> {
    let readable = fs::metadata(path).and_then(|metadata| {
        if metadata.is_dir() {
            fs::read_dir(path).map(drop)
        } else if metadata.is_file() {
            File::open(path).map(drop)
        } else {
            Ok(()) // Opening a pipe would wait for its writer.
        }
    });
    readable
        .with_context(|| format!("cannot read {}", path.display()))
        .context("PATH must be a file or a directory that can be read")
}

/// The files under `path`, or `path` itself. What cannot be read is named all the same: its job
/// will fail and say so.
fn walk(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
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
