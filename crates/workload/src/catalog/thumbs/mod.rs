//! `thumbs`: pictures made small. Real work on real files, and the memory that it takes, times the
//! workers.

mod args;
mod picture;
mod place;
mod sheet;
mod whole;

use std::fs::File;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::files::PathBytes;
use crate::{Job, Portable, gil};

pub(super) use args::Workload;

/// A picture whose thumbnail is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumb {
    /// Where the pictures are.
    dir: PathBytes,
    /// The picture, from there.
    name: PathBytes,
    /// Where the thumbnails go.
    out: PathBytes,
    /// No side of the thumbnail is longer.
    size: u32,
    /// A picture of more is not decoded.
    max_pixels: u64,
}

/// A thumbnail that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The SHA-256 of its file.
    sha256: [u8; 32],
    /// The file, from where the thumbnails go.
    name: PathBytes,
}

/// The thumbnail, as a PNG, of a picture whose bytes are at hand, as [`Thumb`] makes it of a file: no side is
/// longer than `size` pixels. A picture of more than 128,000,000 pixels is not decoded.
///
/// # Errors
///
/// Why there is none: `not a PNG, JPEG or WebP picture`, `too large`, `truncated`, `corrupt` or
/// `unsupported`.
pub fn thumbnail(picture: &[u8], size: u32) -> anyhow::Result<Vec<u8>> {
    let format = picture::format(picture)?;
    Ok(picture::thumbnail(picture, format, size, MAX_PIXELS)?)
}

/// A picture of more pixels is not decoded, unless a command line says so.
const MAX_PIXELS: u64 = 128_000_000;

/// How much is read of a file before it is known to be a picture.
const HEAD: u64 = 64 * 1024;

impl Job for Thumb {
    type Output = Written;

    fn run(&self) -> anyhow::Result<Written> {
        let source = self.dir.to_path().join(self.name.to_path());
        let thumbnail = self
            .thumbnail(|| File::open(&source))
            .map_err(|error| anyhow::anyhow!("{}: {error}", source.display()))?;
        let name = place::name(&self.name.to_path());
        let place = self.out.to_path().join(&name);
        gil::while_waiting(|| place::write(&place, &thumbnail))
            .map_err(|error| anyhow::anyhow!("{}: {}", place.display(), error.kind()))?;
        Ok(Written {
            sha256: Sha256::digest(&thumbnail).into(),
            name: PathBytes::new(name),
        })
    }
}

impl Portable for Thumb {
    const NAME: &'static str = "thumbs";
}

impl Thumb {
    /// The thumbnail's bytes, or in words why there is none.
    fn thumbnail(&self, open: impl FnOnce() -> io::Result<File>) -> Result<Vec<u8>, String> {
        // The kind only: an operating system's sentence is not the same everywhere.
        let kind = |error: io::Error| error.kind().to_string();
        let mut file = gil::while_waiting(open).map_err(kind)?;
        let mut bytes = Vec::new();
        read(&mut file, HEAD, &mut bytes).map_err(kind)?;
        let format = picture::format(&bytes).map_err(|unfit| unfit.to_string())?;
        // No picture takes more as a file than as pixels, but a file may.
        let most = self.max_pixels.saturating_mul(picture::PIXEL).max(HEAD);
        read(&mut file, most - HEAD + 1, &mut bytes).map_err(kind)?;
        if bytes.len() as u64 > most {
            return Err(picture::Unfit::TooLarge.to_string());
        }
        picture::thumbnail(&bytes, format, self.size, self.max_pixels)
            .map_err(|unfit| unfit.to_string())
    }
}

/// Reads on, up to so many bytes.
fn read(file: &mut File, most: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    gil::while_waiting(|| file.take(most).read_to_end(bytes)).map(drop)
}
