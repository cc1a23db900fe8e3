//! Pictures that differ little, much and not at all, and files that only claim to be pictures.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};

use super::{Bounds, UnreadablePicture, compare, mask};

const GREY: Rgba<u8> = Rgba([100, 100, 100, 255]);

fn picture(width: u32, height: u32, odd: &[(u32, u32, [u8; 4])]) -> RgbaImage {
    let mut picture = RgbaImage::from_pixel(width, height, GREY);
    for (x, y, colour) in odd {
        picture.put_pixel(*x, *y, Rgba(*colour));
    }
    picture
}

fn file(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn png(picture: &RgbaImage) -> Vec<u8> {
    file(picture, ImageFormat::Png)
}

#[test]
fn what_differs_is_counted_and_boxed() {
    let left = png(&picture(40, 20, &[]));
    let right = png(&picture(40, 20, &[(3, 4, [200, 0, 0, 255]), (12, 9, [100, 100, 104, 255])]));
    let found = compare(&left, &right).unwrap();
    assert_eq!((found.total, found.changed, found.faint), (800, 2, 1));
    assert_eq!(found.bounds, Some(Bounds { x: 3, y: 4, width: 10, height: 6 }));
    assert_eq!(
        found.words(),
        "0.3% of the pixels differ, 1 of them hardly to be seen, within 10 × 6 at (3, 4)"
    );
    let shown = image::load_from_memory(&mask(&left, &right).unwrap()).unwrap().into_rgba8();
    let marked: Vec<_> = shown.enumerate_pixels().filter(|it| it.2[3] > 0).map(|it| (it.0, it.1)).collect();
    assert_eq!(marked, [(3, 4), (12, 9)]);
}

/// playwright 7548 and 8161, sourcegraph 2704, 23669 and 37663: thresholds were raised until a test said nothing.
/// testplane html-reporter 11.3 set out to find tiny differences.
#[test]
fn the_faintest_difference_counts() {
    let found =
        compare(&png(&picture(9, 9, &[])), &png(&picture(9, 9, &[(0, 0, [100, 100, 101, 255])]))).unwrap();
    assert_eq!((found.changed, found.faint, found.are_same()), (1, 1, false));
}

#[test]
fn the_same_pixels_in_another_file_are_the_same() {
    let grey = picture(8, 8, &[]);
    let found = compare(&png(&grey), &file(&grey, ImageFormat::WebP)).unwrap();
    assert!(found.are_same() && found.words() == "the same pixels");
    let clear = |colour: u8| png(&picture(2, 2, &[(1, 1, [colour, 0, 0, 0])]));
    assert!(compare(&clear(1), &clear(9)).unwrap().are_same());
}

#[test]
fn another_size_differs_by_what_only_one_has() {
    let found = compare(&png(&picture(10, 10, &[])), &png(&picture(12, 10, &[]))).unwrap();
    assert_eq!((found.total, found.changed), (120, 20));
    assert_eq!(found.bounds, Some(Bounds { x: 10, y: 0, width: 2, height: 10 }));
}

#[test]
fn what_is_no_picture_or_too_large_is_refused() {
    let fine = png(&picture(2, 2, &[]));
    for broken in
        [&b""[..], b"<svg/>", b"\x89PNG\r\n\x1a\n", &fine[..fine.len() / 2], b"GIF89a\xff\xff\xff\xff"]
    {
        assert!(compare(broken, &fine).is_err());
    }
    // A header that claims to be 60,000 pixels wide, with a right checksum.
    let mut bomb = fine.clone();
    bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let mut checksum = flate2::Crc::new();
    checksum.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.sum().to_be_bytes());
    assert_eq!(compare(&bomb, &fine), Err(UnreadablePicture::TooLarge));
}
