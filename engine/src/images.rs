//! Pictures from strangers, made safe: decoded, turned upright and written anew.
//!
//! What is stored is never what was sent. The pixels are decoded and encoded again, so that nothing
//! else of the file survives: no place where a photo was taken, no profile, no comment, no script
//! behind the last byte. A file is what its first bytes say, never what its name or the client says.
//!
//! Before a pixel is decoded its header is read: a file of a few kilobytes may unfold to gigabytes,
//! and is refused by its dimensions. Decoding runs outside the event loop, under a budget of memory
//! for all of them together, and a decoder that panics loses its picture and nothing else.
//!
//! Deliberately left out: animation (the first frame of a GIF, PNG or WebP is kept, because writing
//! frames anew costs seconds of a core for each), and colour profiles (pixels are taken as sRGB).

mod convert;
mod format;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

pub(crate) use format::ACCEPTED_TYPES;

/// A picture that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// The whole picture.
    pub(crate) original: Encoded,
    /// A small version of it; the same as the whole when that is small already.
    pub(crate) thumbnail: Encoded,
    /// Width as shown, in pixels.
    pub(crate) width: u32,
    /// Height as shown, in pixels.
    pub(crate) height: u32,
    /// ThumbHash.
    pub(crate) thumb_hash: Vec<u8>,
}

/// An image file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// Its type.
    pub(crate) content_type: &'static str,
    /// Its bytes.
    pub(crate) bytes: Bytes,
}

/// Why a picture was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ImageError {
    /// It is not one of [`ACCEPTED_TYPES`].
    #[error("not a supported image type")]
    UnsupportedType,
    /// It has too many pixels, or would need too much memory or space.
    #[error("too many pixels")]
    TooLarge,
    /// It is damaged or incomplete.
    #[error("the image cannot be read")]
    Invalid,
}

/// What a picture may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImageLimits {
    /// Largest file, in bytes.
    pub(crate) file_bytes: u64,
    /// Most pixels.
    pub(crate) pixels: u64,
}

impl Default for ImageLimits {
    fn default() -> Self {
        Self {
            file_bytes: 10 * MIB,
            pixels: 40_000_000,
        }
    }
}

/// Turns files into pictures, a few at a time.
#[derive(Clone, Debug)]
pub(crate) struct ImageWorkshop {
    limits: ImageLimits,
    /// Memory that is free for decoding, in MiB.
    budget: Arc<Semaphore>,
}

/// Memory for all pictures that are being decoded: one of 40 megapixels at its worst (16 bits, with
/// alpha, turned), or eight of a phone's twelve.
const BUDGET_MIB: u32 = 1_024;
/// What even the smallest costs, so that no more than eight decode at once.
const COST_MIN_MIB: u32 = 128;
const MIB: u64 = 1_024 * 1_024;

impl ImageWorkshop {
    pub(crate) fn new(limits: ImageLimits) -> Self {
        Self {
            limits,
            budget: Arc::new(Semaphore::new(BUDGET_MIB as usize)),
        }
    }

    pub(crate) fn limits(&self) -> ImageLimits {
        self.limits
    }

    /// The picture in an uploaded file.
    pub(crate) async fn picture(&self, file: Bytes) -> Result<Picture, ImageError> {
        if file.len() as u64 > self.limits.file_bytes {
            return Err(ImageError::TooLarge);
        }
        self.run(file, convert::picture).await
    }

    /// The centre of a picture that was stored, as a square for a profile.
    pub(crate) async fn avatar(&self, file: Bytes) -> Result<Picture, ImageError> {
        self.run(file, convert::avatar).await
    }

    async fn run(
        &self,
        file: Bytes,
        convert: fn(&[u8], ImageLimits) -> Result<Picture, ImageError>,
    ) -> Result<Picture, ImageError> {
        let limits = self.limits;
        let cost_bytes = {
            let file = file.clone();
            blocking(move || convert::cost_bytes(&file, limits)).await?
        };
        let cost_mib = u32::try_from(cost_bytes / MIB).unwrap_or(BUDGET_MIB);
        let permit = Arc::clone(&self.budget)
            .acquire_many_owned(cost_mib.clamp(COST_MIN_MIB, BUDGET_MIB))
            .await
            .expect("the budget is never closed");
        blocking(move || {
            // Moved in here: the memory is in use even when nobody waits any more.
            let _permit = permit;
            convert(&file, limits)
        })
        .await
    }
}

/// Runs `work` outside the event loop. A panic of a decoder is a bad picture.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
) -> Result<T, ImageError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(ImageError::Invalid))
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
