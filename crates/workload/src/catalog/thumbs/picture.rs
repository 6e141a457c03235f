//! A picture made small: from the bytes of a PNG, JPEG or WebP to those of a PNG.

use std::error::Error;
use std::fmt;
use std::io::{Cursor, ErrorKind};

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{
    FilterType, ImageBufferError, MulDiv, PixelTrait, ResizeAlg, ResizeOptions, Resizer,
};
use image::codecs::png::{self, CompressionType, PngEncoder};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageFormat,
    ImageReader, Limits, RgbImage, RgbaImage,
};

use super::whole::is_whole;

/// Most bytes a pixel that a decoder may take: four channels of 16 bits.
pub(super) const PIXEL: u64 = 8;

/// Why a file gives no thumbnail, in words that are the same on every pattern. What decoders say
/// besides is theirs to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is something else, or empty.
    NoPicture,
    /// It has more pixels than are allowed, or would take more memory.
    TooLarge,
    /// It ends too early.
    Truncated,
    /// What it says makes no sense.
    Corrupt,
    /// It is of a kind that exists and that nobody here can decode.
    Unsupported,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPicture => "not a PNG, JPEG or WebP picture",
            Self::TooLarge => "too large",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
            Self::Unsupported => "unsupported",
        })
    }
}

impl Error for Unfit {}

impl From<ImageError> for Unfit {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooLarge,
            ImageError::Unsupported(_) => Self::Unsupported,
            ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Self::Truncated
            }
            _ => Self::Corrupt,
        }
    }
}

/// What a file is, by its first bytes. Its name may say anything.
pub(super) fn format(head: &[u8]) -> Result<ImageFormat, Unfit> {
    match image::guess_format(head) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => Ok(format),
        _ => Err(Unfit::NoPicture),
    }
}

/// The thumbnail of a picture as a PNG: upright, and no side longer than `size`.
pub(super) fn thumbnail(
    bytes: &[u8],
    format: ImageFormat,
    size: u32,
    max_pixels: u64,
) -> Result<Vec<u8>, Unfit> {
    if !is_whole(bytes, format) {
        return Err(Unfit::Truncated);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(max_pixels.saturating_mul(PIXEL));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    // Before anything is decoded: a file of some kilobytes may claim to have a billion pixels.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels {
        return Err(Unfit::TooLarge);
    }
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut small = shrink(DynamicImage::from_decoder(decoder)?, size)?;
    // Turned when it is small: a large one would take its memory twice.
    small.apply_orientation(orientation);
    encode(&small)
}

/// The same picture with no side longer than `size`, in 8 bits a channel. None is enlarged.
fn shrink(picture: DynamicImage, size: u32) -> Result<DynamicImage, Unfit> {
    let color = picture.color();
    let from = (picture.width(), picture.height());
    let to = fit(from, size);
    let small = if from == to {
        picture
    } else {
        resize(picture, to).map_err(|_| Unfit::Unsupported)?
    };
    Ok(match (color.has_color(), color.has_alpha()) {
        (true, true) => small.into_rgba8().into(),
        (true, false) => small.into_rgb8().into(),
        (false, true) => small.into_luma_alpha8().into(),
        (false, false) => small.into_luma8().into(),
    })
}

/// Colours are weighted by their opacity, so that what is invisible does not show in what is beside it.
///
/// What is neither RGB nor RGBA in 8 bits is made so first, which is a copy: the resizer is compiled anew
/// for each kind of pixel, and all kinds there are take minutes.
fn resize(
    large: DynamicImage,
    (width, height): (u32, u32),
) -> Result<DynamicImage, Box<dyn Error>> {
    let from = (large.width(), large.height());
    if large.color().has_alpha() {
        let (mut large, mut small) = (large.into_rgba8(), RgbaImage::new(width, height));
        let weigh = MulDiv::new();
        // In place: by itself, the resizer would make a copy.
        weigh.multiply_alpha_inplace_typed(&mut pixels::<U8x4>(from, &mut large)?)?;
        lanczos::<U8x4>(from, &large, (width, height), &mut small)?;
        weigh.divide_alpha_inplace_typed(&mut pixels::<U8x4>((width, height), &mut small)?)?;
        Ok(small.into())
    } else {
        let (large, mut small) = (large.into_rgb8(), RgbImage::new(width, height));
        lanczos::<U8x3>(from, &large, (width, height), &mut small)?;
        Ok(small.into())
    }
}

/// Lanczos with three lobes.
fn lanczos<P: PixelTrait>(
    from: (u32, u32),
    large: &[u8],
    to: (u32, u32),
    small: &mut [u8],
) -> Result<(), Box<dyn Error>> {
    let large = TypedImageRef::<P>::from_buffer(from.0, from.1, large)?;
    let filter = ResizeAlg::Convolution(FilterType::Lanczos3);
    let options = ResizeOptions::new().resize_alg(filter).use_alpha(false);
    Resizer::new().resize_typed(&large, &mut pixels::<P>(to, small)?, &options)?;
    Ok(())
}

fn pixels<P: PixelTrait>(
    (width, height): (u32, u32),
    bytes: &mut [u8],
) -> Result<TypedImage<'_, P>, ImageBufferError> {
    TypedImage::from_buffer(width, height, bytes)
}

/// Width and height in the same proportion, neither larger than `size`.
fn fit((width, height): (u32, u32), size: u32) -> (u32, u32) {
    let long = u64::from(width.max(height));
    if long <= u64::from(size) {
        return (width, height);
    }
    let scale = |side: u32| {
        let side = (u64::from(side) * u64::from(size) + long / 2) / long;
        // No larger than `size`, and a line stays a line.
        u32::try_from(side).unwrap_or(size).max(1)
    };
    (scale(width), scale(height))
}

/// A PNG: it keeps every pixel and what is transparent.
fn encode(picture: &DynamicImage) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::new();
    let kind = CompressionType::Default;
    let encoder = PngEncoder::new_with_quality(&mut bytes, kind, png::FilterType::Adaptive);
    let (width, height) = (picture.width(), picture.height());
    let color = ExtendedColorType::from(picture.color());
    encoder.write_image(picture.as_bytes(), width, height, color)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proportions_are_kept_and_nothing_is_enlarged() {
        let fitted = [
            ((4000, 3000), (256, 192)),
            ((3000, 4000), (192, 256)),
            ((256, 256), (256, 256)),
            ((257, 100), (256, 100)),
            ((3, 2), (3, 2)),
            ((60_000, 1), (256, 1)),
            ((u32::MAX, u32::MAX), (256, 256)),
        ];
        for (from, to) in fitted {
            assert_eq!(fit(from, 256), to, "{from:?}");
        }
        assert_eq!(fit((u32::MAX, 7), u32::MAX), (u32::MAX, 7));
    }

    #[test]
    fn what_is_invisible_does_not_show() {
        // Opaque red beside invisible green: what is seen is red, at every opacity.
        let sides = RgbaImage::from_fn(400, 10, |x, _| match x < 200 {
            true => image::Rgba([255, 0, 0, 255]),
            false => image::Rgba([0, 255, 0, 0]),
        });
        let small = shrink(sides.into(), 5).unwrap().into_rgba8();
        assert!(small.pixels().any(|pixel| (1..255).contains(&pixel.0[3])));
        for pixel in small.pixels().filter(|pixel| pixel.0[3] > 0) {
            assert_eq!(pixel.0[..3], [255, 0, 0], "{pixel:?}");
        }
    }
}
