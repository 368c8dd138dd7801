//! Sync tokens: small, opaque, and only good for the user and the history they were made for.
//!
//! `version ‖ epoch ‖ made at ‖ floor ‖ position ‖ tag`, where the tag also covers the user. What
//! cannot be read, was made for somebody else, is too old or belongs to another epoch is all the
//! same: the client starts over.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relaychat_protocol::UserId;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    limits::SYNC_TOKEN_TTL_MS,
    services::{Key, mac},
};

/// Layout of the bytes. A new one makes older tokens unreadable, which is a reset.
const VERSION: u8 = 1;
/// The same, of somebody who is not told what others read: who is told otherwise than when the token
/// was made starts over, too, for what they hold is not what they would be given.
const UNTOLD: u8 = 2;
/// Bytes before the tag.
const BODY_BYTES: usize = 1 + 16 + 8 + 8 + 8;
/// Bytes of the tag: nobody can try more than a few of 2^128.
const TAG_BYTES: usize = 16;

/// How far a client has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Messages that changed after this are missed.
    pub(super) floor: u64,
    /// Rows that changed up to this have been listed.
    pub(super) position: u64,
    /// Whether the client is told what others read.
    pub(super) is_told_reads: bool,
}

/// A token for a place.
pub(super) fn write(key: &Key, place: Place, epoch: Uuid, user_id: UserId, now_ms: i64) -> String {
    let mut bytes = Vec::with_capacity(BODY_BYTES + TAG_BYTES);
    bytes.push(if place.is_told_reads { VERSION } else { UNTOLD });
    bytes.extend_from_slice(epoch.as_bytes());
    bytes.extend_from_slice(&now_ms.to_be_bytes());
    bytes.extend_from_slice(&place.floor.to_be_bytes());
    bytes.extend_from_slice(&place.position.to_be_bytes());
    let tag = tag(key, user_id, &bytes);
    bytes.extend_from_slice(&tag);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place of a token that this user may use in this epoch at this time.
pub(super) fn read(
    key: &Key,
    token: &str,
    epoch: Uuid,
    user_id: UserId,
    now_ms: i64,
) -> Option<Place> {
    // Twice what is ever issued: not even decoded.
    if token.len() > 2 * (BODY_BYTES + TAG_BYTES) {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (body, given) = bytes.split_at_checked(BODY_BYTES)?;
    let is_genuine: bool = tag(key, user_id, body).ct_eq(given).into();
    let (version, rest) = body.split_first()?;
    let (of_epoch, numbers) = rest.split_at_checked(16)?;
    let [made_at_ms, floor, position] = numbers.as_chunks::<8>().0 else {
        return None;
    };
    let age_ms = now_ms.saturating_sub(i64::from_be_bytes(*made_at_ms));
    let is_usable = is_genuine
        && [VERSION, UNTOLD].contains(version)
        && of_epoch == epoch.as_bytes()
        && age_ms <= SYNC_TOKEN_TTL_MS;
    is_usable.then(|| Place {
        floor: u64::from_be_bytes(*floor),
        position: u64::from_be_bytes(*position),
        is_told_reads: *version == VERSION,
    })
}

fn tag(key: &Key, user_id: UserId, body: &[u8]) -> [u8; TAG_BYTES] {
    let tag = mac(key, &[b"token", user_id.0.as_bytes(), body]);
    *tag.first_chunk().expect("a tag has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = [5; 32];
    const EPOCH: Uuid = Uuid::from_u128(1);
    const USER: UserId = UserId(Uuid::from_u128(2));
    const PLACE: Place = Place {
        floor: 3,
        position: 9,
        is_told_reads: true,
    };

    #[test]
    fn a_token_reads_back_for_its_user_and_epoch_until_it_is_too_old() {
        let token = write(&KEY, PLACE, EPOCH, USER, 1_000);
        let at = |epoch, user, now_ms| read(&KEY, &token, epoch, user, now_ms);
        assert_eq!(at(EPOCH, USER, 1_000), Some(PLACE));
        assert_eq!(at(EPOCH, USER, 1_000 + SYNC_TOKEN_TTL_MS), Some(PLACE));
        assert_eq!(at(EPOCH, USER, 1_001 + SYNC_TOKEN_TTL_MS), None);
        assert_eq!(at(Uuid::from_u128(7), USER, 1_000), None);
        assert_eq!(at(EPOCH, UserId(Uuid::from_u128(7)), 1_000), None);
        assert!(token.len() < 80, "small");
    }

    #[test]
    fn a_changed_or_cut_token_is_none() {
        let token = write(&KEY, PLACE, EPOCH, USER, 1_000);
        for place in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(read(&KEY, &changed, EPOCH, USER, 1_000), None);
            assert_eq!(read(&KEY, &token[..place], EPOCH, USER, 1_000), None);
        }
        assert_eq!(read(&[6; 32], &token, EPOCH, USER, 1_000), None);
    }
}
