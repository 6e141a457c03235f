//! Makes pictures up, so that `thumbs` has something to work on: photographs of a sort, in all formats,
//! some of them lying on their side. The same ones at every run.

mod exif;
mod scene;

use std::fs;
use std::io::Cursor;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Parser;
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
use image::{DynamicImage, ImageEncoder};

/// Makes pictures up, for `thumbs` to work on: JPEG, PNG and WebP, of several sizes, some turned
#[derive(Debug, Parser)]
struct Args {
    /// Where they go: a directory that is empty or not there yet
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 24)]
    count: u32,
    /// The longer side of the largest, in pixels
    #[arg(long, value_name = "N", default_value = "1600")]
    side: NonZeroU32,
    /// Other pictures for another number
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let (dir, shown) = (&args.dir, args.dir.display());
    fs::create_dir_all(dir.join("scans")).with_context(|| format!("cannot make {shown}"))?;
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {shown}"))?;
    ensure!(
        entries.count() == 1 && fs::read_dir(dir.join("scans"))?.next().is_none(),
        "{shown} has something in it; accepted is a directory that is empty or not there yet"
    );
    for number in 0..args.count {
        let (name, bytes) = picture(&args, number)?;
        let path = dir.join(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// A picture's name and its file: the formats in turn, and of each the ways to turn one.
fn picture(args: &Args, number: u32) -> anyhow::Result<(PathBuf, Vec<u8>)> {
    // Like what a real folder has: many alike, some small, and every other one upright.
    let longer = args.side.get() * [8, 8, 5, 7, 8, 2][number as usize % 6] / 8;
    let shorter = longer * 3 / 4;
    let (width, height) = match number % 5 {
        3 => (shorter, longer),
        _ => (longer, shorter),
    };
    let seed = args.seed.wrapping_add(u64::from(number));
    let scene = scene::scene(seed, width.max(1), height.max(1));
    let orientation = u8::try_from(number % 8)? + 1;
    let lying = exif::lay(DynamicImage::ImageRgb8(scene.clone()), orientation)?;
    let exif = exif::orientation(orientation);
    let mut bytes = Cursor::new(Vec::new());
    let name = match number % 6 {
        0..3 => {
            let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 85);
            encoder.set_exif_metadata(exif)?;
            lying.write_with_encoder(encoder)?;
            format!("photo-{number:02}.jpg")
        }
        3 => {
            let mut encoder = PngEncoder::new(&mut bytes);
            encoder.set_exif_metadata(exif)?;
            lying.write_with_encoder(encoder)?;
            format!("scans/page-{number:02}.png")
        }
        4 => {
            let mut encoder = WebPEncoder::new_lossless(&mut bytes);
            encoder.set_exif_metadata(exif)?;
            lying.write_with_encoder(encoder)?;
            format!("photo-{number:02}.webp")
        }
        _ => {
            let round = DynamicImage::ImageRgba8(scene::round(&scene));
            round.write_with_encoder(PngEncoder::new(&mut bytes))?;
            format!("cut-out-{number:02}.png")
        }
    };
    Ok((Path::new(&name).to_owned(), bytes.into_inner()))
}
