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
    let (failure, summary) = (&ran.stderr[0], ran.stderr.last().unwrap());
    assert!(
        failure.starts_with("job 5: crashed its worker"),
        "{failure}"
    );
    assert!(failure.contains("memory allocation of"), "{failure}");
    assert!(summary.contains("10 succeeded, 1 crashed"), "{summary}");
}
