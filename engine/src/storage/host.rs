//! Repository of what is kept for host applications: keys of their servers, and which of their
//! logins were ended here.

use async_trait::async_trait;
use relaychat_protocol::ServerKeyId;

use super::StorageError;
use crate::domain::{server_key::ServerKey, session::LoginKey};

/// What is kept for hosts. None of it is a change for sync.
#[async_trait]
pub trait HostRepository: Send {
    /// Adds a server key.
    async fn insert_server_key(&mut self, key: &ServerKey) -> Result<(), StorageError>;
    /// The server key with this hash, also a revoked one.
    async fn find_server_key(&mut self, hash: [u8; 32]) -> Result<Option<ServerKey>, StorageError>;
    /// All server keys, oldest first, then by id.
    async fn list_server_keys(&mut self) -> Result<Vec<ServerKey>, StorageError>;
    /// Notes that a key is no longer good; tells whether it was good until now.
    async fn revoke_server_key(
        &mut self,
        id: ServerKeyId,
        now_ms: i64,
    ) -> Result<bool, StorageError>;
    /// Notes that a login of the host ended. Never moves backwards.
    async fn upsert_logout(&mut self, key: LoginKey, ended_at_ms: i64) -> Result<(), StorageError>;
    /// When the latest of these logins ended, if any did.
    async fn last_logout(&mut self, keys: &[LoginKey]) -> Result<Option<i64>, StorageError>;
    /// Forgets logouts before `before_ms`; tells how many.
    async fn forget_logouts(&mut self, before_ms: i64) -> Result<u64, StorageError>;
}
