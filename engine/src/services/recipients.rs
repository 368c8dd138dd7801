//! Whom a message was sent to, and who of them is there: what a host needs to push.

use relaychat_protocol::{UserId, rest::webhooks::HostEventKind};

use super::{ServiceError, Services, load};
use crate::{domain::member::Member, hooks::Recipient, limits::LIST_PAGE, wire};

/// Who has a live socket.
pub(crate) trait Presence: std::fmt::Debug + Send + Sync + 'static {
    /// Whether a person has one now, on any node.
    fn is_online(&self, user_id: UserId) -> bool;
}

impl Services {
    /// Everybody but the sender who is in the chat of a message now; nobody for other events.
    pub(crate) async fn recipients(
        &self,
        event: &HostEventKind,
        presence: &dyn Presence,
    ) -> Result<Vec<Recipient>, ServiceError> {
        let HostEventKind::MessageSent(sent) = event else {
            return Ok(Vec::new());
        };
        let message = &sent.message;
        let mut snapshot = self.storage.snapshot().await?;
        let mut recipients = Vec::new();
        let mut after = None;
        loop {
            let page = snapshot
                .members()
                .list(message.chat_id, after, LIST_PAGE)
                .await?;
            let Some(last) = page.last() else {
                return Ok(recipients);
            };
            after = Some((last.joined_at_ms, last.user_id));
            let is_other = |member: &&Member| member.user_id != message.sender_id;
            let ids = page.iter().filter(is_other).map(|member| member.user_id);
            let users = load::users(&mut *snapshot, ids).await?;
            recipients.extend(users.iter().map(|user| Recipient {
                person: wire::person(user),
                is_online: presence.is_online(user.id),
            }));
        }
    }
}
