//! What is no picture, or a broken one, or too much of one, is an outcome like any other.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use image::ImageFormat;
use tests::binaries::{ALL, Ran, command};
use tests::unprivileged::Unprivileged;

use super::files;
use super::made::{Folder, bomb, lying, scene, thumbs};

#[test]
fn what_cannot_be_a_thumbnail_says_why_in_the_same_words_everywhere() {
    let folder = Folder::new();
    let dir = folder.pictures();
    let whole = |format| lying(&scene(200, 100), 1, format);
    let mut expected = Vec::new();
    let mut expect = |name: &str, bytes: &[u8], why| {
        fs::write(dir.join(name), bytes).unwrap();
        expected.push((name.to_owned(), why));
    };
    const NONE: &str = "not a PNG, JPEG or WebP picture";
    expect("empty.png", b"", NONE);
    expect("text.jpg", b"no picture at all", NONE);
    expect("other.gif", b"GIF89a\x01\0\x01\0\0\0\0;", NONE);
    for (name, format) in [("png", ImageFormat::Png), ("jpg", ImageFormat::Jpeg)] {
        let whole = whole(format);
        expect(
            &format!("half.{name}"),
            &whole[..whole.len() / 2],
            "truncated",
        );
        let head = &whole[..20];
        expect(&format!("head.{name}"), head, "truncated");
    }
    let webp = whole(ImageFormat::WebP);
    expect("half.webp", &webp[..webp.len() / 2], "truncated");
    let mut png = whole(ImageFormat::Png);
    let middle = png.len() / 2;
    png[middle] ^= 0x55;
    expect("flipped.png", &png, "corrupt");
    bomb(&dir.join("bomb.png"), 12_000);
    expected.push(("bomb.png".to_owned(), "too large"));
    fs::write(dir.join("fine.png"), whole(ImageFormat::Png)).unwrap();
    let mut first = None;
    for name in ALL {
        let out = tempfile::tempdir().unwrap();
        let ran = thumbs(name, &dir, out.path(), &["-w", "2"]);
        assert_eq!(ran.code, Some(3), "{name}: {:?}", ran.stderr);
        assert!(
            ran.stdout.ends_with("  fine.png.png\n"),
            "{name}: {}",
            ran.stdout
        );
        assert_eq!(files(out.path()).len(), 1, "{name}");
        let failures = &ran.stderr[..ran.stderr.len() - 1];
        assert_eq!(failures.len(), expected.len(), "{name}: {failures:#?}");
        for (file, why) in &expected {
            let end = format!("{}: {why}", dir.join(file).display());
            let told = failures.iter().any(|line| line.ends_with(&end));
            assert!(told, "{name}: no {end:?} in {failures:#?}");
        }
        let first = first.get_or_insert_with(|| failures.to_vec());
        assert_eq!(failures, first, "{name}");
    }
}

#[test]
fn what_may_not_be_read_or_written_fails_alone() {
    let folder = Folder::new();
    let (dir, nobody) = (folder.pictures(), Unprivileged::new());
    for top in [&dir, &dir.join("..")] {
        fs::set_permissions(top, Permissions::from_mode(0o755)).unwrap();
    }
    for name in ["fine.png", "secret.png", "taken.png"] {
        scene(30, 20).save(dir.join(name)).unwrap();
    }
    let secret = dir.join("secret.png");
    fs::set_permissions(secret, Permissions::from_mode(0o000)).unwrap();
    for name in ALL {
        let out = tempfile::tempdir().unwrap();
        fs::set_permissions(out.path(), Permissions::from_mode(0o777)).unwrap();
        fs::create_dir(out.path().join("taken.png.png")).unwrap();
        let mut run = nobody.command(name);
        run.arg("thumbs").arg(&dir).arg("--out").arg(out.path());
        let ran = Ran::from(run.output().unwrap());
        assert_eq!(ran.code, Some(3), "{name}: {:?}", ran.stderr);
        assert_eq!(ran.stdout.lines().count(), 1, "{name}: {}", ran.stdout);
        let told = ran.stderr.join("\n");
        for failure in [
            "secret.png: permission denied",
            "taken.png.png: is a directory",
        ] {
            assert!(told.contains(failure), "{name}: no {failure:?} in {told}");
        }
        assert_eq!(files(out.path()).len(), 1, "{name}: nothing else is left");
    }
}

/// No file may have more than a few kilobytes. Who takes notice of the signal for that is told that there is
/// no more room, and else is ended by it, in the middle of writing.
#[test]
fn what_there_is_no_room_for_leaves_nothing_behind() {
    let folder = Folder::new();
    scene(8, 8).save(folder.pictures().join("1.png")).unwrap();
    // Nothing that could be compressed.
    let mut noise = tests::noise(1);
    let noise = image::RgbImage::from_fn(200, 200, |_, _| {
        let [red, green, blue, ..] = noise.next().unwrap().to_le_bytes();
        image::Rgb([red, green, blue])
    });
    noise.save(folder.pictures().join("2.png")).unwrap();
    for (trap, code) in [("trap '' XFSZ; ", Some(3)), ("ulimit -c 0; ", None)] {
        let out = tempfile::tempdir().unwrap();
        let limited = format!("{trap}ulimit -f 16; exec \"$@\"");
        let mut run = Command::new("sh");
        run.args(["-c", &limited, "sh"]);
        run.arg(command("workload").get_program());
        run.arg("thumbs").arg(folder.pictures());
        let ran = Ran::from(run.arg("--out").arg(out.path()).output().unwrap());
        assert_eq!(ran.code, code, "{ran:?}");
        if code.is_some() {
            let told = &ran.stderr[0];
            assert!(told.ends_with("2.png.png: file too large"), "{told}");
        }
        let left: Vec<_> = files(out.path()).into_keys().collect();
        assert_eq!(left, [out.path().join("1.png.png")]);
    }
}
