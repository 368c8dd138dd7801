//! Keys for servers of the host that call over HTTP.

use relaychat_protocol::ServerKeyId;

use crate::{Engine, HostError, domain::server_key::ServerKey};

/// The server keys of an engine. Made by [`Engine::server_keys`].
#[derive(Clone, Debug)]
pub struct ServerKeys(pub(super) Engine);

/// A server key as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerKeyInfo {
    /// Names the key.
    pub id: ServerKeyId,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it was revoked, if it was.
    pub revoked_at_ms: Option<i64>,
}

/// A key that was made now. Its text is shown this once: only a hash is kept.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewServerKey {
    /// What is listed from now on.
    pub info: ServerKeyInfo,
    /// The key itself, `rk_…`: for `Authorization: Bearer`. Whoever has it is the host.
    pub key: String,
}

impl std::fmt::Debug for NewServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewServerKey")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl ServerKeys {
    /// Makes a key.
    ///
    /// # Errors
    /// `validation_failed`: the name is not one line of 1 to 80 characters.
    pub async fn create(&self, name: &str) -> Result<NewServerKey, HostError> {
        let (info, key) = self.0.services().create_server_key(name).await?;
        Ok(NewServerKey {
            info: shown(info),
            key,
        })
    }

    /// All keys, oldest first, revoked ones included.
    ///
    /// # Errors
    /// Only those of storage.
    pub async fn list(&self) -> Result<Vec<ServerKeyInfo>, HostError> {
        let keys = self.0.services().list_server_keys().await?;
        Ok(keys.into_iter().map(shown).collect())
    }

    /// Makes a key useless, at once and on every node.
    ///
    /// # Errors
    /// `not_found`: there is no such key.
    pub async fn revoke(&self, id: ServerKeyId) -> Result<(), HostError> {
        Ok(self.0.services().revoke_server_key(id).await?)
    }
}

fn shown(key: ServerKey) -> ServerKeyInfo {
    let ServerKey {
        id,
        hash: _,
        name,
        created_at_ms,
        revoked_at_ms,
    } = key;
    ServerKeyInfo {
        id,
        name,
        created_at_ms,
        revoked_at_ms,
    }
}
