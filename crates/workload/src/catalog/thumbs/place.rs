//! Where a thumbnail goes: its name, and a file that is whole or not there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;

/// What is appended to the name of a picture.
const ENDING: &str = ".png";

/// The name of the thumbnail of `name`, which is relative to where the pictures are: the same folders,
/// and the whole name of the file with `.png` after it, so that `a.png` and `a.jpg` have one each.
///
/// A folder that itself ends so gets an underscore, or else `a` and what is in `a.png/` would want the
/// same place. One that ends so with underscores gets one more, so that no two become one.
pub(super) fn name(name: &Path) -> PathBuf {
    let mut place = PathBuf::new();
    for folder in name.parent().into_iter().flat_map(Path::components) {
        let mut folder = folder.as_os_str().to_owned();
        let bytes = folder.as_encoded_bytes();
        let underscores = bytes.iter().rev().take_while(|byte| **byte == b'_').count();
        if bytes[..bytes.len() - underscores].ends_with(ENDING.as_bytes()) {
            folder.push("_");
        }
        place.push(folder);
    }
    let mut file = name.file_name().unwrap_or_default().to_owned();
    file.push(ENDING);
    place.join(file)
}

/// A path that leads down and only down, without what changes nothing; or nothing.
pub(super) fn downward(path: &Path) -> Option<PathBuf> {
    let mut down = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => down.push(name),
            Component::CurDir => {}
            _ => return None,
        }
    }
    down.file_name().is_some().then_some(down)
}

/// Writes a file at `place`, and the folders that it is in. At no time is there part of it, and what
/// ends the program leaves no other file behind, unless another picture's thumbnail is replaced just then.
pub(super) fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = place.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    if appear(folder, place, bytes).is_ok() || holds(place, bytes) {
        return Ok(());
    }
    let mut beside = NamedTempFile::new_in(folder)?;
    beside.write_all(bytes)?;
    #[cfg(unix)]
    {
        // A temporary file is its owner's alone.
        use std::os::unix::fs::PermissionsExt;
        let all_may_read = fs::Permissions::from_mode(0o644);
        beside.as_file().set_permissions(all_may_read)?;
    }
    beside.persist(place)?;
    Ok(())
}

/// Writes a file that has no name, and then gives it one that is free: nothing that could be left
/// behind. Not all file systems can.
#[cfg(target_os = "linux")]
fn appear(folder: &Path, place: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::OpenOptionsExt;

    use nix::fcntl::{AT_FDCWD, AtFlags, OFlag};

    let mut options = File::options();
    options.write(true).custom_flags(OFlag::O_TMPFILE.bits());
    let mut file = options.open(folder)?;
    file.write_all(bytes)?;
    let itself = format!("/proc/self/fd/{}", file.as_raw_fd());
    let follow = AtFlags::AT_SYMLINK_FOLLOW;
    nix::unistd::linkat(AT_FDCWD, Path::new(&itself), AT_FDCWD, place, follow)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn appear(_: &Path, _: &Path, _: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether just that is there already, as after an earlier run.
fn holds(place: &Path, bytes: &[u8]) -> bool {
    let is_as_long = |file: &File| {
        let metadata = file.metadata();
        metadata.is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64)
    };
    // A pipe of that name would wait for its writer.
    let is_file = fs::symlink_metadata(place).is_ok_and(|found| found.is_file());
    is_file
        && File::open(place).is_ok_and(|file| is_as_long(&file))
        && fs::read(place).is_ok_and(|found| found == bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_pictures_have_one_place_and_no_folder_has_that_of_a_picture() {
        let names = [
            "a",
            "a.png",
            "a.jpg",
            "a.png_",
            "a.png/b",
            "a.png_/b",
            "a.png__/b",
            "a/b",
            "a_/b",
            ".png/b",
            "a.png/a.png/b",
            "a.png/a.png",
        ];
        let places: BTreeSet<_> = names.map(|found| name(Path::new(found))).into();
        assert_eq!(places.len(), names.len());
        for place in &places {
            let mut folders = place.ancestors().skip(1);
            assert!(folders.all(|folder| !places.contains(folder)), "{place:?}");
        }
        assert!(places.contains(Path::new("a.jpg.png")));
        assert!(places.contains(Path::new("a/b.png")));
    }

    #[test]
    fn only_what_leads_down_is_a_name() {
        assert_eq!(downward(Path::new("./a//b/.")), Some("a/b".into()));
        for elsewhere in ["", ".", "..", "/a", "../a", "a/../b"] {
            assert_eq!(downward(Path::new(elsewhere)), None, "{elsewhere:?}");
        }
    }

    #[test]
    fn a_file_is_written_kept_or_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("deep/down/file");
        for content in ["one", "one", "two", "three"] {
            write(&place, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&place).unwrap(), content);
            let files = fs::read_dir(place.parent().unwrap()).unwrap();
            assert_eq!(files.count(), 1);
        }
    }
}
