//! Repository of requests for one-time codes.

use async_trait::async_trait;
use relaychat_protocol::LoginRequestId;

use super::StorageError;
use crate::domain::{email::Email, login::LoginRequest};

/// How often something happened, for limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoginCounts {
    /// How many.
    pub count: u32,
    /// When the oldest of them happened.
    pub oldest_at_ms: Option<i64>,
    /// When the newest of them happened.
    pub newest_at_ms: Option<i64>,
}

/// Requests for one-time codes.
#[async_trait]
pub trait LoginRepository: Send {
    /// Adds a request.
    async fn insert(&mut self, request: &LoginRequest) -> Result<(), StorageError>;
    /// The request with this id.
    async fn find(&mut self, id: LoginRequestId) -> Result<Option<LoginRequest>, StorageError>;
    /// Replaces `failed_tries` and `is_used`.
    async fn update(&mut self, request: &LoginRequest) -> Result<(), StorageError>;
    /// Requests with a mail to this address made at or after `since_ms`.
    async fn count_mails(
        &mut self,
        email: &Email,
        since_ms: i64,
    ) -> Result<LoginCounts, StorageError>;
    /// Requests from this network made at or after `since_ms`.
    async fn count_network(
        &mut self,
        network: &str,
        since_ms: i64,
    ) -> Result<LoginCounts, StorageError>;
    /// Notes that a wrong code was evaluated for this address.
    async fn insert_failure(&mut self, email: &Email, at_ms: i64) -> Result<(), StorageError>;
    /// Wrong codes evaluated for this address at or after `since_ms`.
    async fn count_failures(
        &mut self,
        email: &Email,
        since_ms: i64,
    ) -> Result<LoginCounts, StorageError>;
    /// Forgets requests and failures made before `before_ms`; returns how many.
    async fn remove_before(&mut self, before_ms: i64) -> Result<u64, StorageError>;
}
