//! Links to groups.

use relaychat_protocol::rest::invites as wire;

use super::chats::chat_info;
use crate::{
    domain::{chat::Chat, invite::Invite},
    services::InviteTerms,
};

/// A link as those see it who may give it away.
pub(crate) fn invite(invite: &Invite, token: String) -> wire::Invite {
    let Invite {
        id,
        chat_id: _,
        created_by,
        created_at_ms,
        expires_at_ms,
        max_uses,
        uses,
    } = invite;
    wire::Invite {
        id: *id,
        token,
        created_by: *created_by,
        created_at_ms: *created_at_ms,
        expires_at_ms: *expires_at_ms,
        max_uses: *max_uses,
        uses: *uses,
    }
}

/// How long and how often a new one can be used.
pub(crate) fn invite_terms(create: wire::CreateInvite) -> InviteTerms {
    let wire::CreateInvite {
        expires_at_ms,
        max_uses,
    } = create;
    InviteTerms {
        expires_at_ms,
        max_uses,
    }
}

/// A group before one joins it.
pub(crate) fn invite_preview(chat: &Chat, is_member: bool) -> wire::InvitePreview {
    let info = chat_info(chat);
    wire::InvitePreview {
        chat_id: info.id,
        name: info.name.unwrap_or_default(),
        avatar_url: info.avatar_url,
        member_count: info.member_count,
        is_member,
    }
}
