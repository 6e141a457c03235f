//! Whether a picture is all there. Decoders of JPEG fill what is missing with grey and say nothing, as a browser
//! should while a picture is still loading; a thumbnail of half a picture is no thumbnail.

use image::ImageFormat;

/// Every segment begins with it.
const MARKER: u8 = 0xff;
/// The end of the picture.
const END: u8 = 0xd9;

/// Whether the data go on to where they say that they end. Nothing is said of a PNG, whose decoder does
/// so itself.
pub(super) fn is_whole(data: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Jpeg => is_whole_jpeg(data),
        ImageFormat::WebP => is_whole_webp(data),
        _ => true,
    }
}

/// The second word of a WebP is how many bytes follow it.
fn is_whole_webp(data: &[u8]) -> bool {
    let length = data.get(4..8).and_then(|length| length.try_into().ok());
    length.is_some_and(|length| u32::from_le_bytes(length) as usize <= data.len() - 8)
}

/// Whether the data go on to the marker that ends a JPEG. What follows it does not count: cameras put
/// all sorts of things there.
fn is_whole_jpeg(mut data: &[u8]) -> bool {
    while let Some(place) = data.iter().position(|byte| *byte == MARKER) {
        let rest = &data[place + 1..];
        data = match rest.first() {
            Some(&END) => return true,
            // Bytes of the picture that look like a marker, a restart in the middle of it, the begin,
            // or padding in front of a marker: none of these has a length.
            Some(0x00 | 0x01 | 0xd0..=0xd8) => &rest[1..],
            Some(&MARKER) => rest,
            // A segment, which may have a small JPEG in it, with an end of its own.
            Some(_) => match rest {
                [_, high, low, ..] => {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    rest.get(1 + length..).unwrap_or_default()
                }
                _ => return false,
            },
            None => return false,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A segment with a small JPEG in it, then data with a stuffed byte, a restart and padding.
    const WHOLE: &[u8] =
        b"\xff\xd8\xff\xe1\x00\x06\xff\xd8\xff\xd9\xff\xda\x00\x02ab\xff\x00c\xff\xd0d\xff\xff\xd9 more";

    #[test]
    fn only_what_goes_on_to_the_end_is_whole_jpeg() {
        assert!(is_whole_jpeg(WHOLE));
        let end = WHOLE.len() - b" more".len();
        assert!(is_whole_jpeg(&WHOLE[..end]));
        for cut in 0..end {
            assert!(!is_whole_jpeg(&WHOLE[..cut]), "cut after {cut} bytes");
        }
    }

    #[test]
    fn a_webp_is_as_long_as_it_says() {
        let whole = b"RIFF\x06\0\0\0WEBPab";
        assert!(is_whole_webp(whole));
        for cut in 0..whole.len() {
            assert!(!is_whole_webp(&whole[..cut]), "cut after {cut} bytes");
        }
    }
}
