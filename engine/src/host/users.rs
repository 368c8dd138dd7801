//! People, as the host handles them.

use std::time::Duration;

use relaychat_protocol::{
    SessionId,
    rest::{
        server::{HostUser, IssuedToken, UserSession},
        users::UnreadTotal,
    },
};

use super::{Export, UserRef};
use crate::{Engine, HostError, auth::Identity, wire};

/// The people of an engine. Made by [`Engine::users`].
#[derive(Clone, Debug)]
pub struct Users(pub(super) Engine);

impl Users {
    /// The person whom the host calls so, made when there is none, changed to what the identity
    /// says. Those who share a chat with them are told of a change.
    ///
    /// # Errors
    /// `validation_failed`: the external id, the name or the picture is not acceptable.
    pub async fn ensure(&self, identity: Identity) -> Result<HostUser, HostError> {
        let ensured = self.0.services().ensure_user(identity.profile).await?;
        Ok(wire::host_user(&ensured.user))
    }

    /// The person, if they exist.
    ///
    /// # Errors
    /// Only those of storage.
    pub async fn find(&self, user: impl Into<UserRef>) -> Result<Option<HostUser>, HostError> {
        let found = self.0.services().find_user(&user.into()).await?;
        Ok(found.as_ref().map(wire::host_user))
    }

    /// The person who logs in with this address.
    ///
    /// # Errors
    /// Only those of storage.
    pub async fn find_by_email(&self, email: &str) -> Result<Option<HostUser>, HostError> {
        let found = self.0.services().find_user_by_email(email).await?;
        Ok(found.as_ref().map(wire::host_user))
    }

    /// A page of everybody, by name, and the cursor of the next page.
    ///
    /// # Errors
    /// `validation_failed`: the cursor is none, or the page has not 1 to 100 people.
    pub async fn list(
        &self,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<HostUser>, Option<String>), HostError> {
        let (users, next) = self.0.services().list_everybody(cursor, limit).await?;
        Ok((users.iter().map(wire::host_user).collect(), next))
    }

    /// Lets a person in no longer: all sessions end and their sockets close. Chats and messages
    /// stay as they are.
    ///
    /// # Errors
    /// `not_found`: there is no such person.
    pub async fn disable(&self, user: impl Into<UserRef>) -> Result<HostUser, HostError> {
        let user = user.into();
        let changed = self.0.services().set_user_disabled(&user, true);
        Ok(wire::host_user(&changed.await?))
    }

    /// Lets a person in again.
    ///
    /// # Errors
    /// `not_found`: there is no such person.
    pub async fn enable(&self, user: impl Into<UserRef>) -> Result<HostUser, HostError> {
        let user = user.into();
        let changed = self.0.services().set_user_disabled(&user, false);
        Ok(wire::host_user(&changed.await?))
    }

    /// Deletes a person: logged out, out of all groups, without name, picture, address and external
    /// id, which are free again. What they wrote stays, under the name "Deleted user". When it
    /// fails on the way, call it again.
    ///
    /// # Errors
    /// `not_found`: there is no such person.
    pub async fn delete(&self, user: impl Into<UserRef>) -> Result<(), HostError> {
        Ok(self.0.services().delete_user(&user.into()).await?)
    }

    /// Everything of a person, as lines of JSON: profile, sessions, memberships, messages, uploads.
    ///
    /// # Errors
    /// `not_found`: there is no such person. Later errors come out of the stream and end it.
    pub async fn export(&self, user: impl Into<UserRef>) -> Result<Export, HostError> {
        let user = self.0.services().get_person(&user.into()).await?;
        Ok(Export::new(&self.0, user))
    }

    /// An access token to hand to a person who is logged in with the host; as good as one of their
    /// own logins. All of them belong to one session.
    ///
    /// # Errors
    /// `not_found`: there is no such person. `forbidden`: they are disabled. `validation_failed`:
    /// `ttl` is below ten seconds, or longer than a session lasts.
    pub async fn issue_token(
        &self,
        user: impl Into<UserRef>,
        ttl: Duration,
    ) -> Result<IssuedToken, HostError> {
        self.issue(user.into(), ttl, None).await
    }

    /// The same for one device, with a session of its own that can be revoked alone.
    ///
    /// # Errors
    /// Those of [`Self::issue_token`], and `validation_failed` for the name of the device.
    pub async fn issue_device_token(
        &self,
        user: impl Into<UserRef>,
        ttl: Duration,
        device_name: impl Into<String>,
    ) -> Result<IssuedToken, HostError> {
        self.issue(user.into(), ttl, Some(device_name.into())).await
    }

    /// The live sessions of a person, newest first.
    ///
    /// # Errors
    /// `not_found`: there is no such person.
    pub async fn sessions(&self, user: impl Into<UserRef>) -> Result<Vec<UserSession>, HostError> {
        let sessions = self.0.services().list_user_sessions(&user.into()).await?;
        Ok(wire::user_session_list(&sessions).items)
    }

    /// Ends one session of a person; its sockets close.
    ///
    /// # Errors
    /// `not_found`: there is no such person, or it is not a session of theirs.
    pub async fn revoke(
        &self,
        user: impl Into<UserRef>,
        session_id: SessionId,
    ) -> Result<(), HostError> {
        let revoked = self.0.services();
        let revoked = revoked.revoke_user_session(&user.into(), session_id).await;
        Ok(revoked?)
    }

    /// Ends all sessions of a person and tells how many there were. Tokens of the host that were
    /// made before are no longer good. A host that answers for each request itself
    /// ([`from_request`](crate::auth::from_request)) ends its own session first.
    ///
    /// # Errors
    /// `not_found`: there is no such person.
    pub async fn revoke_all(&self, user: impl Into<UserRef>) -> Result<usize, HostError> {
        let revoked = self.0.services().revoke_user_sessions(&user.into()).await;
        Ok(revoked?)
    }

    /// Unread messages of a person over all chats: one query, for a badge.
    ///
    /// # Errors
    /// `not_found`: there is no such person.
    pub async fn unread_total(&self, user: impl Into<UserRef>) -> Result<UnreadTotal, HostError> {
        let total = self.0.services().unread_total_of(&user.into()).await?;
        Ok(wire::unread_total(total))
    }

    async fn issue(
        &self,
        user: UserRef,
        ttl: Duration,
        device_name: Option<String>,
    ) -> Result<IssuedToken, HostError> {
        let ttl_ms = i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX);
        let services = self.0.services();
        let issued = services.issue_token(&user, Some(ttl_ms), device_name);
        Ok(wire::issued_token(issued.await?))
    }
}
