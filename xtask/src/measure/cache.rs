//! Cold runs: files that are read are kept in memory by the system, so that all runs but the first
//! find them there. Here it is asked to forget them, for which nobody has to be root.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// What the system was asked to forget. Whether it did shows in what the next run reads from a
/// disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Evicted {
    /// Files that it was asked about.
    pub(crate) files: usize,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Files and folders that could not be opened, or whose file system cannot forget.
    pub(crate) refused: usize,
}

/// Asks the system to forget what it has in memory of these files, and of those in these folders.
///
/// It is a request: what other programs have mapped stays (a program that runs, a database), and
/// so does what a file system in memory holds, which has no other place. What was not yet written
/// to the disk would stay as well, so it is written first.
pub(crate) fn evict(paths: &[PathBuf]) -> Evicted {
    let mut evicted = Evicted::default();
    for entry in paths.iter().flat_map(WalkDir::new) {
        // A link is the file that it leads to, but is not followed into a folder, as `checksum`
        // does not either. Nothing else is opened: a pipe would wait for its writer.
        let file = entry.ok().map(|entry| (entry.path().metadata(), entry));
        match file {
            Some((Ok(metadata), entry)) if metadata.is_file() => match forget(entry.path()) {
                Ok(()) => {
                    evicted.files += 1;
                    evicted.bytes += metadata.len();
                }
                Err(_) => evicted.refused += 1,
            },
            Some((Ok(_), _)) => {}
            Some((Err(_), _)) | None => evicted.refused += 1,
        }
    }
    evicted
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn forget(path: &Path) -> std::io::Result<()> {
    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    let file = File::open(path)?;
    // Where nothing can be written, nothing waits to be.
    let _ = file.sync_data();
    // No length means up to the end.
    posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?;
    Ok(())
}

/// The other systems cannot be asked.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn forget(_: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// The files and folders that a workload's arguments name: those that exist, be they arguments or
/// values of options. Of a file that is given with `--from`, its lines as well.
pub(crate) fn inputs(args: &[OsString]) -> Vec<PathBuf> {
    let mut inputs = Vec::new();
    let mut is_list = false;
    for arg in args {
        let (option, value) = match split(arg) {
            Some((option, value)) => (Some(option), value),
            None => (None, arg.clone()),
        };
        is_list |= option.as_deref() == Some(OsStr::new("--from"));
        let path = PathBuf::from(value);
        if path.exists() {
            if is_list && path.is_file() {
                // If it cannot be read, the runs will say so.
                inputs.extend(File::open(&path).into_iter().flat_map(listed));
            }
            inputs.push(path);
        }
        is_list = arg == "--from";
    }
    inputs
}

/// `--option=value`.
fn split(arg: &OsStr) -> Option<(OsString, OsString)> {
    let (option, value) = arg.to_str()?.split_once('=')?;
    let is_option = option.starts_with("--");
    is_option.then(|| (option.into(), value.into()))
}

/// The lines that name a file or folder, as far as they are text: not every list is one of paths.
fn listed(list: File) -> Vec<PathBuf> {
    let lines = BufReader::new(list).split(b'\n').map_while(Result::ok);
    let paths = lines.filter_map(|line| String::from_utf8(line).ok().map(PathBuf::from));
    paths.filter(|path| path.exists()).collect()
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
