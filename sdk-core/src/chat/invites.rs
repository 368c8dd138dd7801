//! Links with which people join a group by themselves: for those who may add people.

use relaychat_protocol::{InviteId, rest::invites as wire};

pub use wire::{Invite, InvitePreview};

use super::Chat;
use crate::RelayError;

/// How long a new link is good, and for how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InviteTerms {
    /// Until when people can join with it; absent: until it is revoked.
    pub expires_at_ms: Option<i64>,
    /// How many people can join with it, at least 1; absent: any number.
    pub max_uses: Option<u64>,
}

impl Chat {
    /// Makes a link with which people join the group by themselves: [`Invite::token`] is what it
    /// carries, the address around it is the application's.
    ///
    /// # Errors
    /// `forbidden` when the caller may not add people, `membership_managed` when the host decides
    /// who is in the group, `validation_failed` for an end that has passed, for no uses at all and
    /// when there are 50 links, or what the network says.
    pub async fn create_invite(&self, terms: InviteTerms) -> Result<Invite, RelayError> {
        let InviteTerms {
            expires_at_ms,
            max_uses,
        } = terms;
        let terms = wire::CreateInvite {
            expires_at_ms,
            max_uses,
        };
        self.runtime.api().create_invite(self.id, terms).await
    }

    /// The links with which people can join now, newest first.
    ///
    /// # Errors
    /// `forbidden` when the caller may not add people, or what the network says.
    pub async fn invites(&self) -> Result<Vec<Invite>, RelayError> {
        Ok(self.runtime.api().list_invites(self.id).await?.items)
    }

    /// Takes a link back, one's own or as an admin anybody's: nobody joins with it any more. Who has
    /// joined stays.
    ///
    /// # Errors
    /// `forbidden` when the caller may not add people or take this one back, `not_found` when there is no such link, or
    /// what the network says.
    pub async fn revoke_invite(&self, invite_id: InviteId) -> Result<(), RelayError> {
        self.runtime.api().revoke_invite(self.id, invite_id).await
    }
}
