//! Links with which people join a group by themselves.
//!
//! ```text
//!   token = base64url( id, 16 bytes ‖ HMAC-SHA256(key, id), the first 16 )
//! ```
//!
//! What a link carries is derived from its id, so that it can be shown again and again to those who
//! may give it away, and nobody who reads the table can join with what is in it. Whatever is wrong
//! with a token (made up, revoked, expired, used up) has one answer, `not_found`.
//!
//! Writers come one after another, so that of two who want the last use one gets it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relaychat_protocol::{
    ChatId, ErrorCode, InviteId,
    rest::{
        chats::{ChatKind, Role},
        messages::{ChatEvent, ChatEventKind},
    },
};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{
    Caller, ServiceError, Services,
    joining::{new_member, refuse_managed},
    keys, load,
};
use crate::{
    authorizer::{Action, Subject},
    domain::{
        chat::Chat, chat_view::ChatView, invite::Invite, member::Member, permission, user::User,
    },
    limits::INVITES_PER_CHAT,
    storage::Transaction,
};

/// Bytes of an id, and of the tag behind it: 128 bits that nobody guesses.
const HALF_BYTES: usize = 16;
/// The largest number that every client can read: 2^53 - 1.
const NUMBER_MAX: u64 = (1 << 53) - 1;

/// How long and how often a new link can be used; `None`: without end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InviteTerms {
    pub(crate) expires_at_ms: Option<i64>,
    pub(crate) max_uses: Option<u64>,
}

impl Services {
    /// A new link to a group, for those who may add people. Those to it that nobody can use any
    /// more are forgotten.
    pub(crate) async fn create_invite(
        &self,
        caller: Caller,
        chat_id: ChatId,
        terms: InviteTerms,
    ) -> Result<Invite, ServiceError> {
        let now_ms = self.now_ms();
        terms.check(now_ms)?;
        if self.is_authorized_by_host() {
            let mut snapshot = self.storage.snapshot().await?;
            inviting(&mut *snapshot, caller, chat_id).await?;
            drop(snapshot);
            let subject = Subject::Chat(chat_id);
            self.check_allowed(caller, Action::CreateInvite, subject)
                .await?;
        }
        let mut transaction = self.storage.begin().await?;
        inviting(&mut *transaction, caller, chat_id).await?;
        let present = transaction.invites().list(chat_id).await?;
        let (usable, spent): (Vec<_>, Vec<_>) = present
            .into_iter()
            .partition(|invite| invite.is_usable(now_ms));
        if usable.len() >= INVITES_PER_CHAT {
            return Err(ServiceError::invalid(
                "chat_id",
                format!("A group has at most {INVITES_PER_CHAT} links. Revoke one first."),
            ));
        }
        let spent: Vec<InviteId> = spent.into_iter().map(|invite| invite.id).collect();
        transaction.invites().remove(&spent).await?;
        let invite = Invite {
            id: InviteId(self.new_id()),
            chat_id,
            created_by: caller.user_id,
            created_at_ms: now_ms,
            expires_at_ms: terms.expires_at_ms,
            max_uses: terms.max_uses,
            uses: 0,
        };
        transaction.invites().insert(&invite).await?;
        self.commit(transaction, Vec::new()).await?;
        Ok(invite)
    }

    /// The links with which people can join now, newest first.
    pub(crate) async fn list_invites(
        &self,
        caller: Caller,
        chat_id: ChatId,
    ) -> Result<Vec<Invite>, ServiceError> {
        let now_ms = self.now_ms();
        let mut snapshot = self.storage.snapshot().await?;
        inviting(&mut *snapshot, caller, chat_id).await?;
        let mut invites = snapshot.invites().list(chat_id).await?;
        invites.retain(|invite| invite.is_usable(now_ms));
        Ok(invites)
    }

    /// Takes a link back: one's own, or as an admin anybody's. Whoever has joined with it stays.
    pub(crate) async fn revoke_invite(
        &self,
        caller: Caller,
        chat_id: ChatId,
        invite_id: InviteId,
    ) -> Result<(), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let me = inviting(&mut *transaction, caller, chat_id).await?;
        let found = transaction.invites().find(invite_id).await?;
        let found = found.filter(|invite| invite.chat_id == chat_id);
        let invite = found.ok_or_else(ServiceError::not_found)?;
        let is_own = invite.created_by == caller.user_id;
        if !permission::can_revoke_invite(me.role, is_own) {
            return Err(ServiceError::new(ErrorCode::Forbidden));
        }
        transaction.invites().remove(&[invite_id]).await?;
        self.commit(transaction, Vec::new()).await
    }

    /// The group that a link leads to, and whether the caller is in it.
    pub(crate) async fn preview_invite(
        &self,
        caller: Caller,
        token: &str,
    ) -> Result<(Chat, bool), ServiceError> {
        let id = self.read_invite(token)?;
        let mut snapshot = self.storage.snapshot().await?;
        let Way {
            chat, is_member, ..
        } = self.way(&mut *snapshot, caller, id).await?;
        Ok((chat, is_member))
    }

    /// Joins a group by a link. Who is in it already stays as they are, and the link too: after a
    /// lost answer it can be asked again.
    pub(crate) async fn accept_invite(
        &self,
        caller: Caller,
        token: &str,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        let id = self.read_invite(token)?;
        self.check_joining(caller, id).await?;
        let mut transaction = self.storage.begin().await?;
        let Way {
            invite,
            mut chat,
            is_member,
        } = self.way(&mut *transaction, caller, id).await?;
        if is_member {
            return load::chat_view(&mut *transaction, caller.user_id, chat).await;
        }
        refuse_managed(&chat)?;
        self.check_places(&chat, 1)?;
        let user = load::users(&mut *transaction, [caller.user_id])
            .await?
            .pop();
        let user = user.ok_or_else(ServiceError::not_found)?;
        let uses = invite.uses + 1;
        transaction.invites().update_uses(invite.id, uses).await?;
        chat.version += 1;
        chat.member_count += 1;
        let member = new_member(&chat, &user, Role::Member, self.now_ms());
        let added = vec![(member, user, chat.version)];
        transaction
            .chats()
            .update_many(std::slice::from_ref(&chat))
            .await?;
        let told = ChatEvent::new(ChatEventKind::MemberJoined);
        self.take_in(transaction, caller, (chat, added), Some(told))
            .await
    }

    /// What the link carries.
    pub(crate) fn invite_token(&self, id: InviteId) -> String {
        let id = id.0.as_bytes();
        let mut bytes = [0; 2 * HALF_BYTES];
        bytes[..HALF_BYTES].copy_from_slice(id);
        bytes[HALF_BYTES..].copy_from_slice(&self.invite_tag(id));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The link that a token is of, if it is genuine.
    fn read_invite(&self, token: &str) -> Result<InviteId, ServiceError> {
        let bytes = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        let bytes: [u8; 2 * HALF_BYTES] =
            bytes.try_into().map_err(|_| ServiceError::not_found())?;
        let (id, tag) = bytes.split_at(HALF_BYTES);
        if !bool::from(tag.ct_eq(&self.invite_tag(id))) {
            return Err(ServiceError::not_found());
        }
        let id = Uuid::from_slice(id).map_err(|_| ServiceError::not_found())?;
        Ok(InviteId(id))
    }

    fn invite_tag(&self, id: &[u8]) -> [u8; HALF_BYTES] {
        let tag = keys::mac(&self.keys.invites, &[id]);
        let mut half = [0; HALF_BYTES];
        half.copy_from_slice(&tag[..HALF_BYTES]);
        half
    }

    /// Asks the host about somebody who joins, once the engine's own rules allow it.
    async fn check_joining(&self, caller: Caller, id: InviteId) -> Result<(), ServiceError> {
        if !self.is_authorized_by_host() {
            return Ok(());
        }
        let mut snapshot = self.storage.snapshot().await?;
        let way = self.way(&mut *snapshot, caller, id).await?;
        drop(snapshot);
        if way.is_member {
            return Ok(());
        }
        self.check_places(&way.chat, 1)?;
        let subject = Subject::Member(way.chat.id, caller.user_id);
        self.check_allowed(caller, Action::JoinByInvite, subject)
            .await
    }

    /// Where a link leads, if the caller can go there or is there already. A group that everybody
    /// has left has nobody who looks after it, and takes nobody in.
    async fn way(
        &self,
        transaction: &mut dyn Transaction,
        caller: Caller,
        id: InviteId,
    ) -> Result<Way, ServiceError> {
        let found = transaction.invites().find(id).await?;
        let invite = found.ok_or_else(ServiceError::not_found)?;
        let chat = transaction
            .chats()
            .find_many(&[invite.chat_id])
            .await?
            .pop();
        let chat = chat.ok_or_else(ServiceError::not_found)?;
        let pair = [(chat.id, caller.user_id)];
        let members = transaction.members().find_many(&pair).await?;
        let is_member = members.iter().any(|member| !member.has_left);
        let is_open = chat.member_count > 0 && invite.is_usable(self.now_ms());
        if !is_member && !is_open {
            return Err(ServiceError::not_found());
        }
        Ok(Way {
            invite,
            chat,
            is_member,
        })
    }
}

/// Where a link leads.
struct Way {
    invite: Invite,
    chat: Chat,
    is_member: bool,
}

impl InviteTerms {
    fn check(&self, now_ms: i64) -> Result<(), ServiceError> {
        let latest_ms = NUMBER_MAX.cast_signed();
        let in_time = |until_ms| now_ms < until_ms && until_ms <= latest_ms;
        if !self.expires_at_ms.is_none_or(in_time) {
            return Err(ServiceError::invalid(
                "expires_at_ms",
                "Name a time to come.",
            ));
        }
        if !self
            .max_uses
            .is_none_or(|most| (1..=NUMBER_MAX).contains(&most))
        {
            return Err(ServiceError::invalid("max_uses", "Allow at least one use."));
        }
        Ok(())
    }
}

/// The caller's membership of a group to which they may add people, and who is in it is not for the
/// host to say.
async fn inviting(
    transaction: &mut dyn Transaction,
    caller: Caller,
    chat_id: ChatId,
) -> Result<Member, ServiceError> {
    let (chat, me) = load::chat_of_member(transaction, chat_id, caller.user_id).await?;
    let may = permission::can_add_members(me.role, chat.rules.add);
    if chat.kind == ChatKind::Direct || !may {
        return Err(ServiceError::new(ErrorCode::Forbidden));
    }
    refuse_managed(&chat)?;
    Ok(me)
}
