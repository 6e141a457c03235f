//! Pictures to be tried on.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage};
use tests::binaries::{Ran, command};

/// A folder of pictures, empty at first.
pub(super) struct Folder(tempfile::TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pictures")).unwrap();
        Self(folder)
    }

    pub(super) fn pictures(&self) -> PathBuf {
        self.beside("pictures")
    }

    /// What is beside the pictures.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// Runs `thumbs` on a pattern.
pub(super) fn run(name: &str, pictures: &Path, out: &Path, rest: &[&str]) -> Output {
    let mut run = command(name);
    run.arg("thumbs").arg(pictures).arg("--out").arg(out);
    run.args(rest).output().unwrap()
}

/// The same, as text.
pub(super) fn thumbs(name: &str, pictures: &Path, out: &Path, rest: &[&str]) -> Ran {
    run(name, pictures, out, rest).into()
}

/// Twelve pictures as `compare` makes them up, but small.
pub(super) fn make_up(folder: &Path) {
    // It is built with the binaries.
    let program = command("workload");
    let program = Path::new(program.get_program()).with_file_name("pictures");
    let made = Command::new(program)
        .arg(folder)
        .args(["--count", "12", "--side", "300"])
        .status();
    assert!(made.unwrap().success());
}

/// A picture that looks otherwise however it is turned.
pub(super) fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (across, down) = (x * 255 / width, y * 255 / height);
        // Casting cannot cut off: all are below 256.
        Rgb([across, down, (across + 255 - down) / 2].map(|value| value as u8))
    })
}

/// The file of a picture that lies so (1 to 8), marked as a camera marks it.
pub(super) fn lying(upright: &RgbImage, orientation: u8, format: ImageFormat) -> Vec<u8> {
    let mut picture = DynamicImage::ImageRgb8(upright.clone());
    picture.apply_orientation(match Orientation::from_exif(orientation).unwrap() {
        Orientation::Rotate90 => Orientation::Rotate270,
        Orientation::Rotate270 => Orientation::Rotate90,
        turn => turn,
    });
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut bytes = Cursor::new(Vec::new());
    match format {
        ImageFormat::Jpeg => encode(
            JpegEncoder::new_with_quality(&mut bytes, 95),
            exif,
            &picture,
        ),
        ImageFormat::WebP => encode(WebPEncoder::new_lossless(&mut bytes), exif, &picture),
        _ => encode(PngEncoder::new(&mut bytes), exif, &picture),
    }
    bytes.into_inner()
}

fn encode(mut encoder: impl ImageEncoder, exif: Vec<u8>, picture: &DynamicImage) {
    encoder.set_exif_metadata(exif).unwrap();
    picture.write_with_encoder(encoder).unwrap();
}

/// A picture of some kilobytes that has so many black pixels a side.
pub(super) fn bomb(path: &Path, side: u32) {
    let file = fs::File::create(path).unwrap();
    let mut bomb = png::Encoder::new(file, side, side);
    bomb.set_color(png::ColorType::Rgb);
    bomb.set_depth(png::BitDepth::Eight);
    let mut bomb = bomb.write_header().unwrap();
    let mut bomb = bomb.stream_writer().unwrap();
    let row = vec![0; 3 * side as usize];
    for _ in 0..side {
        std::io::Write::write_all(&mut bomb, &row).unwrap();
    }
    bomb.finish().unwrap();
}
