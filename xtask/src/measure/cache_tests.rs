//! Files on a real disk, and arguments that name them.

use std::fs;

use super::*;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}

#[cfg(target_os = "linux")]
#[test]
fn files_are_found_wherever_they_are() {
    use std::os::unix::fs::symlink;
    let (_folder, path) = folder();
    let all = path.join("all");
    fs::create_dir_all(all.join("below/empty")).unwrap();
    fs::create_dir(path.join("elsewhere")).unwrap();
    fs::write(all.join("one"), "1").unwrap();
    fs::write(all.join("below/two"), "22").unwrap();
    fs::write(path.join("three"), "333").unwrap();
    fs::write(path.join("elsewhere/four"), "4444").unwrap();
    symlink("../three", all.join("link")).unwrap();
    symlink("../elsewhere", all.join("folder")).unwrap();
    nix::unistd::mkfifo(&all.join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();

    let evicted = |files, bytes, refused| Evicted {
        files,
        bytes,
        refused,
    };
    assert_eq!(evict(std::slice::from_ref(&all)), evicted(3, 6, 0));
    // A link that is named is followed.
    assert_eq!(evict(&[all.join("folder")]), evicted(1, 4, 0));
    symlink("nowhere", all.join("lost")).unwrap();
    let paths = [path.join("three"), path.join("missing"), all];
    assert_eq!(evict(&paths), evicted(4, 9, 2));
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_forgotten_comes_from_the_disk_again() {
    use nix::sys::statfs::{BTRFS_SUPER_MAGIC, EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, statfs};
    const SIZE: u64 = 1 << 20;
    let (_folder, path) = folder();
    let file = path.join("file");
    fs::write(&file, vec![7; SIZE as usize]).unwrap();
    let on = statfs(&file).unwrap().filesystem_type();
    if ![BTRFS_SUPER_MAGIC, EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC].contains(&on) {
        eprintln!("skipped: {} is not known to be on a disk", path.display());
        return;
    }
    // Of this thread alone: other tests read as well.
    let read_from_disk = || {
        let before = disk_reads();
        assert_eq!(fs::read(&file).unwrap().len() as u64, SIZE);
        disk_reads() - before
    };
    assert_eq!(read_from_disk(), 0, "it was just written");
    let expected = Evicted {
        files: 1,
        bytes: SIZE,
        refused: 0,
    };
    assert_eq!(evict(std::slice::from_ref(&path)), expected);
    assert!(read_from_disk() >= SIZE);
    assert_eq!(read_from_disk(), 0, "it was just read");
}

#[cfg(target_os = "linux")]
fn disk_reads() -> u64 {
    let io = fs::read_to_string("/proc/thread-self/io").unwrap();
    let mut lines = io.lines();
    let bytes = lines.find_map(|line| line.strip_prefix("read_bytes: "));
    bytes.unwrap().parse().unwrap()
}

#[test]
fn arguments_that_name_files_are_inputs() {
    let (_folder, path) = folder();
    let (data, list) = (path.join("data=1"), path.join("list"));
    fs::write(&data, "").unwrap();
    let lines = format!("17\n{}\n\n{}\n", data.display(), path.join("no").display());
    fs::write(&list, lines).unwrap();
    let found = |args: &[&OsStr]| {
        let args: Vec<_> = args.iter().map(OsString::from).collect();
        inputs(&args)
    };
    let checksum = OsStr::new("checksum");
    let missing = path.join("missing");
    assert_eq!(
        found(&[checksum, data.as_ref(), missing.as_ref(), path.as_ref()]),
        [data.clone(), path.clone()]
    );
    let apart = [checksum, OsStr::new("--from"), list.as_ref()];
    assert_eq!(found(&apart), [data.clone(), list.clone()]);
    let joined = format!("--from={}", list.display());
    assert_eq!(found(&[joined.as_ref()]), [data, list.clone()]);
    // Only a list is read, and only what follows the option is one.
    let urls = format!("--urls={}", list.display());
    assert_eq!(found(&[urls.as_ref()]), [list.as_path()]);
    let after = [joined.as_ref(), OsStr::new("-w"), list.as_ref()];
    assert_eq!(found(&after)[1..], [list.clone(), list]);
    assert_eq!(
        found(&["--from", "-", "--count=3"].map(OsStr::new)),
        [path; 0]
    );
}
