//! Addresses of blobs that are good for a short time, for whoever holds them.
//!
//! A picture in a page cannot send an access token, so its address carries the permission: which
//! blob, which variant, until when, and a tag over these three. The time is rounded up to a step,
//! so that the address stays the same for minutes and browsers find the picture in their cache.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relaychat_protocol::AttachmentId;
use subtle::ConstantTimeEq;

use crate::{
    domain::attachment::{Kind, Variant},
    services::{Key, mac},
};

/// How long an address is good for at least: a lightbox that stays open over lunch.
const LINK_TTL_MS: i64 = 60 * 60 * 1_000;
/// For so long the address stays the same.
const LINK_STEP_MS: i64 = 10 * 60 * 1_000;

/// Addresses of both variants, relative to the root of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkPair {
    /// The whole file.
    pub(crate) url: String,
    /// The small version; the whole file again when there is none.
    pub(crate) thumbnail_url: String,
    /// When both stop working.
    pub(crate) expires_at_ms: i64,
}

impl LinkPair {
    /// Addresses that are good from `now_ms`.
    pub(super) fn new(key: &Key, id: AttachmentId, kind: Kind, now_ms: i64) -> Self {
        let expires_at_ms =
            (now_ms + LINK_TTL_MS).div_euclid(LINK_STEP_MS) * LINK_STEP_MS + LINK_STEP_MS;
        let url = |variant: Variant| {
            let signature = signature(key, id, variant, expires_at_ms);
            format!(
                "/v1/blobs/{id}/{}?expires={expires_at_ms}&signature={signature}",
                variant.as_str()
            )
        };
        Self {
            url: url(Variant::Original),
            thumbnail_url: url(match kind {
                Kind::Image => Variant::Thumbnail,
                Kind::File => Variant::Original,
            }),
            expires_at_ms,
        }
    }
}

/// Whether the address is ours and still good.
pub(super) fn is_valid(
    key: &Key,
    (id, variant): (AttachmentId, Variant),
    expires_at_ms: i64,
    given: &str,
    now_ms: i64,
) -> bool {
    let wanted = signature(key, id, variant, expires_at_ms);
    let is_ours: bool = wanted.as_bytes().ct_eq(given.as_bytes()).into();
    is_ours && now_ms < expires_at_ms
}

fn signature(key: &Key, id: AttachmentId, variant: Variant, expires_at_ms: i64) -> String {
    let parts: [&[u8]; 3] = [
        id.0.as_bytes(),
        variant.as_str().as_bytes(),
        &expires_at_ms.to_be_bytes(),
    ];
    URL_SAFE_NO_PAD.encode(mac(key, &parts))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const KEY: Key = [7; 32];
    const NOW_MS: i64 = 1_700_000_123_456;

    fn id(number: u128) -> AttachmentId {
        AttachmentId(Uuid::from_u128(number))
    }

    #[test]
    fn an_address_is_good_for_an_hour_and_stays_the_same_for_minutes() {
        let first = LinkPair::new(&KEY, id(1), Kind::Image, NOW_MS);
        assert!(
            (LINK_TTL_MS..=LINK_TTL_MS + LINK_STEP_MS).contains(&(first.expires_at_ms - NOW_MS))
        );
        assert_eq!(
            LinkPair::new(&KEY, id(1), Kind::Image, NOW_MS + 60_000),
            first
        );
        assert_ne!(
            LinkPair::new(&KEY, id(1), Kind::Image, NOW_MS + LINK_STEP_MS),
            first
        );
    }

    #[test]
    fn whatever_is_changed_the_tag_no_longer_fits() {
        let expires = NOW_MS + 1;
        let original = (id(1), Variant::Original);
        let good = signature(&KEY, original.0, original.1, expires);
        let check = |key: &Key, what, expires, given: &str, now_ms, expected: bool| {
            assert_eq!(
                is_valid(key, what, expires, given, now_ms),
                expected,
                "{what:?} {given}"
            );
        };
        check(&KEY, original, expires, &good, NOW_MS, true);
        check(&KEY, original, expires, &good, expires, false);
        check(&KEY, original, expires + 1, &good, NOW_MS, false);
        check(
            &KEY,
            (id(2), Variant::Original),
            expires,
            &good,
            NOW_MS,
            false,
        );
        check(
            &KEY,
            (id(1), Variant::Thumbnail),
            expires,
            &good,
            NOW_MS,
            false,
        );
        check(&[8; 32], original, expires, &good, NOW_MS, false);
        check(&KEY, original, expires, "", NOW_MS, false);
        check(&KEY, original, expires, &good[1..], NOW_MS, false);
        check(&KEY, original, expires, &format!("{good}A"), NOW_MS, false);
        for at in 0..good.len() {
            let mut tampered = good.clone().into_bytes();
            tampered[at] = if tampered[at] == b'A' { b'B' } else { b'A' };
            let tampered = String::from_utf8(tampered).expect("ASCII");
            check(&KEY, original, expires, &tampered, NOW_MS, false);
        }
    }
}
