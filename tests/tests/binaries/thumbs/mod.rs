//! `thumbs` writes the same thumbnails on every pattern, upright, whatever pictures are called.

mod interrupted;
mod made;
mod memory;
mod unfit;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use image::{ImageFormat, Rgba, RgbaImage};
use tests::binaries::{ALL, Ran, command};

use made::{Folder, lying, run, scene, thumbs};

/// All files under a folder, with what is in them.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

#[test]
fn they_are_the_same_everywhere_and_sha256sum_accepts_them() {
    let folder = Folder::new();
    made::make_up(&folder.pictures());
    let mut expected = None;
    for name in ALL {
        for rest in [&["-w", "1"][..], &["-w", "3"], &["-w", "2", "--chunk", "5"]] {
            let out = tempfile::tempdir().unwrap();
            let sums = thumbs(name, &folder.pictures(), out.path(), rest);
            assert_eq!(sums.code, Some(0), "{name}: {:?}", sums.stderr);
            assert_eq!(sums.stdout.lines().count(), 12, "{name}");
            let expected = expected.get_or_insert_with(|| sums.stdout.clone());
            assert_eq!(sums.stdout, *expected, "{name} {rest:?}");
            assert_eq!(files(out.path()).len(), 12, "{name}: a thumbnail each");
            check_sums(out.path(), sums.stdout.as_bytes());
        }
    }
}

/// What `sha256sum` says of the lines, where there is one.
fn check_sums(out: &Path, sums: &[u8]) {
    let list = tempfile::NamedTempFile::new().unwrap();
    fs::write(list.path(), sums).unwrap();
    let mut check = Command::new("sha256sum");
    check.args(["-c", "--quiet"]).arg(list.path());
    match check.current_dir(out).stdin(Stdio::null()).output() {
        Ok(said) => assert!(said.status.success(), "{said:?}"),
        Err(_) => println!("skipped: there is no sha256sum"),
    }
}

#[test]
fn whatever_they_are_called_each_has_a_place_of_its_own() {
    let names: [&[u8]; 10] = [
        b"a",
        b"a.jpg",
        b"a.png",
        b"b/a.png",
        b"b.png/a",
        b"b",
        b"new\nline.png",
        b"back\\slash.png",
        b"not \xff unicode.png",
        b"--help",
    ];
    let folder = Folder::new();
    for (number, name) in (0..).zip(names) {
        // `b` is a folder.
        let name = if name == b"b" { b"b.jpg" } else { name };
        let path = folder.pictures().join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let side = 10 + number;
        scene(side, side)
            .save_with_format(path, ImageFormat::Png)
            .unwrap();
    }
    for name in ALL {
        let out = tempfile::tempdir().unwrap();
        let output = run(name, &folder.pictures(), out.path(), &["-w", "2"]);
        let sums = output.stdout.clone();
        let ran = Ran::from(output);
        assert_eq!(
            (ran.code, ran.stdout.lines().count()),
            (Some(0), 10),
            "{name}"
        );
        let sides = files(out.path())
            .into_values()
            .map(|bytes| image::load_from_memory(&bytes).unwrap().width());
        let mut sides: Vec<_> = sides.collect();
        sides.sort_unstable();
        let all: Vec<_> = (10..20).collect();
        assert_eq!(sides, all, "{name}: none is enlarged, none replaced");
        check_sums(out.path(), &sums);
        for line in ["\\", "b.png_/a.png", "a.jpg.png", "new\\nline.png.png"] {
            assert!(ran.stdout.contains(line), "{name}: {}", ran.stdout);
        }
    }
}

/// However the camera was held, and in whatever format: the thumbnails hardly differ, and would differ
/// much if one were turned otherwise.
#[test]
fn all_are_upright() {
    let upright = scene(320, 200);
    for (format, most) in [
        (ImageFormat::Png, 2),
        (ImageFormat::WebP, 2),
        (ImageFormat::Jpeg, 24),
    ] {
        let folder = Folder::new();
        for orientation in 1..=8 {
            let path = folder.pictures().join(orientation.to_string());
            fs::write(path, lying(&upright, orientation, format)).unwrap();
        }
        let out = tempfile::tempdir().unwrap();
        let ran = thumbs(
            "workload",
            &folder.pictures(),
            out.path(),
            &["--size", "64"],
        );
        assert_eq!(ran.code, Some(0), "{:?}", ran.stderr);
        let thumbs = files(out.path()).into_values();
        let thumbs: Vec<_> = thumbs
            .map(|bytes| image::load_from_memory(&bytes).unwrap().into_rgb8())
            .collect();
        assert_eq!(thumbs.len(), 8);
        for thumb in &thumbs {
            assert_eq!(thumb.dimensions(), (64, 40), "{format:?}");
            let pairs = thumb.iter().zip(thumbs[0].iter());
            let furthest = pairs.map(|(one, other)| one.abs_diff(*other)).max();
            assert!(furthest.unwrap() <= most, "{format:?}: {furthest:?}");
        }
    }
}

#[test]
fn what_is_transparent_stays_so_and_does_not_bleed() {
    let folder = Folder::new();
    let sides = RgbaImage::from_fn(300, 300, |x, _| match x < 150 {
        true => Rgba([200, 0, 0, 255]),
        false => Rgba([0, 255, 0, 0]),
    });
    for (name, format) in [("png", ImageFormat::Png), ("webp", ImageFormat::WebP)] {
        let path = folder.pictures().join(name);
        sides.save_with_format(path, format).unwrap();
    }
    let out = tempfile::tempdir().unwrap();
    let ran = thumbs(
        "workload",
        &folder.pictures(),
        out.path(),
        &["--size", "25"],
    );
    assert_eq!(ran.code, Some(0), "{:?}", ran.stderr);
    for (path, bytes) in files(out.path()) {
        let thumb = image::load_from_memory(&bytes).unwrap().into_rgba8();
        assert_eq!(
            thumb.get_pixel(0, 12).0,
            [200, 0, 0, 255],
            "{}",
            path.display()
        );
        assert_eq!(thumb.get_pixel(24, 12).0[3], 0, "{}", path.display());
        let green = thumb
            .pixels()
            .filter(|pixel| pixel.0[3] > 0 && pixel.0[1] > 0);
        assert_eq!(green.count(), 0, "{}", path.display());
    }
}

#[test]
fn a_second_run_leaves_alone_what_is_there_and_replaces_what_is_not_right() {
    let folder = Folder::new();
    for name in ["kept.png", "replaced.png"] {
        scene(30, 20).save(folder.pictures().join(name)).unwrap();
    }
    for name in ALL {
        let out = tempfile::tempdir().unwrap();
        let first = thumbs(name, &folder.pictures(), out.path(), &[]);
        let kept = out.path().join("kept.png.png");
        let replaced = out.path().join("replaced.png.png");
        let inode = fs::metadata(&kept).unwrap().ino();
        let was = files(out.path());
        // As long as it was.
        let mut other = was[&replaced].clone();
        other.reverse();
        for wrong in [&other[..], b"something else"] {
            fs::write(&replaced, wrong).unwrap();
            let second = thumbs(name, &folder.pictures(), out.path(), &[]);
            assert_eq!(first.stdout, second.stdout, "{name}");
            assert_eq!(files(out.path()), was, "{name}");
            assert_eq!(fs::metadata(&kept).unwrap().ino(), inode, "{name}");
            let others_may_read = fs::metadata(&replaced).unwrap().mode() & 0o044;
            assert_eq!(others_may_read, 0o044, "{name}");
        }
    }
}

#[test]
fn the_contact_sheet_has_all_of_them_in_order() {
    let folder = Folder::new();
    for (name, colour) in [("1", [250, 0, 0]), ("2", [0, 250, 0]), ("3", [0, 0, 250])] {
        let plain = image::RgbImage::from_pixel(40, 40, image::Rgb(colour));
        let path = folder.pictures().join(name);
        plain.save_with_format(path, ImageFormat::Png).unwrap();
    }
    fs::write(folder.pictures().join("2 is none"), "").unwrap();
    for name in ALL {
        let out = tempfile::tempdir().unwrap();
        let sheet = folder.beside("sheet.png");
        let sheet_to = ["--size", "12", "--contact-sheet", sheet.to_str().unwrap()];
        let ran = thumbs(name, &folder.pictures(), out.path(), &sheet_to);
        assert_eq!(ran.code, Some(3), "{name}: {:?}", ran.stderr);
        let sheet = image::open(&sheet).unwrap().into_rgb8();
        assert_eq!(
            sheet.dimensions(),
            (40, 40),
            "{name}: two by two, with gaps"
        );
        let seen = [(10, 10), (30, 10), (10, 30), (30, 30)].map(|(x, y)| sheet.get_pixel(x, y).0);
        let expected = [[250, 0, 0], [0, 250, 0], [0, 0, 250], [255, 255, 255]];
        assert_eq!(seen, expected, "{name}");
    }
}

#[test]
fn lines_name_pictures_in_the_folder() {
    let folder = Folder::new();
    scene(30, 20)
        .save(folder.pictures().join("in.png"))
        .unwrap();
    let list = tempfile::NamedTempFile::new().unwrap();
    fs::write(list.path(), "./in.png\n../in.png\n/in.png\nin.png\n").unwrap();
    for name in ALL {
        let out = tempfile::tempdir().unwrap();
        let mut run = command(name);
        run.arg("thumbs")
            .arg(folder.pictures())
            .arg("--out")
            .arg(out.path());
        let ran = Ran::from(run.arg("--from").arg(list.path()).output().unwrap());
        assert_eq!(
            (ran.code, ran.stdout.lines().count()),
            (Some(3), 2),
            "{name}"
        );
        for line in ["line 2", "line 3"] {
            assert!(
                ran.stderr.iter().any(|said| said.contains(line)),
                "{:?}",
                ran.stderr
            );
        }
    }
}
