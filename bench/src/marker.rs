//! The marker in every measured text: which lane sent it, as which number, and when it was due.
//!
//! Counting looks for it in the raw bytes of a receiver's socket, so that every peer is measured
//! by the same rule whatever its protocol is, and the generator parses nothing else.

use memchr::memmem::Finder;

/// What a text is padded to: a short chat message, the same for every peer.
pub(crate) const TEXT_BYTES: usize = 101;
/// What a marker begins with. Nothing a server sends by itself holds it.
const START: &[u8] = b"@M";
/// Digits of run, lane, number and nanoseconds.
const DIGITS: [usize; 4] = [4, 4, 8, 16];
/// The whole marker.
pub(crate) const MARKER_BYTES: usize = 2 + 4 + 4 + 8 + 16;

/// What a marker says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    /// Of which run: what an earlier one left behind is not counted.
    pub(crate) run: u64,
    pub(crate) lane: u64,
    /// Numbered from 0 in its lane.
    pub(crate) number: u64,
    /// When it was to be sent, in nanoseconds since the generator began.
    pub(crate) due_ns: u64,
}

impl Marker {
    /// A text of [`TEXT_BYTES`] that begins with the marker.
    pub(crate) fn text(&self) -> String {
        let Self {
            run,
            lane,
            number,
            due_ns,
        } = self;
        let mut text = format!("@M{run:04}{lane:04}{number:08}{due_ns:016}");
        text.extend(std::iter::repeat_n('x', TEXT_BYTES - MARKER_BYTES));
        text
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut numbers = [0_u64; 4];
        for (number, digits) in numbers.iter_mut().zip(DIGITS) {
            let (field, behind) = rest.split_at_checked(digits)?;
            for digit in field {
                *number = *number * 10 + u64::from(digit.checked_sub(b'0').filter(|d| *d < 10)?);
            }
            rest = behind;
        }
        let [run, lane, number, due_ns] = numbers;
        Some(Self {
            run,
            lane,
            number,
            due_ns,
        })
    }
}

/// Finds markers in a stream that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    /// The end of the last piece, where a marker may have begun.
    tail: Vec<u8>,
}

impl Scanner {
    /// Calls `found` for each marker that is complete with this piece.
    pub(crate) fn scan(&mut self, piece: &[u8], mut found: impl FnMut(Marker)) {
        if self.tail.is_empty() {
            let read = scan(piece, &mut found);
            self.tail.extend_from_slice(&piece[read..]);
        } else {
            let mut joined = std::mem::take(&mut self.tail);
            joined.extend_from_slice(piece);
            let read = scan(&joined, &mut found);
            self.tail.extend_from_slice(&joined[read..]);
        }
    }

    /// How often `needle` is complete with this piece, where no markers are.
    pub(crate) fn count(&mut self, piece: &[u8], needle: &[u8]) -> usize {
        let mut joined = std::mem::take(&mut self.tail);
        joined.extend_from_slice(piece);
        let finder = Finder::new(needle);
        let (mut read, mut count) = (0, 0);
        while let Some(at) = finder.find(&joined[read..]) {
            read += at + needle.len();
            count += 1;
        }
        let kept = (needle.len() - 1).min(joined.len() - read);
        self.tail.extend_from_slice(&joined[joined.len() - kept..]);
        count
    }
}

/// Returns how many bytes need not be looked at again.
fn scan(bytes: &[u8], found: &mut impl FnMut(Marker)) -> usize {
    let finder = Finder::new(START);
    let mut read = 0;
    while let Some(at) = finder.find(&bytes[read..]) {
        let start = read + at;
        let Some(body) = bytes.get(start + START.len()..start + MARKER_BYTES) else {
            return start;
        };
        if let Some(marker) = Marker::read(body) {
            found(marker);
        }
        read = start + MARKER_BYTES;
    }
    // A first half of `@M` may stand at the end.
    if bytes.len() > read && bytes.ends_with(b"@") {
        bytes.len() - 1
    } else {
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marker_is_found_once_however_the_stream_is_cut() {
        let markers: Vec<Marker> = (0..5)
            .map(|number| Marker {
                run: 7,
                lane: 3,
                number,
                due_ns: 1_234_567 + number,
            })
            .collect();
        let stream: String = markers
            .iter()
            .map(|marker| format!("{{\"text\":\"{}\"}}@", marker.text()))
            .collect();
        for size in 1..200 {
            let mut scanner = Scanner::default();
            let mut found = Vec::new();
            let mut counter = Scanner::default();
            let pieces = stream.as_bytes().chunks(size);
            let count: usize = pieces.map(|piece| counter.count(piece, b"{\"text\"")).sum();
            assert_eq!(count, markers.len(), "counted in pieces of {size} bytes");
            for piece in stream.as_bytes().chunks(size) {
                scanner.scan(piece, |marker| found.push(marker));
            }
            assert_eq!(found, markers, "pieces of {size} bytes");
        }
    }
}
