//! Keys of the host's servers. Whoever shows one is the host, and may do what the host may do.
//!
//! A key is 256 random bits, so that its plain hash can be stored and looked up: the time of a
//! look-up tells something of the hash at most, which nobody can choose. Storage is asked each
//! time, so a revoked key is refused at once, on every node.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relaychat_protocol::{ErrorCode, ServerKeyId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{ServiceError, Services, validate};
use crate::{domain::server_key::ServerKey, random::RandomExt};

/// How a key begins, so that people and scanners know one when they see it.
const PREFIX: &str = "rk_";
/// Random bytes of a key.
const KEY_BYTES: usize = 32;

/// A server of the host, by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    /// The key.
    pub(crate) key_id: ServerKeyId,
}

impl Services {
    /// A new server key, and its text, which is shown once and never kept.
    pub(crate) async fn create_server_key(
        &self,
        name: &str,
    ) -> Result<(ServerKey, String), ServiceError> {
        let name = validate::name("name", name)?;
        let text = URL_SAFE_NO_PAD.encode(self.random.bytes::<KEY_BYTES>());
        let text = format!("{PREFIX}{text}");
        let key = ServerKey {
            id: ServerKeyId(self.new_id()),
            hash: Sha256::digest(text.as_bytes()).into(),
            name,
            created_at_ms: self.now_ms(),
            revoked_at_ms: None,
        };
        let mut transaction = self.storage.begin().await?;
        transaction.host().insert_server_key(&key).await?;
        self.commit(transaction, Vec::new()).await?;
        Ok((key, text))
    }

    /// All server keys, oldest first, revoked ones included.
    pub(crate) async fn list_server_keys(&self) -> Result<Vec<ServerKey>, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        Ok(snapshot.host().list_server_keys().await?)
    }

    /// Makes a key useless from now on. One that is revoked already stays as it is.
    pub(crate) async fn revoke_server_key(&self, id: ServerKeyId) -> Result<(), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let keys = transaction.host().list_server_keys().await?;
        if keys.iter().all(|key| key.id != id) {
            return Err(ServiceError::not_found());
        }
        let now_ms = self.now_ms();
        transaction.host().revoke_server_key(id, now_ms).await?;
        self.commit(transaction, Vec::new()).await
    }

    /// Whose key this is, if it is good.
    pub(crate) async fn check_server_key(&self, text: &str) -> Result<Server, ServiceError> {
        let unknown = || ServiceError::new(ErrorCode::Unauthenticated);
        let hash = hash_of(text).ok_or_else(unknown)?;
        let mut snapshot = self.storage.snapshot().await?;
        let key = snapshot.host().find_server_key(hash).await?;
        let key = key
            .filter(|key| key.is_good() && bool::from(key.hash.ct_eq(&hash)))
            .ok_or_else(unknown)?;
        Ok(Server { key_id: key.id })
    }
}

/// The hash of what looks like a key.
fn hash_of(text: &str) -> Option<[u8; 32]> {
    let random = text.strip_prefix(PREFIX)?;
    // Longer than any encoding of the bytes: not even decoded.
    if random.len() > 2 * KEY_BYTES {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(random).ok()?;
    (bytes.len() == KEY_BYTES).then(|| Sha256::digest(text.as_bytes()).into())
}
