//! `checksum`: the SHA-256 of files, printed as coreutils' `sha256sum` prints it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::escape::print_digest;
use super::files::{PathBytes, check, walk};
use crate::{Job, Portable, gil};

/// A file whose SHA-256 is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    path: PathBytes,
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
            anyhow::anyhow!("{}: {}", self.path.to_path().display(), error.kind())
        })?;
        let path = self.path.as_bytes();
        let mut line = Vec::with_capacity(2 * 32 + 2 + path.len());
        print_digest(&digest, path, &mut line);
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
        let path = PathBytes::new(path);
        Self { path }
    }

    fn digest(&self) -> io::Result<[u8; 32]> {
        let mut file = gil::while_waiting(|| File::open(self.path.to_path()))?;
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
            check(path).context("PATH must be a file or a directory that can be read")?;
        }
        let files = args.paths.iter().flat_map(|path| walk(path));
        Ok(files.map(|path| Checksum::new(&path)))
    }

    fn parse(_: &Args, line: &[u8]) -> anyhow::Result<Checksum> {
        ensure!(!line.is_empty(), "an empty line is not a path");
        let path = PathBytes::from_bytes(line);
        Ok(Checksum { path })
    }

    fn print(output: &Line, line: &mut Vec<u8>) {
        line.extend_from_slice(output);
    }
}
