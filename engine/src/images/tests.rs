//! What happens to good pictures.

use super::*;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;

pub(super) const LIMITS: ImageLimits = ImageLimits {
    file_bytes: 10 * 1_024 * 1_024,
    pixels: 40_000_000,
};

/// A colourful picture without alpha.
pub(super) fn colours(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 3) as u8, (y * 5) as u8, (x ^ y) as u8])
    }))
}

/// A disc on nothing.
pub(super) fn disc(side: u32) -> DynamicImage {
    let centre = i64::from(side) / 2;
    DynamicImage::ImageRgba8(RgbaImage::from_fn(side, side, |x, y| {
        let (x, y) = (i64::from(x) - centre, i64::from(y) - centre);
        match x * x + y * y < centre * centre {
            true => Rgba([200, 30, 30, 255]),
            false => Rgba([0, 0, 0, 0]),
        }
    }))
}

pub(super) fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

/// A JPEG segment.
pub(super) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("fits a segment");
    [&[0xff, marker], length.to_be_bytes().as_slice(), content].concat()
}

/// A JPEG with `segments` right after its first marker, where cameras put their metadata.
pub(super) fn jpeg_with(image: &DynamicImage, segments: &[Vec<u8>]) -> Vec<u8> {
    let jpeg = file(image, ImageFormat::Jpeg);
    [&jpeg[..2], &segments.concat(), &jpeg[2..]].concat()
}

/// Exif with an orientation, a maker and a place.
pub(super) fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [
            tag.to_le_bytes().as_slice(),
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    };
    // IFD 0 with three entries lies at 8 and ends at 50; the maker follows, then the GPS IFD.
    let (maker, gps_at) = (b"SecretCamera Inc.\0", 50 + 18);
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x010f, 2, maker.len() as u32, 50));
    tiff.extend(entry(0x0112, 3, 1, u32::from(orientation)));
    tiff.extend(entry(0x8825, 4, 1, gps_at));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(maker);
    tiff.extend(2_u16.to_le_bytes());
    tiff.extend(entry(1, 2, 2, u32::from(b'N')));
    tiff.extend(entry(2, 5, 3, gps_at + 2 + 24 + 4));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(b"GPS 52.5200N 13.4050E PLACE");
    tiff
}

pub(super) fn exif_segment(orientation: u8) -> Vec<u8> {
    segment(0xe1, &[b"Exif\0\0".as_slice(), &exif(orientation)].concat())
}

pub(super) fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

async fn picture(file: Vec<u8>) -> Picture {
    let workshop = ImageWorkshop::new(LIMITS);
    workshop.picture(file.into()).await.expect("a picture")
}

fn decoded(encoded: &Encoded) -> DynamicImage {
    image::load_from_memory(&encoded.bytes).expect("what was stored is a picture")
}

#[tokio::test]
async fn a_photo_stays_a_photo_and_gets_a_thumbnail() {
    let made = picture(file(&colours(1_600, 900), ImageFormat::Jpeg)).await;
    assert_eq!((made.width, made.height), (1_600, 900));
    assert_eq!(made.original.content_type, "image/jpeg");
    let thumbnail = decoded(&made.thumbnail);
    assert_eq!((thumbnail.width(), thumbnail.height()), (640, 360));
    assert!(made.thumbnail.bytes.len() < made.original.bytes.len());
    let (width, height, _) = thumbhash::thumb_hash_to_rgba(&made.thumb_hash).expect("a ThumbHash");
    assert!(width > height, "the placeholder has the proportions");
}

#[tokio::test]
async fn a_small_picture_is_its_own_thumbnail() {
    let made = picture(file(&colours(640, 300), ImageFormat::Png)).await;
    assert_eq!(made.original, made.thumbnail);
}

#[tokio::test]
async fn what_is_transparent_stays_transparent() {
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let made = picture(file(&disc(800), format)).await;
        assert_eq!(made.original.content_type, "image/png", "{format:?}");
        for encoded in [&made.original, &made.thumbnail] {
            let pixels = decoded(encoded).into_rgba8();
            let middle = pixels.width() / 2;
            assert_eq!(pixels.get_pixel(0, 0).0[3], 0, "{format:?}");
            assert_eq!(pixels.get_pixel(middle, middle).0[3], 255, "{format:?}");
        }
    }
}

#[tokio::test]
async fn a_screenshot_keeps_its_sharp_edges() {
    let flat = DynamicImage::ImageRgba8(RgbaImage::from_fn(900, 600, |x, _| match x < 450 {
        true => Rgba([255, 255, 255, 255]),
        false => Rgba([20, 20, 20, 255]),
    }));
    let made = picture(file(&flat, ImageFormat::Png)).await;
    assert_eq!(made.original.content_type, "image/png");
    assert_eq!(decoded(&made.original).into_rgb8(), flat.into_rgb8());
}

#[tokio::test]
async fn a_photo_saved_as_png_becomes_a_jpeg() {
    let noise = DynamicImage::ImageRgb8(RgbImage::from_fn(1_000, 1_000, |x, y| {
        let mixed = (x * 1_000 + y).wrapping_mul(2_654_435_761);
        let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519);
        Rgb([(mixed >> 8) as u8, (mixed >> 16) as u8, (mixed >> 24) as u8])
    }));
    let made = picture(file(&noise, ImageFormat::Png)).await;
    assert_eq!(made.original.content_type, "image/jpeg");
    assert_eq!(
        made.thumbnail.content_type, "image/jpeg",
        "both are of one type"
    );
}

#[tokio::test]
async fn every_orientation_comes_out_upright() {
    // Left half dark, right half light, wider than high; each orientation stores it differently.
    let upright = DynamicImage::ImageRgb8(RgbImage::from_fn(80, 40, |x, y| {
        Rgb([
            if x < 40 { 0 } else { 255 },
            if y < 20 { 0 } else { 255 },
            0,
        ])
    }));
    for orientation in 1..=8_u8 {
        let known = image::metadata::Orientation::from_exif(orientation).expect("one of eight");
        let mut stored = upright.clone();
        stored.apply_orientation(match known {
            image::metadata::Orientation::Rotate90 => image::metadata::Orientation::Rotate270,
            image::metadata::Orientation::Rotate270 => image::metadata::Orientation::Rotate90,
            itself => itself,
        });
        let made = picture(jpeg_with(&stored, &[exif_segment(orientation)])).await;
        assert_eq!(
            (made.width, made.height),
            (80, 40),
            "orientation {orientation}"
        );
        let pixels = decoded(&made.original).into_rgb8();
        let near = |x, y| pixels.get_pixel(x, y).0.map(|channel| channel > 127);
        assert_eq!(
            near(10, 5),
            [false, false, false],
            "orientation {orientation}"
        );
        assert_eq!(
            near(70, 5),
            [true, false, false],
            "orientation {orientation}"
        );
        assert_eq!(
            near(10, 35),
            [false, true, false],
            "orientation {orientation}"
        );
    }
}

#[tokio::test]
async fn no_place_and_no_camera_survives() {
    let xmp = segment(
        0xe1,
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>PLACE</x:xmpmeta>",
    );
    let comment = segment(0xfe, b"PLACE in a comment");
    let jpeg = jpeg_with(&colours(700, 700), &[exif_segment(1), xmp, comment]);
    assert!(
        has(&jpeg, b"PLACE") && has(&jpeg, b"SecretCamera"),
        "the test file has them"
    );
    let made = picture(jpeg).await;
    for encoded in [&made.original, &made.thumbnail] {
        for trace in [
            b"PLACE".as_slice(),
            b"SecretCamera",
            b"Exif",
            b"GPS",
            b"xmpmeta",
        ] {
            assert!(
                !has(&encoded.bytes, trace),
                "{}",
                String::from_utf8_lossy(trace)
            );
        }
    }
}

#[tokio::test]
async fn an_avatar_is_the_centre_as_a_square() {
    let striped = DynamicImage::ImageRgb8(RgbImage::from_fn(1_200, 600, |x, _| {
        Rgb([if (300..900).contains(&x) { 250 } else { 5 }, 0, 0])
    }));
    let workshop = ImageWorkshop::new(LIMITS);
    let jpeg = file(&striped, ImageFormat::Jpeg);
    let made = workshop.avatar(jpeg.into()).await.expect("a picture");
    assert_eq!((made.width, made.height), (512, 512));
    let small = decoded(&made.thumbnail).into_rgb8();
    assert_eq!(small.dimensions(), (256, 256));
    for at in [10, 128, 245] {
        assert!(
            small.get_pixel(at, at).0[0] > 200,
            "only the middle is left"
        );
    }
    let tiny = workshop
        .avatar(file(&disc(40), ImageFormat::Png).into())
        .await;
    assert_eq!(tiny.expect("a picture").width, 40, "nothing is blown up");
}

#[tokio::test]
async fn many_pictures_at_once_all_come_out() {
    let workshop = ImageWorkshop::new(LIMITS);
    let jpeg = Bytes::from(file(&colours(300, 200), ImageFormat::Jpeg));
    let all = (0..40).map(|_| workshop.picture(jpeg.clone()));
    for made in futures_util::future::join_all(all).await {
        assert_eq!(made.expect("a picture").width, 300);
    }
}
