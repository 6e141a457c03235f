//! Pictures that lie on their side, and the mark that says so.

use anyhow::Context;
use image::DynamicImage;
use image::metadata::Orientation;

/// The smallest EXIF there is: one entry, how the picture is to be turned (1 to 8).
pub(crate) fn orientation(orientation: u8) -> Vec<u8> {
    // The byte order, and where the list of entries begins.
    let mut exif = b"II*\0\x08\0\0\0".to_vec();
    // One entry: tag 0x112, one number of 16 bits, and its value. No further list.
    exif.extend([1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0; 4]);
    exif
}

/// The picture as a camera stores it that was held so: turned as the mark says, it is upright.
pub(crate) fn lay(mut upright: DynamicImage, orientation: u8) -> anyhow::Result<DynamicImage> {
    let turn = Orientation::from_exif(orientation).context("an orientation is from 1 to 8")?;
    upright.apply_orientation(match turn {
        Orientation::Rotate90 => Orientation::Rotate270,
        Orientation::Rotate270 => Orientation::Rotate90,
        // The others undo themselves.
        turn => turn,
    });
    Ok(upright)
}
