//! Codes and links, derived from the id of a request with the engine's key.
//!
//! Whoever reads the database without the key cannot make them, and there is nothing to steal from
//! a table. Comparing takes the same time wherever the difference is.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relaychat_protocol::LoginRequestId;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::services::{Key, mac};

/// Digits of a code.
const DIGITS: usize = 6;
/// Number of codes.
const CODES: u64 = 1_000_000;
/// Bytes of the secret part of a link: 128 bits.
const LINK_BYTES: usize = 16;

/// The code of a request.
pub(super) fn code(key: &Key, id: LoginRequestId) -> String {
    let tag = mac(key, &[b"code", id.0.as_bytes()]);
    let number = uniform(&tag);
    format!("{number:0width$}", width = DIGITS)
}

/// Whether `digits` is the code of the request.
pub(super) fn is_code(key: &Key, id: LoginRequestId, digits: &str) -> bool {
    code(key, id).as_bytes().ct_eq(digits.as_bytes()).into()
}

/// What a person typed, as six digits: spaces and hyphens are ignored.
pub(super) fn digits(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let is_code = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some(digits)
}

/// The token of the link of a request: its id, and what only the engine can make of it.
pub(super) fn link(key: &Key, id: LoginRequestId) -> String {
    let mut bytes = id.0.into_bytes().to_vec();
    bytes.extend_from_slice(&link_tag(key, id));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The request of a genuine link.
pub(super) fn request_of_link(key: &Key, token: &str) -> Option<LoginRequestId> {
    if token.len() > 64 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, tag) = bytes.split_at_checked(16)?;
    let id = LoginRequestId(Uuid::from_slice(id).ok()?);
    let is_genuine: bool = link_tag(key, id).ct_eq(tag).into();
    is_genuine.then_some(id)
}

fn link_tag(key: &Key, id: LoginRequestId) -> [u8; LINK_BYTES] {
    let tag = mac(key, &[b"link", id.0.as_bytes()]);
    *tag.first_chunk().expect("a tag has 32 bytes")
}

/// A number below [`CODES`], each as likely as any other: what lies in the uneven rest at the top
/// is passed over. That all four draws lie there happens less than once in 10^52.
fn uniform(tag: &[u8; 32]) -> u64 {
    let even = u64::MAX - u64::MAX % CODES;
    let (draws, _) = tag.as_chunks::<8>();
    let draw = draws
        .iter()
        .map(|bytes| u64::from_be_bytes(*bytes))
        .find(|draw| *draw < even);
    draw.unwrap_or(0) % CODES
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = [3; 32];

    fn id(number: u128) -> LoginRequestId {
        LoginRequestId(Uuid::from_u128(number))
    }

    #[test]
    fn a_code_is_six_digits_and_belongs_to_its_request() {
        for number in 0..500 {
            let code = code(&KEY, id(number));
            assert_eq!(digits(&code).as_deref(), Some(&*code));
            assert!(is_code(&KEY, id(number), &code));
        }
        assert_ne!(code(&KEY, id(1)), code(&KEY, id(2)));
        assert_ne!(code(&KEY, id(1)), code(&[4; 32], id(1)));
    }

    #[test]
    fn codes_use_every_first_digit_about_as_often() {
        let mut counts = [0_u32; 10];
        for number in 0..10_000 {
            let first = code(&KEY, id(number)).as_bytes()[0];
            counts[usize::from(first - b'0')] += 1;
        }
        assert!(
            counts.iter().all(|count| (850..1_150).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn spaces_and_hyphens_in_a_typed_code_do_not_matter() {
        assert_eq!(digits(" 482-913 ").as_deref(), Some("482913"));
        assert_eq!(digits("4 8 2 9 1 3").as_deref(), Some("482913"));
        for text in [
            "",
            "48291",
            "4829133",
            "48291x",
            "４８２９１３",
            "482 913 0",
        ] {
            assert_eq!(digits(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_an_unchanged_link_of_this_engine_names_its_request() {
        let token = link(&KEY, id(7));
        assert_eq!(request_of_link(&KEY, &token), Some(id(7)));
        assert_eq!(request_of_link(&[9; 32], &token), None);
        for place in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(request_of_link(&KEY, &changed), None, "{place}");
        }
        assert_eq!(request_of_link(&KEY, ""), None);
        assert_eq!(request_of_link(&KEY, &token[..20]), None);
    }
}
