//! A frame as it travels: made once, shared by every socket that gets it.
//!
//! The bytes are those of the wire, with the head that RFC 6455 wants before each text, so that a
//! delivery is one write of bytes that are there already. Several frames can be joined into one:
//! what a commit tells one chat leaves in one piece.

use bytes::Bytes;
use serde::Serialize;

use super::{
    super::outbox::Close,
    codec::{self, HEAD_BYTES_MAX},
};

/// Room for the text of most frames: a `Vec` that has to grow there from nothing costs more than all
/// the rest of writing JSON.
const USUAL_BYTES: usize = 512;

/// One frame, or several in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    bytes: Bytes,
    count: u32,
}

impl Frame {
    /// The text of a value as JSON. Fails only for what JSON cannot say.
    pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<Self> {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        bytes.resize(HEAD_BYTES_MAX, 0);
        serde_json::to_writer(&mut bytes, value)?;
        Ok(Self::headed(bytes))
    }

    /// A frame that came from another node as it is on the wire.
    pub(crate) fn from_wire(bytes: Bytes) -> Option<Self> {
        std::str::from_utf8(codec::text_of(&bytes)?).ok()?;
        Some(Self { bytes, count: 1 })
    }

    /// Asks the peer for a sign of life.
    pub(crate) fn ping() -> Self {
        Self::control(Bytes::from_static(&codec::PING_FRAME))
    }

    /// Tells the peer why the connection ends.
    pub(crate) fn close(close: Close) -> Self {
        Self::control(codec::close(close).into())
    }

    /// A control frame as it is on the wire.
    pub(super) fn control(bytes: Bytes) -> Self {
        Self { bytes, count: 1 }
    }

    /// All of these, in order, as one.
    pub(crate) fn joined(frames: &[Self]) -> Self {
        if let [frame] = frames {
            return frame.clone();
        }
        let mut bytes = Vec::with_capacity(frames.iter().map(Self::len).sum());
        for frame in frames {
            bytes.extend_from_slice(&frame.bytes);
        }
        Self {
            bytes: bytes.into(),
            count: frames.iter().map(|frame| frame.count).sum(),
        }
    }

    /// How many bytes it has on the wire.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// How many frames it is.
    pub(crate) fn count(&self) -> usize {
        self.count as usize
    }

    /// As it is on the wire.
    pub(crate) fn wire(&self) -> &[u8] {
        &self.bytes
    }

    /// Puts the head before a text that leaves room for the longest. Copied, so that a frame that
    /// waits holds no more than it is.
    fn headed(mut bytes: Vec<u8>) -> Self {
        let (head, length) = codec::text_head(bytes.len() - HEAD_BYTES_MAX);
        let start = HEAD_BYTES_MAX - length;
        bytes[start..HEAD_BYTES_MAX].copy_from_slice(&head[..length]);
        Self {
            bytes: Bytes::copy_from_slice(&bytes[start..]),
            count: 1,
        }
    }
}

#[cfg(test)]
impl Frame {
    /// The texts of all frames, without control frames.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let mut rest = &self.bytes[..];
        while let Some((text, length)) = codec::first_text(rest) {
            texts.extend(text.map(|text| String::from_utf8(text.to_vec()).expect("UTF-8")));
            rest = &rest[length..];
        }
        texts
    }
}

#[cfg(test)]
impl From<&str> for Frame {
    fn from(text: &str) -> Self {
        Self::headed([&[0; HEAD_BYTES_MAX], text.as_bytes()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_of_text_is_written_as_it_is_read() {
        for length in [0, 1, 125, 126, 65_535, 65_536, 70_000] {
            let text = "x".repeat(length);
            let frame = Frame::from(text.as_str());
            let head = match length {
                0..=125 => 2,
                126..=65_535 => 4,
                _ => 10,
            };
            assert_eq!(frame.len(), head + length);
            assert_eq!(frame.texts(), [text]);
            let wire = Bytes::copy_from_slice(frame.wire());
            assert_eq!(Frame::from_wire(wire), Some(frame));
        }
    }

    #[test]
    fn joined_frames_are_the_same_frames() {
        let frames = ["a", "", "c"].map(Frame::from);
        let joined = Frame::joined(&frames);
        assert_eq!(
            (joined.count(), joined.texts()),
            (3, vec!["a".into(), String::new(), "c".into()])
        );
        assert_eq!(
            Frame::from_wire(Bytes::copy_from_slice(joined.wire())),
            None
        );
    }
}
