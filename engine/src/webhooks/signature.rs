//! Signatures after Standard Webhooks.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The value of `webhook-signature`: one signature for each secret, separated by spaces, so that
/// receivers may have either while a secret is changed.
pub(crate) fn signatures<'a>(
    secrets: impl Iterator<Item = &'a [u8]>,
    id: &str,
    timestamp_s: i64,
    body: &str,
) -> String {
    let signed = secrets.map(|secret| {
        let mac = Hmac::<Sha256>::new_from_slice(secret);
        let mut mac = mac.expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp_s}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    });
    signed.collect::<Vec<_>>().join(" ")
}

/// The bytes of a secret as people and libraries pass it on, where they can be read.
pub(crate) fn secret_bytes(readable: &str) -> Option<Vec<u8>> {
    let encoded = readable.strip_prefix("whsec_")?;
    STANDARD.decode(encoded).ok()
}

/// A secret as people and libraries pass it on.
pub(crate) fn readable_secret(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // The example of the Standard Webhooks libraries.
        let secret = STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .expect("Base64");
        let signed = signatures(
            [secret.as_slice()].into_iter(),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(
            readable_secret(&secret),
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        );
        assert_eq!(secret_bytes(&readable_secret(&secret)), Some(secret));
        assert_eq!(secret_bytes("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), None);
    }

    #[test]
    fn each_secret_signs() {
        let secrets: [&[u8]; 2] = [b"new", b"old"];
        let signed = signatures(secrets.into_iter(), "id", 1, "{}");
        let each: Vec<_> = signed.split(' ').collect();
        assert_eq!(each.len(), 2);
        assert_ne!(each[0], each[1]);
        assert!(each.iter().all(|one| one.starts_with("v1,")));
    }
}
