//! The engine's secrets: one master secret, and a key derived from it for each purpose, so that no
//! tag made for one purpose can be shown for another.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::ServiceError;
use crate::{
    random::{Random, RandomExt},
    storage::Storage,
};

/// A key of HMAC-SHA256.
pub(crate) type Key = [u8; 32];

/// Where the master secret lies when the host does not keep it.
const SETTING: &str = "secret";

/// One key per purpose. Cannot be printed.
#[derive(Clone)]
pub(crate) struct Keys {
    /// Signs access tokens.
    pub(super) access_tokens: Key,
    /// Derives login codes and links.
    pub(super) logins: Key,
    /// Tags sync tokens and cursors.
    pub(super) sync: Key,
    /// Tags the links to groups.
    pub(super) invites: Key,
    /// Tags what clients sent, where a hook had something else stored.
    pub(super) originals: Key,
    /// Signs the short-lived addresses of blobs.
    pub(crate) blob_links: Key,
}

impl Keys {
    /// The keys of a master secret.
    pub(crate) fn derive(secret: &Key) -> Self {
        let key = |purpose: &str| mac(secret, &[b"relaychat", purpose.as_bytes()]);
        Self {
            access_tokens: key("access tokens"),
            logins: key("logins"),
            sync: key("sync"),
            invites: key("invites"),
            originals: key("originals"),
            blob_links: key("blob links"),
        }
    }

    /// The keys of `secret`, or of the one in storage, which is made if there is none.
    pub(super) async fn load(
        storage: &dyn Storage,
        random: &dyn Random,
        secret: Option<&Key>,
    ) -> Result<Self, ServiceError> {
        if let Some(secret) = secret {
            return Ok(Self::derive(secret));
        }
        let mut transaction = storage.begin().await?;
        let stored = transaction.changes().find_setting(SETTING).await?;
        if let Some(secret) = stored.and_then(|bytes| Key::try_from(bytes).ok()) {
            return Ok(Self::derive(&secret));
        }
        let secret: Key = random.bytes();
        transaction
            .changes()
            .upsert_setting(SETTING, &secret)
            .await?;
        transaction.commit(Box::new(|_| {})).await?;
        Ok(Self::derive(&secret))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// HMAC-SHA256 over `parts`, each preceded by its length, so that no two lists of parts collide.
pub(crate) fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_from_one_part_to_the_next_changes_the_tag() {
        let key = [7; 32];
        assert_ne!(mac(&key, &[b"ab", b"c"]), mac(&key, &[b"a", b"bc"]));
    }

    #[test]
    fn each_purpose_has_its_own_key() {
        let keys = Keys::derive(&[1; 32]);
        let mut all = [
            keys.access_tokens,
            keys.logins,
            keys.sync,
            keys.invites,
            keys.originals,
            keys.blob_links,
        ];
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
