//! Pictures compared pixel by pixel: how many differ, how much, and where. Nothing is tolerated and nothing is
//! hidden; what an eye would hardly see is counted apart.
//!
//! Read are PNG, JPEG, GIF and WebP, of an animation the first picture. Size and memory are limited before
//! anything is decoded.

#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::{ImageDecoder as _, ImageReader, Rgba, RgbaImage};
use serde::{Deserialize, Serialize};

use crate::work::{self, Lent};

/// As many pixels as a picture may have.
const MOST_PIXELS: u64 = 8 << 20;
const LONGEST_SIDE: u32 = 16_384;
/// Of one pixel as it is compared, in bytes.
const PIXEL: u64 = 4;
/// A pixel that differs by no more in any channel is faint.
const FAINT: u8 = 8;
/// Laid over the picture where it differs.
const MARKED: Rgba<u8> = Rgba([255, 0, 160, 255]);

/// What two pictures have in common and what not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pixels {
    /// Of blue's picture.
    pub left: Size,
    /// Of green's picture.
    pub right: Size,
    /// Pixels of the smallest picture that holds both.
    pub total: u64,
    /// Those of them that differ; what only one picture has differs.
    pub changed: u64,
    /// Those of the changed ones that differ so little that an eye hardly sees it.
    pub faint: u64,
    /// The smallest box around all that differs.
    pub bounds: Option<Bounds>,
}

/// How large a picture is, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// In pixels from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Pixels from the left edge.
    pub x: u32,
    /// Pixels from the upper edge.
    pub y: u32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Why pictures are compared by size and hash alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum UnreadablePicture {
    #[error("a picture is none of PNG, JPEG, GIF and WebP, or is broken")]
    Broken,
    #[error("a picture has more than {} million pixels", MOST_PIXELS >> 20)]
    TooLarge,
}

/// Compares two pictures as they came over the wire, without content codings.
pub fn compare(left: &[u8], right: &[u8]) -> Result<Pixels, UnreadablePicture> {
    let (left, right) = (read(left)?, read(right)?);
    let mut found = Found::default();
    each(&left, &right, |x, y, distance| found.add(x, y, distance));
    Ok(Pixels {
        left: size(&left),
        right: size(&right),
        total: found.total,
        changed: found.changed,
        faint: found.faint,
        bounds: found.bounds.map(|[left, top, right, bottom]| Bounds {
            x: left,
            y: top,
            width: right - left + 1,
            height: bottom - top + 1,
        }),
    })
}

/// A picture to lay over either of them: marked where they differ and clear elsewhere. As PNG.
pub fn mask(left: &[u8], right: &[u8]) -> Result<Vec<u8>, UnreadablePicture> {
    let (left, right) = (read(left)?, read(right)?);
    let (width, height) = (left.width().max(right.width()), left.height().max(right.height()));
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(UnreadablePicture::TooLarge);
    }
    let _lent = Lent::of(bytes(width, height, PIXEL));
    let mut mask = RgbaImage::new(width, height);
    each(&left, &right, |x, y, distance| {
        if distance > 0 {
            mask.put_pixel(x, y, MARKED);
        }
    });
    drop((left, right));
    let mut png = Cursor::new(Vec::new());
    mask.write_to(&mut png, image::ImageFormat::Png).map_err(|_| UnreadablePicture::Broken)?;
    Ok(png.into_inner())
}

impl Pixels {
    /// Whether no pixel differs. One that only the larger picture has does.
    pub fn are_same(&self) -> bool {
        self.changed == 0
    }

    /// What a person reads: `1.3% of the pixels differ, within 20 × 10 at (3, 4)`.
    pub fn words(&self) -> String {
        let Some(bounds) = self.bounds else { return "the same pixels".to_owned() };
        let faint = match self.faint {
            0 => String::new(),
            faint if faint == self.changed => ", all of them hardly to be seen".to_owned(),
            faint => format!(", {faint} of them hardly to be seen"),
        };
        let Bounds { x, y, width, height } = bounds;
        format!("{} of the pixels differ{faint}, within {width} × {height} at ({x}, {y})", self.share())
    }

    /// Of the pixels that differ, rounded up so that it is never nothing.
    fn share(&self) -> String {
        let tenths = (self.changed * 1000).div_ceil(self.total.max(1));
        format!("{}.{}%", tenths / 10, tenths % 10)
    }
}

impl Size {
    /// As a person reads it: `640 × 480`.
    pub fn words(self) -> String {
        format!("{} × {}", self.width, self.height)
    }
}

fn read(bytes: &[u8]) -> Result<RgbaImage, UnreadablePicture> {
    let open =
        || ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| UnreadablePicture::Broken);
    let mut reader = open()?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(u64::try_from(work::left()).unwrap_or(u64::MAX));
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| unreadable(&error))?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(UnreadablePicture::TooLarge);
    }
    work::take(self::bytes(width, height, PIXEL));
    // As it is stored it may take more than as it is compared.
    let _lent = Lent::of(usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX));
    let picture = image::DynamicImage::from_decoder(decoder).map_err(|error| unreadable(&error))?;
    Ok(picture.into_rgba8())
}

fn unreadable(error: &image::ImageError) -> UnreadablePicture {
    if matches!(error, image::ImageError::Limits(_)) {
        UnreadablePicture::TooLarge
    } else {
        UnreadablePicture::Broken
    }
}

fn bytes(width: u32, height: u32, pixel: u64) -> usize {
    usize::try_from(u64::from(width) * u64::from(height) * pixel).unwrap_or(usize::MAX)
}

fn size(picture: &RgbaImage) -> Size {
    Size { width: picture.width(), height: picture.height() }
}

/// Every pixel of the smallest picture that holds both, with how much it differs in the channel that differs
/// most.
fn each(left: &RgbaImage, right: &RgbaImage, mut take: impl FnMut(u32, u32, u8)) {
    for y in 0..left.height().max(right.height()) {
        work::look();
        for x in 0..left.width().max(right.width()) {
            let pixels = (left.get_pixel_checked(x, y), right.get_pixel_checked(x, y));
            let distance = match pixels {
                (Some(left), Some(right)) => distance(*left, *right),
                (None, None) => 0,
                _ => u8::MAX,
            };
            take(x, y, distance);
        }
    }
}

/// Two pixels of which nothing is seen are the same.
fn distance(left: Rgba<u8>, right: Rgba<u8>) -> u8 {
    if left[3] == 0 && right[3] == 0 {
        return 0;
    }
    left.0.iter().zip(right.0).map(|(left, right)| left.abs_diff(right)).max().unwrap_or_default()
}

#[derive(Default)]
struct Found {
    total: u64,
    changed: u64,
    faint: u64,
    /// Left, top, right, bottom.
    bounds: Option<[u32; 4]>,
}

impl Found {
    fn add(&mut self, x: u32, y: u32, distance: u8) {
        self.total += 1;
        if distance == 0 {
            return;
        }
        self.changed += 1;
        self.faint += u64::from(distance <= FAINT);
        let [left, top, right, bottom] = self.bounds.unwrap_or([x, y, x, y]);
        self.bounds = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
    }
}
