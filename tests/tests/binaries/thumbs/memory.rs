//! A picture that takes more memory than a worker may have: on processes it fails alone.

use super::files;
use super::made::{Folder, bomb, scene, thumbs};

/// The limit on pixels is raised, so it is decoded: 144 million pixels of three bytes.
#[test]
fn a_bomb_ends_its_worker_and_no_other_job() {
    let folder = Folder::new();
    for number in 0..10 {
        let path = folder.pictures().join(format!("{number}.png"));
        scene(60, 40).save(path).unwrap();
    }
    bomb(&folder.pictures().join("4 is a bomb.png"), 12_000);
    let out = tempfile::tempdir().unwrap();
    let rest = [
        "-w",
        "2",
        "--max-pixels",
        "200000000",
        "--max-memory",
        "400MiB",
    ];
    let ran = thumbs("processpool-pattern", &folder.pictures(), out.path(), &rest);
    assert_eq!(ran.code, Some(3), "{:?}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 10, "{:?}", ran.stderr);
    assert_eq!(files(out.path()).len(), 10);
    // Before it, each line that the worker itself said.
    let mut said = ran.stderr.iter();
    let failure = said.find(|line| line.starts_with("job 4: crashed its worker"));
    let failure = failure.unwrap_or_else(|| panic!("{:#?}", ran.stderr));
    assert!(failure.contains("memory allocation of"), "{failure}");
    let summary = said.next().unwrap();
    assert!(summary.contains("10 succeeded, 1 crashed"), "{summary}");
}
