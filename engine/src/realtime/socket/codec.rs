//! WebSocket frames (RFC 6455) as a server reads and writes them: bytes in, bytes out, no I/O.
//!
//! Strict where the protocol lets a server be: whatever is not allowed ends the connection with the
//! code that names it. A length is checked before anything is kept for it.

use bytes::Bytes;

use super::{super::outbox::Close, Frame};
use crate::limits::FRAME_BYTES;

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;
/// Longest payload of a control frame.
const CONTROL_BYTES_MAX: usize = 125;

/// Longest head of a frame of ours.
pub(super) const HEAD_BYTES_MAX: usize = 10;
/// The ping that asks a peer for a sign of life.
pub(super) const PING_FRAME: [u8; 2] = [FINAL | PING, 0];

const MALFORMED: Close = Close {
    code: 1002,
    reason: "not a valid WebSocket frame",
};
const BINARY_USED: Close = Close {
    code: 1003,
    reason: "binary frames are not used",
};
const NOT_TEXT: Close = Close {
    code: 1007,
    reason: "text is not UTF-8",
};
const TOO_LARGE: Close = Close {
    code: 1009,
    reason: "frame too large",
};

/// What a whole frame means to the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A text, whole.
    Text(String),
    /// A part of a text, or an answer to a ping.
    Nothing,
    /// To be answered with this.
    Answer(Frame),
    /// The peer closes; to be answered with this.
    Closing(Frame),
}

/// Reads frames. What is not yet a whole frame, and the beginning of a text in fragments, is kept;
/// between frames nothing is.
#[derive(Debug, Default)]
pub(super) struct Reader {
    bytes: Vec<u8>,
    /// The fragments so far of a message, and whether it is binary.
    message: Option<(Vec<u8>, bool)>,
}

/// The first bytes of a frame.
struct Head {
    opcode: u8,
    is_final: bool,
    start: usize,
    end: usize,
    mask: [u8; 4],
}

impl Reader {
    /// Begins with what was read before.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            message: None,
        }
    }

    /// Takes what was received.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame, if all of it is there.
    pub(super) fn next(&mut self) -> Result<Option<Read>, Close> {
        let kept = self.message.as_ref().map(|(bytes, _)| bytes.len());
        let Some(head) = head(&self.bytes, kept)? else {
            return Ok(None);
        };
        if self.bytes.len() < head.end {
            return Ok(None);
        }
        let mut payload = self.bytes[head.start..head.end].to_vec();
        unmask(&mut payload, head.mask);
        if self.bytes.len() == head.end {
            // Idle sockets are many: between frames no memory is kept.
            self.bytes = Vec::new();
        } else {
            self.bytes.drain(..head.end);
        }
        self.frame(&head, payload).map(Some)
    }

    fn frame(&mut self, head: &Head, payload: Vec<u8>) -> Result<Read, Close> {
        match head.opcode {
            PING => Ok(Read::Answer(answer(PONG, &payload))),
            PONG => Ok(Read::Nothing),
            CLOSE => closing(&payload),
            CONTINUATION => {
                let (mut message, is_binary) = self.message.take().ok_or(MALFORMED)?;
                message.extend_from_slice(&payload);
                self.data(message, is_binary, head.is_final)
            }
            opcode => self.data(payload, opcode == BINARY, head.is_final),
        }
    }

    fn data(&mut self, bytes: Vec<u8>, is_binary: bool, is_final: bool) -> Result<Read, Close> {
        if !is_final {
            self.message = Some((bytes, is_binary));
            return Ok(Read::Nothing);
        }
        if is_binary {
            return Err(BINARY_USED);
        }
        let text = String::from_utf8(bytes).map_err(|_| NOT_TEXT)?;
        Ok(Read::Text(text))
    }
}

/// The head of the first frame of `bytes`, checked; `kept` are the bytes of a message in fragments.
fn head(bytes: &[u8], kept: Option<usize>) -> Result<Option<Head>, Close> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    let opcode = first & 0x0f;
    let is_final = first & FINAL != 0;
    let is_control = opcode >= CLOSE;
    let is_known = matches!(opcode, CONTINUATION | TEXT | BINARY | CLOSE | PING | PONG);
    // A message in fragments is finished before another begins.
    let is_in_place = is_control || (opcode == CONTINUATION) == kept.is_some();
    if first & RESERVED != 0 || second & MASKED == 0 || !is_known || !is_in_place {
        return Err(MALFORMED);
    }
    let (length, length_bytes) = match second & !MASKED {
        126 => match rest.first_chunk::<2>() {
            Some(length) => (usize::from(u16::from_be_bytes(*length)), 2),
            None => return Ok(None),
        },
        127 => match rest.first_chunk::<8>() {
            Some(length) => {
                let length = u64::from_be_bytes(*length);
                (usize::try_from(length).unwrap_or(usize::MAX), 8)
            }
            None => return Ok(None),
        },
        short => (usize::from(short), 0),
    };
    if is_control && (length > CONTROL_BYTES_MAX || !is_final) {
        return Err(MALFORMED);
    }
    if length.saturating_add(kept.unwrap_or(0)) > FRAME_BYTES {
        return Err(TOO_LARGE);
    }
    let Some(mask) = rest[length_bytes..].first_chunk::<4>() else {
        return Ok(None);
    };
    let start = 2 + length_bytes + mask.len();
    Ok(Some(Head {
        opcode,
        is_final,
        start,
        end: start + length,
        mask: *mask,
    }))
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let (words, rest) = payload.as_chunks_mut::<4>();
    for word in words {
        *word = (u32::from_ne_bytes(*word) ^ u32::from_ne_bytes(mask)).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}

/// The peer's Close frame: answered with its own code.
fn closing(payload: &[u8]) -> Result<Read, Close> {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        return if payload.is_empty() {
            Ok(Read::Closing(answer(CLOSE, &[])))
        } else {
            Err(MALFORMED)
        };
    };
    // What RFC 6455 (7.4) lets travel: its own codes without those that never do, and the ranges
    // that are registered and private.
    let is_allowed = matches!(
        u16::from_be_bytes(*code),
        1000..=1003 | 1007..=1014 | 3000..=4999
    );
    if !is_allowed {
        return Err(MALFORMED);
    }
    std::str::from_utf8(reason).map_err(|_| NOT_TEXT)?;
    Ok(Read::Closing(answer(CLOSE, code)))
}

/// The head of a text of so many bytes, and how long the head is.
pub(super) fn text_head(length: usize) -> ([u8; HEAD_BYTES_MAX], usize) {
    let mut head = [0; HEAD_BYTES_MAX];
    head[0] = FINAL | TEXT;
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if length <= CONTROL_BYTES_MAX => {
            head[1] = short;
            (head, 2)
        }
        (_, Ok(long)) => {
            head[1] = 126;
            head[2..4].copy_from_slice(&long.to_be_bytes());
            (head, 4)
        }
        _ => {
            head[1] = 127;
            head[2..].copy_from_slice(&(length as u64).to_be_bytes());
            (head, HEAD_BYTES_MAX)
        }
    }
}

/// The text of exactly one frame of ours.
pub(super) fn text_of(bytes: &[u8]) -> Option<&[u8]> {
    [2, 4, HEAD_BYTES_MAX].into_iter().find_map(|length| {
        let text = bytes.get(length..)?;
        let (head, head_length) = text_head(text.len());
        (head_length == length && bytes[..length] == head[..length]).then_some(text)
    })
}

/// A Close frame.
pub(super) fn close(close: Close) -> Vec<u8> {
    let payload = [&close.code.to_be_bytes()[..], close.reason.as_bytes()].concat();
    control(CLOSE, &payload)
}

fn answer(opcode: u8, payload: &[u8]) -> Frame {
    Frame::control(Bytes::from(control(opcode, payload)))
}

/// A control frame. Ours are short; what is echoed has been checked.
fn control(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let payload = &payload[..payload.len().min(CONTROL_BYTES_MAX)];
    let length = u8::try_from(payload.len()).unwrap_or(0);
    [&[FINAL | opcode, length], payload].concat()
}

/// The first frame of ours in `bytes`, with its text if it is one, and how long it is.
#[cfg(test)]
pub(super) fn first_text(bytes: &[u8]) -> Option<(Option<&[u8]>, usize)> {
    let [first, second, rest @ ..] = bytes else {
        return None;
    };
    let (start, length) = match *second {
        126 => (4, u16::from_be_bytes(*rest.first_chunk()?).into()),
        127 => (
            HEAD_BYTES_MAX,
            usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?,
        ),
        short => (2, usize::from(short)),
    };
    let payload = &bytes[start..start + length];
    Some(((*first == FINAL | TEXT).then_some(payload), start + length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn client(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [1, 2, 3, 4];
        let mut bytes = vec![first];
        match payload.len() {
            short @ 0..=125 => bytes.push(MASKED | short as u8),
            long @ 126..=65_535 => {
                bytes.push(MASKED | 126);
                bytes.extend((long as u16).to_be_bytes());
            }
            long => {
                bytes.push(MASKED | 127);
                bytes.extend((long as u64).to_be_bytes());
            }
        }
        bytes.extend(mask);
        let start = bytes.len();
        bytes.extend(payload);
        unmask(&mut bytes[start..], mask);
        bytes
    }

    fn read_all(reader: &mut Reader) -> Vec<Read> {
        std::iter::from_fn(|| reader.next().expect("valid frames")).collect()
    }

    proptest! {
        #[test]
        fn texts_arrive_whole_however_they_are_cut(
            texts in prop::collection::vec("\\PC{0,300}", 1..6),
            piece in 1_usize..500,
            fragment in 1_usize..200,
        ) {
            let mut bytes = Vec::new();
            for text in &texts {
                let parts: Vec<&[u8]> = text.as_bytes().chunks(fragment).collect();
                let last = parts.len().saturating_sub(1);
                if parts.is_empty() {
                    bytes.extend(client(FINAL | TEXT, b""));
                }
                for (index, part) in parts.iter().enumerate() {
                    let opcode = if index == 0 { TEXT } else { CONTINUATION };
                    let first = if index == last { FINAL | opcode } else { opcode };
                    bytes.extend(client(first, part));
                    bytes.extend(client(FINAL | PING, b"in between"));
                }
            }
            let mut reader = Reader::default();
            let mut found = Vec::new();
            for piece in bytes.chunks(piece) {
                reader.push(piece);
                for read in read_all(&mut reader) {
                    if let Read::Text(text) = read {
                        found.push(text);
                    }
                }
            }
            prop_assert_eq!(found, texts);
            prop_assert_eq!(reader.bytes.capacity(), 0, "nothing is kept between frames");
        }

        #[test]
        fn whatever_comes_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut reader = Reader::default();
            reader.push(&bytes);
            while let Ok(Some(_)) = reader.next() {}
        }
    }
}
