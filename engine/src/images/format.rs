//! What a file is, by its content.

use image::ImageFormat;

use super::ImageError;

/// Types that are taken.
pub(crate) const ACCEPTED_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// The format of a file, from its first bytes.
pub(super) fn sniff(file: &[u8]) -> Result<ImageFormat, ImageError> {
    let mime = infer::get(file).map(|kind| kind.mime_type());
    match mime {
        Some("image/png") => Ok(ImageFormat::Png),
        Some("image/jpeg") => Ok(ImageFormat::Jpeg),
        Some("image/webp") => Ok(ImageFormat::WebP),
        Some("image/gif") => Ok(ImageFormat::Gif),
        _ => Err(ImageError::UnsupportedType),
    }
}

/// Whether the file has its end. Decoders are lenient: of half a JPEG they make half a picture and
/// grey, of which the sender would learn nothing.
pub(super) fn is_complete(file: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Jpeg => jpeg_scan(file).is_some_and(|scan| contains(scan, &[0xff, 0xd9])),
        ImageFormat::Png => contains(file, b"IEND"),
        ImageFormat::WebP => file.get(4..8).is_some_and(|size| {
            let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]);
            file.len() as u64 >= u64::from(size) + 8
        }),
        _ => true,
    }
}

/// What follows the header of the first scan. A thumbnail within the metadata has an end of its
/// own; so segments are skipped by their length.
fn jpeg_scan(file: &[u8]) -> Option<&[u8]> {
    const START_OF_SCAN: u8 = 0xda;
    let mut rest = file.get(2..)?;
    loop {
        let marker_at = rest.iter().position(|byte| *byte == 0xff)?;
        rest = rest.get(marker_at..)?;
        let kind = *rest.get(1)?;
        match kind {
            // Fill bytes, stuffing and markers without a segment.
            0xff => rest = rest.get(1..)?,
            0x00 | 0x01 | 0xd0..=0xd8 => rest = rest.get(2..)?,
            _ => {
                let length = u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]);
                rest = rest.get(2 + usize::from(length.max(2))..)?;
                if kind == START_OF_SCAN {
                    return Some(rest);
                }
            }
        }
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
