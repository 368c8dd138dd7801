//! What happens to bad files: a table of made inputs, each with what must become of it.

use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageFormat, Luma, LumaA};

use super::tests::{LIMITS, colours, disc, exif_segment, file, has, jpeg_with, segment};
use super::*;

/// What must become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Refused(ImageError),
    /// Taken, and the payload is gone.
    Cleaned,
}

use Fate::{Cleaned, Refused};
use ImageError::{Invalid, TooLarge, UnsupportedType};

/// Never to be seen in what is stored.
const PAYLOAD: &[u8] = b"<script>alert(document.domain)</script><?php PAYLOAD ?>";

type Case = (&'static str, Vec<u8>, Fate);

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn not_images() -> Vec<Case> {
    let files: Vec<(&'static str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("one byte", vec![0xff]),
        ("text", b"hello".to_vec()),
        (
            "an SVG",
            joined(&[
                b"<svg xmlns='http://www.w3.org/2000/svg'>",
                PAYLOAD,
                b"</svg>",
            ]),
        ),
        (
            "an SVG with a declaration",
            b"<?xml version='1.0'?><svg onload='x()'/>".to_vec(),
        ),
        (
            "an SVG with a doctype",
            b"<!DOCTYPE svg><svg><image href='file:///etc/passwd'/>".to_vec(),
        ),
        ("HTML", joined(&[b"<!doctype html>", PAYLOAD])),
        (
            "HTML after a byte order mark",
            joined(&[b"\xef\xbb\xbf<html>", PAYLOAD]),
        ),
        (
            "HTML before a PNG",
            joined(&[PAYLOAD, &file(&colours(8, 8), ImageFormat::Png)]),
        ),
        (
            "space before a JPEG",
            joined(&[b" ", &file(&colours(8, 8), ImageFormat::Jpeg)]),
        ),
        ("JavaScript", b"GI=1;F89a=alert(1)".to_vec()),
        ("JSON", b"{\"a\": 1}".to_vec()),
        ("PHP", PAYLOAD[39..].to_vec()),
        ("a shell script", b"#!/bin/sh\nrm -rf /".to_vec()),
        ("PDF", b"%PDF-1.7\n1 0 obj".to_vec()),
        ("ZIP", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec()),
        ("ELF", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec()),
        (
            "a Windows program",
            b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec(),
        ),
        ("BMP", joined(&[b"BM", &[0; 100]])),
        (
            "TIFF, little-endian",
            joined(&[b"II*\0\x10\0\0\0CR", &[0; 100]]),
        ),
        ("TIFF, big-endian", joined(&[b"MM\0*\0\0\0\x08", &[0; 100]])),
        ("an icon", joined(&[b"\0\0\x01\0\x01\0", &[0; 100]])),
        ("AVIF", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf".to_vec()),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("JPEG XL", b"\xff\x0a\0\0\0\0".to_vec()),
        ("JPEG 2000", b"\0\0\0\x0cjP  \r\n\x87\n\0".to_vec()),
        ("Photoshop", joined(&[b"8BPS\0\x01", &[0; 40]])),
        ("MP4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()),
        ("MP3", b"ID3\x03\0\0\0\0\0\x21".to_vec()),
        ("sound in RIFF", b"RIFF\x24\0\0\0WAVEfmt ".to_vec()),
        ("zeros", vec![0; 4_096]),
        ("a cut PNG signature", b"\x89PN".to_vec()),
        ("a cut JPEG signature", b"\xff\xd8".to_vec()),
        ("a cut GIF signature", b"GI".to_vec()),
    ];
    let refused = |(name, bytes)| (name, bytes, Refused(UnsupportedType));
    files.into_iter().map(refused).collect()
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("fits a chunk");
    let checked = [kind.as_slice(), content].concat();
    let checksum = checked.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    });
    joined(&[&length.to_be_bytes(), &checked, &(!checksum).to_be_bytes()])
}

fn png_header(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = chunk(b"IHDR", &joined(&[&size, &[8, 6, 0, 0, 0]]));
    joined(&[
        b"\x89PNG\r\n\x1a\n",
        &header,
        &chunk(b"IDAT", &[0x78, 1]),
        &chunk(b"IEND", &[]),
    ])
}

/// A PNG with `extra` right after its header.
fn png_with(image: &DynamicImage, extra: &[u8]) -> Vec<u8> {
    let png = file(image, ImageFormat::Png);
    const HEADER_END: usize = 8 + 25;
    joined(&[&png[..HEADER_END], extra, &png[HEADER_END..]])
}

fn jpeg_of_size(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = file(&colours(16, 16), ImageFormat::Jpeg);
    let frame = jpeg
        .windows(2)
        .position(|two| two == [0xff, 0xc0])
        .expect("a frame header");
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

fn gif_of_size(width: u16, height: u16) -> Vec<u8> {
    let mut gif = file(&disc(16), ImageFormat::Gif);
    gif[6..8].copy_from_slice(&width.to_le_bytes());
    gif[8..10].copy_from_slice(&height.to_le_bytes());
    gif
}

/// An extended WebP that claims a canvas of `side` by `side`.
fn webp_canvas(side: u32) -> Vec<u8> {
    let less_one = &(side - 1).to_le_bytes()[..3];
    let content = joined(&[&[0x10, 0, 0, 0], less_one, less_one]);
    let inner = file(&disc(16), ImageFormat::WebP)[12..].to_vec();
    let body = joined(&[b"WEBPVP8X", &10_u32.to_le_bytes(), &content, &inner]);
    joined(&[
        b"RIFF",
        &u32::try_from(body.len()).expect("small").to_le_bytes(),
        &body,
    ])
}

fn bombs() -> Vec<Case> {
    let white = DynamicImage::ImageLuma8(GrayImage::from_pixel(10_000, 10_000, Luma([255])));
    let real_bomb = file(&white, ImageFormat::Png);
    assert!(
        real_bomb.len() < 1_000_000,
        "a hundred megapixels in a few kilobytes"
    );
    let files = vec![
        (
            "a PNG that claims 2,500 megapixels",
            png_header(50_000, 50_000),
        ),
        (
            "a PNG that claims four gigapixels",
            png_header(65_535, 65_535),
        ),
        (
            "a PNG that claims the most there is",
            png_header(0x7fff_ffff, 0x7fff_ffff),
        ),
        ("a PNG one row over the limit", png_header(8_000, 5_001)),
        (
            "a PNG one pixel high and far too wide",
            png_header(2_000_000, 1),
        ),
        ("a PNG that really unfolds to 100 megapixels", real_bomb),
        (
            "a JPEG that claims four gigapixels",
            jpeg_of_size(65_535, 65_535),
        ),
        ("a JPEG just over the limit", jpeg_of_size(8_000, 5_001)),
        (
            "a GIF that claims four gigapixels",
            gif_of_size(65_535, 65_535),
        ),
        ("a WebP that claims 268 megapixels", webp_canvas(16_384)),
        (
            "a GIF signature before HTML, read as a size",
            joined(&[b"GIF89a", PAYLOAD]),
        ),
        (
            "a file over the limit",
            joined(&[&file(&colours(8, 8), ImageFormat::Png), &vec![0; 11 << 20]]),
        ),
    ];
    let refused = |(name, bytes)| (name, bytes, Refused(TooLarge));
    files.into_iter().map(refused).collect()
}

fn cut_files() -> Vec<Case> {
    let image = colours(300, 200);
    let mut cases: Vec<Case> = Vec::new();
    for (format, name) in [
        (ImageFormat::Png, "a cut PNG"),
        (ImageFormat::Jpeg, "a cut JPEG"),
        (ImageFormat::WebP, "a cut WebP"),
        (ImageFormat::Gif, "a cut GIF"),
    ] {
        let whole = file(&image, format);
        for part in [
            16,
            30,
            whole.len() / 10,
            whole.len() / 2,
            whole.len() * 9 / 10,
        ] {
            cases.push((name, whole[..part].to_vec(), Refused(Invalid)));
        }
    }
    cases
}

fn damaged() -> Vec<Case> {
    let image = colours(300, 200);
    let png = file(&image, ImageFormat::Png);
    let jpeg = file(&image, ImageFormat::Jpeg);
    let webp = file(&image, ImageFormat::WebP);
    let header_only = |bytes: &[u8], length: usize| bytes[..length].to_vec();
    let thumbnail_with_end = segment(0xe1, b"Exif\0\0\xff\xd8 a thumbnail \xff\xd9");
    let cut = jpeg_with(&image, &[thumbnail_with_end]);
    let files = vec![
        (
            "a PNG without its last bytes",
            header_only(&png, png.len() - 12),
        ),
        (
            "a JPEG without its last bytes",
            header_only(&jpeg, jpeg.len() - 2),
        ),
        (
            "half a JPEG with an end in its metadata",
            header_only(&cut, cut.len() / 2),
        ),
        ("a WebP larger than the format allows", webp_canvas(1 << 24)),
        (
            "a WebP signature before HTML",
            joined(&[b"RIFF\x40\0\0\0WEBPVP8 ", PAYLOAD]),
        ),
        ("a JPEG zero wide", jpeg_of_size(0, 16)),
        (
            "a JPEG of nothing but ends",
            [0xff, 0xd8, 0xff, 0xd9].repeat(50),
        ),
        (
            "a JPEG of nothing but 0xff",
            joined(&[&[0xff, 0xd8], &vec![0xff; 5_000]]),
        ),
        (
            "a JPEG segment longer than the file",
            joined(&[&[0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff], &[0; 40]]),
        ),
        (
            "a GIF zero wide and without frames",
            b"GIF89a\0\0\0\0\0\0\0;".to_vec(),
        ),
        (
            "a GIF without frames",
            b"GIF89a\x10\0\x10\0\0\0\0;".to_vec(),
        ),
        ("a WebP with a damaged body", flipped(&webp, 25)),
        (
            "a WebP shorter than it says",
            header_only(&webp, webp.len() - 8),
        ),
    ];
    let mut cases = cut_files();
    cases.extend(
        files
            .into_iter()
            .chain(damaged_heads(&png))
            .map(|(name, bytes)| (name, bytes, Refused(Invalid))),
    );
    cases
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 0xff;
    bytes
}

/// Files that begin like a picture and are none.
fn damaged_heads(png: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a PNG with a wrong checksum", flipped(png, 30)),
        ("a PNG with a damaged body", flipped(png, 45)),
        ("a PNG zero wide", png_header(0, 10)),
        ("a PNG zero high", png_header(10, 0)),
        ("a PNG without pixels", png_header(10, 10)),
        ("only a PNG signature", b"\x89PNG\r\n\x1a\n".to_vec()),
        (
            "a PNG signature before HTML",
            joined(&[b"\x89PNG\r\n\x1a\n", PAYLOAD]),
        ),
        (
            "a JPEG signature before HTML",
            joined(&[b"\xff\xd8\xff\xe0", PAYLOAD]),
        ),
    ]
}

fn gif_with_comment() -> Vec<u8> {
    let gif = file(&disc(16), ImageFormat::Gif);
    // After the header and the global table, if there is one.
    let table = match gif[10] & 0x80 {
        0 => 0,
        _ => 3 << ((gif[10] & 7) + 1),
    };
    let at = 13 + table;
    let length = u8::try_from(PAYLOAD.len()).expect("one block");
    joined(&[&gif[..at], &[0x21, 0xfe, length], PAYLOAD, &[0], &gif[at..]])
}

fn webp_with_xmp() -> Vec<u8> {
    let inner = file(&disc(16), ImageFormat::WebP)[12..].to_vec();
    let padded = joined(&[PAYLOAD, &[0][..PAYLOAD.len() % 2]]);
    let length = u32::try_from(PAYLOAD.len()).expect("small").to_le_bytes();
    let canvas = [0x14, 0, 0, 0, 15, 0, 0, 15, 0, 0];
    let body = joined(&[
        b"WEBPVP8X\x0a\0\0\0",
        &canvas,
        &inner,
        b"XMP ",
        &length,
        &padded,
    ]);
    joined(&[
        b"RIFF",
        &u32::try_from(body.len()).expect("small").to_le_bytes(),
        &body,
    ])
}

fn polyglots() -> Vec<Case> {
    let image = colours(120, 90);
    let (png, jpeg) = (
        file(&image, ImageFormat::Png),
        file(&image, ImageFormat::Jpeg),
    );
    let (gif, webp) = (
        file(&disc(40), ImageFormat::Gif),
        file(&disc(40), ImageFormat::WebP),
    );
    let icc = joined(&[b"ICC_PROFILE\0\x01\x01", PAYLOAD]);
    let files = vec![
        ("a PNG with HTML behind it", joined(&[&png, PAYLOAD])),
        ("a JPEG with HTML behind it", joined(&[&jpeg, PAYLOAD])),
        ("a GIF with HTML behind it", joined(&[&gif, PAYLOAD])),
        ("a WebP with HTML behind it", joined(&[&webp, PAYLOAD])),
        (
            "a JPEG with a ZIP behind it",
            joined(&[&jpeg, b"PK\x03\x04", PAYLOAD, b"PK\x05\x06"]),
        ),
        (
            "a PNG with a program behind it",
            joined(&[&png, b"MZ\x90\0", PAYLOAD]),
        ),
        (
            "a PNG with a text chunk",
            png_with(&image, &chunk(b"tEXt", &joined(&[b"Comment\0", PAYLOAD]))),
        ),
        (
            "a PNG with an XMP chunk",
            png_with(
                &image,
                &chunk(b"iTXt", &joined(&[b"XML:com.adobe.xmp\0\0\0\0\0", PAYLOAD])),
            ),
        ),
        (
            "a PNG with a chunk of its own",
            png_with(&image, &chunk(b"raNd", PAYLOAD)),
        ),
        (
            "a PNG with Exif",
            png_with(
                &image,
                &chunk(b"eXIf", &joined(&[b"II*\0\x08\0\0\0\0\0", PAYLOAD])),
            ),
        ),
        (
            "a JPEG with a comment",
            jpeg_with(&image, &[segment(0xfe, PAYLOAD)]),
        ),
        (
            "a JPEG with Exif and more",
            jpeg_with(&image, &[exif_segment(6), segment(0xed, PAYLOAD)]),
        ),
        (
            "a JPEG with broken Exif",
            jpeg_with(&image, &[segment(0xe1, &joined(&[b"Exif\0\0", PAYLOAD]))]),
        ),
        (
            "a JPEG with a colour profile that is none",
            jpeg_with(&image, &[segment(0xe2, &icc)]),
        ),
        ("a GIF with a comment", gif_with_comment()),
        ("a WebP with XMP", webp_with_xmp()),
    ];
    let cleaned = |(name, bytes)| (name, bytes, Cleaned);
    files.into_iter().map(cleaned).collect()
}

fn odd_but_fine() -> Vec<Case> {
    let grey = DynamicImage::ImageLuma8(GrayImage::from_pixel(20, 30, Luma([90])));
    let grey_alpha = DynamicImage::ImageLumaA8(GrayAlphaImage::from_pixel(20, 30, LumaA([90, 9])));
    let files = vec![
        ("a PNG of one pixel", file(&colours(1, 1), ImageFormat::Png)),
        (
            "a JPEG of one pixel",
            file(&colours(1, 1), ImageFormat::Jpeg),
        ),
        (
            "a WebP of one pixel",
            file(&colours(1, 1), ImageFormat::WebP),
        ),
        ("a GIF of one pixel", file(&disc(1), ImageFormat::Gif)),
        ("a line", file(&colours(10_000, 1), ImageFormat::Png)),
        ("a column", file(&colours(1, 10_000), ImageFormat::Png)),
        ("a grey JPEG", file(&grey, ImageFormat::Jpeg)),
        ("a grey PNG with alpha", file(&grey_alpha, ImageFormat::Png)),
        (
            "16 bits a channel",
            file(
                &DynamicImage::ImageRgba16(disc(50).into_rgba16()),
                ImageFormat::Png,
            ),
        ),
    ];
    let cleaned = |(name, bytes)| (name, bytes, Cleaned);
    files.into_iter().map(cleaned).collect()
}

#[tokio::test]
async fn every_hostile_file_meets_its_fate() {
    let workshop = ImageWorkshop::new(LIMITS);
    let cases = [
        not_images(),
        bombs(),
        damaged(),
        polyglots(),
        odd_but_fine(),
    ]
    .concat();
    assert!(cases.len() >= 100, "the table has {} rows", cases.len());
    let mut wrong = Vec::new();
    for (name, bytes, fate) in cases {
        let length = bytes.len();
        let outcome = workshop.picture(bytes.into()).await;
        let is_right = match (&outcome, fate) {
            (Err(error), Refused(expected)) => *error == expected,
            (Ok(made), Cleaned) => [&made.original, &made.thumbnail]
                .iter()
                .all(|encoded| !has(&encoded.bytes, b"PAYLOAD") && !has(&encoded.bytes, b"script")),
            _ => false,
        };
        if !is_right {
            let outcome = outcome.map(|made| (made.width, made.height));
            wrong.push(format!(
                "{name} ({length} bytes): {outcome:?}, not {fate:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_single_flipped_byte_panics_or_hangs() {
    let workshop = ImageWorkshop::new(LIMITS);
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ] {
        let whole = file(
            &disc(24),
            if format == ImageFormat::Jpeg {
                ImageFormat::Png
            } else {
                format
            },
        );
        let whole = match format {
            ImageFormat::Jpeg => file(&colours(24, 24), ImageFormat::Jpeg),
            _ => whole,
        };
        for at in 0..whole.len().min(300) {
            let mut bytes = whole.clone();
            bytes[at] = bytes[at].wrapping_add(0x55);
            // Any answer will do: that there is one is the claim.
            let _answer = workshop.picture(bytes.into()).await;
        }
    }
}
