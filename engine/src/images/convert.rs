//! From a file to pixels and back. Runs on threads that may block.

use std::io::Cursor;

use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Limits,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
    imageops::FilterType as Scaling,
    metadata::Orientation,
};

use super::{Encoded, ImageError, ImageLimits, Picture, format};

/// Longest side of a thumbnail, in pixels: a bubble on a screen with two pixels per point.
const THUMBNAIL_SIDE: u32 = 640;
/// Side of a profile picture, in pixels, and of its small version: a list shows 48 points, a
/// profile 128.
const AVATAR_SIDE: u32 = 512;
const AVATAR_SMALL_SIDE: u32 = 256;
/// Longest side that ThumbHash takes, in pixels.
const HASH_SIDE: u32 = 100;
/// Longest side at all, in pixels: what JPEG can say.
const SIDE_MAX: u32 = 65_535;
/// The usual compromise: no difference at arm's length, a tenth of the size.
const JPEG_QUALITY: u8 = 85;
/// An opaque picture stays PNG up to this size, in bytes: screenshots and drawings do, photos that
/// somebody saved as PNG become JPEG.
const OPAQUE_PNG_BYTES_MAX: usize = 1_024 * 1_024;
/// How much larger than the largest upload a picture may be once it is written anew.
const GROWTH_MAX: u64 = 2;
/// Room for a decoder's tables beside the pixels, in bytes.
const DECODER_BYTES: u64 = 64 * 1_024 * 1_024;

const JPEG: &str = "image/jpeg";
const PNG: &str = "image/png";

/// Pixels, and what the file said about them.
struct Source {
    image: DynamicImage,
    is_photo: bool,
}

/// How much memory it takes to convert the picture, from its header.
pub(super) fn cost_bytes(file: &[u8], limits: ImageLimits) -> Result<u64, ImageError> {
    let format = format::sniff(file)?;
    let decoder = open(file, format, limits)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    // As it is decoded; turned; with 8 bits and alpha.
    Ok(decoder.total_bytes().saturating_mul(2) + pixels * 4 + DECODER_BYTES)
}

/// The picture in an uploaded file.
pub(super) fn picture(file: &[u8], limits: ImageLimits) -> Result<Picture, ImageError> {
    let source = decode(file, limits)?;
    let original = encode(&source)?;
    if original.bytes.len() as u64 > limits.file_bytes.saturating_mul(GROWTH_MAX) {
        return Err(ImageError::TooLarge);
    }
    let (width, height) = (source.image.width(), source.image.height());
    let is_small = width.max(height) <= THUMBNAIL_SIDE;
    let thumbnail = match is_small {
        true => original.clone(),
        false => encode_as(original.content_type, &small(&source.image, THUMBNAIL_SIDE))?,
    };
    let thumb_hash = thumb_hash(&source.image);
    Ok(Picture {
        original,
        thumbnail,
        width,
        height,
        thumb_hash,
    })
}

/// The centre of the picture in a file, as a square.
pub(super) fn avatar(file: &[u8], limits: ImageLimits) -> Result<Picture, ImageError> {
    let Source { image, is_photo } = decode(file, limits)?;
    let side = image.width().min(image.height());
    let (left, top) = ((image.width() - side) / 2, (image.height() - side) / 2);
    let square = image.crop_imm(left, top, side, side);
    let scaled = |wanted: u32| match side > wanted {
        true => square.resize_exact(wanted, wanted, Scaling::CatmullRom),
        false => square.clone(),
    };
    let large = Source {
        image: scaled(AVATAR_SIDE),
        is_photo,
    };
    let original = encode(&large)?;
    let thumbnail = encode_as(original.content_type, &scaled(AVATAR_SMALL_SIDE))?;
    Ok(Picture {
        original,
        thumbnail,
        width: large.image.width(),
        height: large.image.height(),
        thumb_hash: thumb_hash(&large.image),
    })
}

/// A decoder that has read the header, if the header is acceptable.
fn open(
    file: &[u8],
    format: image::ImageFormat,
    limits: ImageLimits,
) -> Result<impl ImageDecoder + '_, ImageError> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(decoder_limits(limits));
    let decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(ImageError::Invalid);
    }
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(ImageError::TooLarge);
    }
    Ok(decoder)
}

fn decoder_limits(limits: ImageLimits) -> Limits {
    let mut decoder_limits = Limits::default();
    decoder_limits.max_image_width = Some(SIDE_MAX);
    decoder_limits.max_image_height = Some(SIDE_MAX);
    // 16 bits for each of four channels.
    decoder_limits.max_alloc = Some(limits.pixels.saturating_mul(8) + DECODER_BYTES);
    decoder_limits
}

fn decode(file: &[u8], limits: ImageLimits) -> Result<Source, ImageError> {
    let format = format::sniff(file)?;
    if !format::is_complete(file, format) {
        // By its header first: what is too large is too large, complete or not.
        open(file, format, limits)?;
        return Err(ImageError::Invalid);
    }
    let mut decoder = open(file, format, limits)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
    let mut image = eight_bits(image);
    image.apply_orientation(orientation);
    Ok(Source {
        image,
        is_photo: format == image::ImageFormat::Jpeg,
    })
}

fn reason(error: &image::ImageError) -> ImageError {
    match error {
        image::ImageError::Limits(_) => ImageError::TooLarge,
        _ => ImageError::Invalid,
    }
}

/// The picture as RGB, or RGBA when something shows through it.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let rgba = image.into_rgba8();
    match rgba.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        true => DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(rgba).into_rgb8()),
        false => DynamicImage::ImageRgba8(rgba),
    }
}

/// JPEG for photos, PNG for what is transparent or drawn.
fn encode(source: &Source) -> Result<Encoded, ImageError> {
    let has_alpha = source.image.color().has_alpha();
    if has_alpha || !source.is_photo {
        let png = encode_as(PNG, &source.image)?;
        if has_alpha || png.bytes.len() <= OPAQUE_PNG_BYTES_MAX {
            return Ok(png);
        }
    }
    encode_as(JPEG, &source.image)
}

fn encode_as(content_type: &'static str, image: &DynamicImage) -> Result<Encoded, ImageError> {
    let bytes = match content_type {
        JPEG => jpeg(image)?,
        _ => png(image)?,
    };
    Ok(Encoded {
        content_type,
        bytes: Bytes::from(bytes),
    })
}

fn jpeg(image: &DynamicImage) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .encode_image(image)
        .map_err(|_| ImageError::Invalid)?;
    Ok(bytes)
}

fn png(image: &DynamicImage) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(
            image.as_bytes(),
            image.width(),
            image.height(),
            image.color().into(),
        )
        .map_err(|_| ImageError::Invalid)?;
    Ok(bytes)
}

/// Smaller, with the same proportions, in one quick pass over the pixels.
fn small(image: &DynamicImage, side: u32) -> DynamicImage {
    image.thumbnail(side, side)
}

fn thumb_hash(image: &DynamicImage) -> Vec<u8> {
    let tiny = match image.width().max(image.height()) > HASH_SIDE {
        true => small(image, HASH_SIDE).into_rgba8(),
        false => image.to_rgba8(),
    };
    let (width, height) = (tiny.width() as usize, tiny.height() as usize);
    thumbhash::rgba_to_thumb_hash(width, height, tiny.as_raw())
}
