//! Repository of sessions and refresh tokens.

use async_trait::async_trait;
use relaychat_protocol::{SessionId, UserId};

use super::StorageError;
use crate::domain::session::{LoginKey, RefreshToken, Session};

/// Sessions and their refresh tokens.
#[async_trait]
pub trait SessionRepository: Send {
    /// Adds a session. One login of the host has one session: a second is a conflict.
    async fn insert(&mut self, session: &Session) -> Result<(), StorageError>;
    /// The session with this id.
    async fn find(&mut self, id: SessionId) -> Result<Option<Session>, StorageError>;
    /// The session that stands for this login of the host.
    async fn find_by_login(&mut self, key: LoginKey) -> Result<Option<Session>, StorageError>;
    /// Sessions of a person that have not expired at `now_ms`, newest first.
    async fn list(&mut self, user_id: UserId, now_ms: i64) -> Result<Vec<Session>, StorageError>;
    /// Replaces `last_used_at_ms` and `expires_at_ms`.
    async fn update(&mut self, session: &Session) -> Result<(), StorageError>;
    /// Removes a session with its refresh tokens; tells whether it was there.
    async fn remove(&mut self, id: SessionId) -> Result<bool, StorageError>;
    /// Sessions that expired at or before `now_ms`, at most `limit`.
    async fn list_expired(
        &mut self,
        now_ms: i64,
        limit: u32,
    ) -> Result<Vec<SessionId>, StorageError>;
    /// Those of `ids` that are there and have not expired at `now_ms`, in no order.
    async fn list_alive(
        &mut self,
        ids: &[SessionId],
        now_ms: i64,
    ) -> Result<Vec<SessionId>, StorageError>;
    /// Adds a refresh token.
    async fn insert_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StorageError>;
    /// The refresh token with this hash.
    async fn find_refresh_token(
        &mut self,
        hash: [u8; 32],
    ) -> Result<Option<RefreshToken>, StorageError>;
    /// Replaces `used_at_ms`.
    async fn update_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StorageError>;
}
