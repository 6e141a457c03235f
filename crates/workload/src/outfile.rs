//! A file that is written beside its place and then renamed: it is whole or it is not there.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

/// A file to be written at the end of a run, whose place was tried at its start.
pub(crate) struct OutFile {
    option: &'static str,
    path: PathBuf,
}

impl OutFile {
    /// Makes sure, before anything runs, that `path` can be written. Nothing stays there, so that a
    /// run that is killed leaves nothing behind.
    pub(crate) fn new(option: &'static str, path: &Path) -> anyhow::Result<Self> {
        let path = match path.canonicalize() {
            // A link stays a link: what it leads to is replaced.
            Ok(target) if path.is_symlink() && !is_special(path) => target,
            _ => path.to_owned(),
        };
        let file = Self { option, path };
        drop(file.open()?);
        Ok(file)
    }

    /// The same, if a path was given.
    pub(crate) fn create(
        option: &'static str,
        path: Option<&Path>,
    ) -> anyhow::Result<Option<Self>> {
        path.map(|path| Self::new(option, path)).transpose()
    }

    /// Writes the file. If that fails, what was at its place before is still there.
    pub(crate) fn write(
        self,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let written = match self.open()? {
            Target::Direct(mut device) => buffered(&mut device, content),
            Target::Beside(mut file) => buffered(file.as_file_mut(), content)
                .and_then(|()| make_readable(file.as_file()))
                .and_then(|()| Ok(file.persist(&self.path).map(drop)?)),
        };
        written.with_context(|| self.cannot())
    }

    /// A file without a name, for what is known before the end of the run. Whatever ends the
    /// program, nothing of it stays.
    pub(crate) fn spool(&self) -> anyhow::Result<File> {
        let spool = if is_special(&self.path) {
            tempfile::tempfile()
        } else {
            tempfile::tempfile_in(directory(&self.path))
        };
        spool.with_context(|| self.cannot())
    }

    fn open(&self) -> anyhow::Result<Target> {
        Target::open(&self.path)
            .with_context(|| self.cannot())
            .context("FILE must be in a directory where files can be made")
    }

    fn cannot(&self) -> String {
        format!("cannot write {} {}", self.option, self.path.display())
    }
}

enum Target {
    /// Written beside, then renamed.
    Beside(NamedTempFile),
    /// A device or a pipe: there is nothing to rename.
    Direct(File),
}

impl Target {
    fn open(path: &Path) -> io::Result<Self> {
        match path.metadata() {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if is_special(path) || !there.is_file() => {
                let device = OpenOptions::new().append(true).open(path)?;
                return Ok(Self::Direct(device));
            }
            _ => {}
        }
        NamedTempFile::new_in(directory(path)).map(Self::Beside)
    }
}

/// Where a file is, or is to be.
fn directory(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    parent.unwrap_or(Path::new("."))
}

/// Whether it names what is open already, such as /dev/stdout: that is not ours to replace.
fn is_special(path: &Path) -> bool {
    ["/dev", "/proc"].iter().any(|top| path.starts_with(top))
}

fn buffered(
    file: &mut File,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = BufWriter::new(file);
    content(&mut writer)?;
    writer.flush()
}

/// A temporary file is its owner's alone; a report is for whoever may read its directory.
fn make_readable(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}
