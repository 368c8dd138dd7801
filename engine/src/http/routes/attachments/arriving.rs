//! A file on its way in: bounded in size and time, whole or in pieces.
//!
//! A client that is still sending when the connection closes sees a broken connection and no answer.
//! So what is too large is read away for a while before it is refused.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{body::Body, extract::Request, http::header};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use relaychat_protocol::ErrorCode;
use tokio::time::Instant;

use crate::{
    blobs::{BlobError, BlobErrorKind, Pieces},
    http::ApiError,
};

/// How long any file may take to arrive, and how much longer a large one: 1 Mbit/s, a phone
/// network.
const ARRIVAL_MIN: Duration = Duration::from_secs(120);
const BYTES_PER_SECOND: u64 = 125_000;
/// Longer than this nothing takes: a row is written within an hour of the first byte.
const ARRIVAL_MAX: Duration = Duration::from_secs(50 * 60);
/// A connection on which nothing comes for so long is dead.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// How much of a file that is too large is read away before the answer, in bytes.
const READ_AWAY_BYTES: u64 = 32 * 1024 * 1024;
/// How long that may take.
const READ_AWAY_MAX: Duration = Duration::from_secs(10);

/// A body that has begun to arrive.
pub(super) struct Arriving {
    body: Body,
    announced_bytes: Option<u64>,
    arrived_bytes: u64,
    bytes_max: u64,
    until: Instant,
}

/// Why a body that was read in pieces ended before its end.
#[derive(Clone, Default)]
pub(super) struct Refusal(Arc<Mutex<Option<ApiError>>>);

impl Refusal {
    /// The reason, if the body was refused.
    pub(super) fn take(&self) -> Option<ApiError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// An error for whoever reads the pieces, who need not know the reason.
    fn because(&self, error: ApiError) -> BlobError {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        BlobError::new(BlobErrorKind::Unavailable, "receive a file", "refused")
    }
}

impl Arriving {
    /// The body of `request`, unless it announces that it is too large.
    pub(super) async fn new(request: Request, bytes_max: u64) -> Result<Self, ApiError> {
        let announced = request.headers().get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|value| value.to_str().ok());
        let takes = Duration::from_secs(bytes_max / BYTES_PER_SECOND);
        let arriving = Self {
            announced_bytes: announced.and_then(|value| value.parse().ok()),
            body: request.into_body(),
            arrived_bytes: 0,
            bytes_max,
            until: Instant::now() + takes.clamp(ARRIVAL_MIN, ARRIVAL_MAX),
        };
        if arriving
            .announced_bytes
            .is_some_and(|bytes| bytes > bytes_max)
        {
            arriving.read_away().await;
            return Err(ErrorCode::PayloadTooLarge.into());
        }
        Ok(arriving)
    }

    /// How many bytes there will be, if the caller has said so.
    pub(super) fn announced_bytes(&self) -> Option<u64> {
        self.announced_bytes
    }

    /// The whole body, or nothing.
    pub(super) async fn whole(mut self) -> Result<Bytes, ApiError> {
        let mut file = BytesMut::new();
        while let Some(piece) = self.next().await? {
            file.extend_from_slice(&piece);
        }
        Ok(file.freeze())
    }

    /// The body as it comes, and why it ended when it ended with an error.
    pub(super) fn pieces(self) -> (Pieces, Refusal) {
        let refusal = Refusal::default();
        let pieces = stream::unfold(Some((self, refusal.clone())), async |reading| {
            let (mut arriving, refusal) = reading?;
            match arriving.next().await {
                Ok(piece) => piece.map(|piece| (Ok(piece), Some((arriving, refusal)))),
                Err(error) => Some((Err(refusal.because(error)), None)),
            }
        });
        (pieces.boxed(), refusal)
    }

    /// Reads away what is on its way, so that the client hears the answer.
    pub(super) async fn read_away(mut self) {
        read_away(&mut self.body).await;
    }

    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let until = self.until.min(Instant::now() + PAUSE_MAX);
            let frame = tokio::time::timeout_at(until, self.body.frame()).await;
            let Some(frame) = frame.map_err(|_| ErrorCode::RequestTimeout)? else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| ApiError::malformed("The body ended early.", None))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            self.arrived_bytes += data.len() as u64;
            if self.arrived_bytes > self.bytes_max {
                read_away(&mut self.body).await;
                return Err(ErrorCode::PayloadTooLarge.into());
            }
            return Ok(Some(data));
        }
    }
}

async fn read_away(body: &mut Body) {
    let read_away = async {
        let mut read_bytes = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            if read_bytes > READ_AWAY_BYTES {
                break;
            }
        }
    };
    let _in_time = tokio::time::timeout(READ_AWAY_MAX, read_away).await;
}
