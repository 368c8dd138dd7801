//! Groups: making one, adding people, removing them, leaving, the list of members.
//!
//! Coming and going is no activity: it does not move the chat in anybody's list, and the frames
//! that tell of it carry no time.

use std::collections::BTreeSet;

use relaychat_protocol::{
    ChatId, ErrorCode, UserId,
    rest::{
        chats::{ChatKind, Role},
        messages::ChatEvent,
    },
};

use super::{
    Caller, ServiceError, Services, cursor,
    joining::{hand_over, joined, new_member, refuse_managed},
    lines, load,
    outbox::Happened,
    validate,
};
use crate::{
    authorizer::{Action, Subject},
    domain::{
        block::Block,
        chat::Chat,
        chat_view::ChatView,
        event::Event,
        member::Member,
        permission,
        user::{User, UserStatus},
    },
    limits::MEMBERS_PER_REQUEST,
    storage::Transaction,
};

impl Services {
    /// A group owned by the caller, and whether it was made now: the same id again is the same
    /// group.
    pub(crate) async fn create_group_chat(
        &self,
        caller: Caller,
        chat_id: ChatId,
        name: &str,
        user_ids: &[UserId],
    ) -> Result<(ChatView, Vec<User>, bool), ServiceError> {
        let name = validate::name("name", name)?;
        let mut everybody = distinct(user_ids)?;
        everybody.insert(caller.user_id);
        let name = self.judged_group(caller, chat_id, name, &everybody).await?;
        let mut transaction = self.storage.begin().await?;
        if let Some(chat) = transaction.chats().find_many(&[chat_id]).await?.pop() {
            let (view, users) = repeated(&mut *transaction, caller, chat).await?;
            return Ok((view, users, false));
        }
        let users = existing_users(&mut *transaction, &everybody).await?;
        check_blocks(&mut *transaction, caller, &everybody).await?;
        let now_ms = self.now_ms();
        let mut chat = Chat {
            name: Some(name),
            ..Chat::new(chat_id, ChatKind::Group, now_ms)
        };
        self.check_places(&chat, users.len())?;
        chat.member_count = users.len() as u64;
        let added: Vec<_> = users
            .into_iter()
            .map(|user| {
                let is_owner = user.id == caller.user_id;
                let role = if is_owner { Role::Owner } else { Role::Member };
                (new_member(&chat, &user, role, now_ms), user, 1)
            })
            .collect();
        transaction.chats().insert(&chat).await?;
        let happened = Happened::ChatMade {
            chat: chat.clone(),
            creator_id: caller.user_id,
            member_ids: everybody.into_iter().collect(),
        };
        let noted = self.outbox.note(&mut *transaction, vec![happened], now_ms);
        let is_heard = noted.await?;
        let taken_in = self.take_in(transaction, caller, (chat, added), None);
        let (view, users) = taken_in.await?;
        if is_heard {
            self.outbox.wake();
        }
        Ok((view, users, true))
    }

    /// Adds people to a group. Those who are members already stay as they are.
    pub(crate) async fn add_members(
        &self,
        caller: Caller,
        chat_id: ChatId,
        user_ids: &[UserId],
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        let mut wanted = distinct(user_ids)?;
        if wanted.is_empty() {
            return Err(ServiceError::invalid(
                "user_ids",
                "Name at least one person.",
            ));
        }
        for user_id in &wanted {
            self.check_member(caller, Action::AddMember, chat_id, *user_id)
                .await?;
        }
        let now_ms = self.now_ms();
        let mut transaction = self.storage.begin().await?;
        let found = load::chat_of_member(&mut *transaction, chat_id, caller.user_id);
        let (mut chat, me) = found.await?;
        if chat.kind == ChatKind::Direct || !permission::can_add_members(me.role, chat.rules.add) {
            return Err(ServiceError::new(ErrorCode::Forbidden));
        }
        refuse_managed(&chat)?;
        let pairs: Vec<_> = wanted.iter().map(|id| (chat_id, *id)).collect();
        for member in transaction.members().find_many(&pairs).await? {
            if !member.has_left {
                wanted.remove(&member.user_id);
            }
        }
        let users = existing_users(&mut *transaction, &wanted).await?;
        check_blocks(&mut *transaction, caller, &wanted).await?;
        if users.is_empty() {
            return load::chat_view(&mut *transaction, caller.user_id, chat).await;
        }
        self.check_places(&chat, users.len())?;
        let mut added = Vec::with_capacity(users.len());
        for user in users {
            chat.version += 1;
            chat.member_count += 1;
            let member = new_member(&chat, &user, Role::Member, now_ms);
            added.push((member, user, chat.version));
        }
        transaction
            .chats()
            .update_many(std::slice::from_ref(&chat))
            .await?;
        let told = lines::members_added(wanted.into_iter().collect());
        self.take_in(transaction, caller, (chat, added), Some(told))
            .await
    }

    /// Removes somebody from a group; removing oneself is leaving.
    pub(crate) async fn remove_member(
        &self,
        caller: Caller,
        chat_id: ChatId,
        user_id: UserId,
    ) -> Result<(), ServiceError> {
        self.check_member(caller, Action::RemoveMember, chat_id, user_id)
            .await?;
        let mut transaction = self.storage.begin().await?;
        let found = load::chat_of_member(&mut *transaction, chat_id, caller.user_id);
        let (mut chat, me) = found.await?;
        let mut member = load::membership(&mut *transaction, chat_id, user_id).await?;
        let is_leaving = user_id == caller.user_id;
        let is_allowed = is_leaving || permission::can_remove_member(me.role, member.role);
        if chat.kind == ChatKind::Direct || !is_allowed {
            return Err(ServiceError::new(ErrorCode::Forbidden));
        }
        refuse_managed(&chat)?;
        let was_owner = member.role == Role::Owner;
        member.has_left = true;
        member.role = Role::Member;
        chat.version += 1;
        chat.member_count -= 1;
        transaction.members().upsert_many(&[member]).await?;
        let mut events = vec![Event::MemberRemoved {
            chat: chat.clone(),
            user_id,
        }];
        let mut told = vec![lines::member_went(caller, user_id)];
        if was_owner && let Some(handed) = hand_over(&mut *transaction, &mut chat).await? {
            if let Event::RoleChanged { member, .. } = &handed {
                told.push(lines::role_changed(member.user_id, member.role));
            }
            events.push(handed);
        }
        let chats = std::slice::from_ref(&chat);
        transaction.chats().update_many(chats).await?;
        let written = self.write_lines(&mut *transaction, caller, &mut chat, told);
        events.extend(written.await?);
        self.commit(transaction, events).await
    }

    /// A page of members, longest standing first, the people they are, and the next cursor.
    pub(crate) async fn list_members(
        &self,
        caller: Caller,
        chat_id: ChatId,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Vec<Member>, Vec<User>, Option<String>), ServiceError> {
        let limit = validate::page_limit(limit)?;
        let after = cursor::to_member(after)?;
        let mut snapshot = self.storage.snapshot().await?;
        let me = load::membership(&mut *snapshot, chat_id, caller.user_id).await?;
        let mut members = snapshot.members().list(chat_id, after, limit + 1).await?;
        let has_more = members.len() > limit as usize;
        members.truncate(limit as usize);
        let next = members
            .last()
            .filter(|_| has_more)
            .map(|last| cursor::of_member(last.joined_at_ms, last.user_id));
        let ids: Vec<_> = members.iter().map(|member| member.user_id).collect();
        let users = load::users(&mut *snapshot, ids).await?;
        Ok((load::seen_by(&me, members), users, next))
    }

    /// Asks the host about a new group; gives the name it is to have. A group that is there
    /// already is not asked about.
    async fn judged_group(
        &self,
        caller: Caller,
        chat_id: ChatId,
        name: String,
        everybody: &BTreeSet<UserId>,
    ) -> Result<String, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        if !snapshot.chats().find_many(&[chat_id]).await?.is_empty() {
            return Ok(name);
        }
        existing_users(&mut *snapshot, everybody).await?;
        check_blocks(&mut *snapshot, caller, everybody).await?;
        drop(snapshot);
        let others = everybody.iter().copied();
        let others = others.filter(|id| *id != caller.user_id).collect();
        let judged = self.judged_chat(caller, ChatKind::Group, Some(name), others);
        validate::name("name", judged.await?.as_deref().unwrap_or_default())
    }

    /// Asks the host about a change of who is in a chat, once the engine's own rules allow it.
    async fn check_member(
        &self,
        caller: Caller,
        action: Action,
        chat_id: ChatId,
        user_id: UserId,
    ) -> Result<(), ServiceError> {
        if !self.is_authorized_by_host() {
            return Ok(());
        }
        let mut snapshot = self.storage.snapshot().await?;
        let found = load::chat_of_member(&mut *snapshot, chat_id, caller.user_id);
        let (chat, me) = found.await?;
        let may = match action {
            Action::AddMember => permission::can_add_members(me.role, chat.rules.add),
            _ => {
                let member = load::membership(&mut *snapshot, chat_id, user_id).await?;
                user_id == caller.user_id || permission::can_remove_member(me.role, member.role)
            }
        };
        drop(snapshot);
        if chat.kind == ChatKind::Direct || !may {
            return Err(ServiceError::new(ErrorCode::Forbidden));
        }
        let subject = Subject::Member(chat_id, user_id);
        self.check_allowed(caller, action, subject).await
    }

    /// Stores new memberships of a chat that is stored already, and tells everybody, with a line
    /// if there is to be one.
    pub(super) async fn take_in(
        &self,
        mut transaction: Box<dyn Transaction>,
        caller: Caller,
        (mut chat, added): (Chat, Vec<(Member, User, u64)>),
        told: Option<ChatEvent>,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        let rows: Vec<Member> = added.iter().map(|(member, ..)| member.clone()).collect();
        transaction.members().upsert_many(&rows).await?;
        let mut events = vec![joined(&mut *transaction, chat.clone(), added).await?];
        let told = told.into_iter().collect();
        let written = self.write_lines(&mut *transaction, caller, &mut chat, told);
        events.extend(written.await?);
        let answer = load::chat_view(&mut *transaction, caller.user_id, chat).await?;
        self.commit(transaction, events).await?;
        Ok(answer)
    }
}

/// The group that an earlier request with the same id made. Somebody else's id is taken.
async fn repeated(
    transaction: &mut dyn Transaction,
    caller: Caller,
    chat: Chat,
) -> Result<(ChatView, Vec<User>), ServiceError> {
    let taken = || ServiceError::invalid("chat_id", "This id is in use. Make a new one.");
    let me = load::membership(transaction, chat.id, caller.user_id)
        .await
        .map_err(|error| match error.code {
            ErrorCode::NotFound => taken(),
            _ => error,
        })?;
    if chat.kind != ChatKind::Group || me.role != Role::Owner {
        return Err(taken());
    }
    load::chat_view(transaction, caller.user_id, chat).await
}

/// The people of a request, each once.
fn distinct(user_ids: &[UserId]) -> Result<BTreeSet<UserId>, ServiceError> {
    if user_ids.len() > MEMBERS_PER_REQUEST {
        return Err(ServiceError::invalid(
            "user_ids",
            format!("At most {MEMBERS_PER_REQUEST} people can be added at once."),
        ));
    }
    Ok(user_ids.iter().copied().collect())
}

/// All of the people, or an error when one does not exist.
async fn existing_users(
    transaction: &mut dyn Transaction,
    ids: &BTreeSet<UserId>,
) -> Result<Vec<User>, ServiceError> {
    let users = load::users(transaction, ids.iter().copied()).await?;
    if users.len() == ids.len() && users.iter().all(|user| user.status != UserStatus::Deleted) {
        Ok(users)
    } else {
        Err(nobody())
    }
}

/// Nobody adds whom they block, or who blocks them: the latter are as if they did not exist.
async fn check_blocks(
    transaction: &mut dyn Transaction,
    caller: Caller,
    ids: &BTreeSet<UserId>,
) -> Result<(), ServiceError> {
    let blocks = transaction.blocks().list_about(&[caller.user_id]).await?;
    // The caller is among the members of a new group.
    let is_own = |block: &&Block| block.blocker_id == caller.user_id;
    let has_own = blocks
        .iter()
        .filter(is_own)
        .any(|block| ids.contains(&block.blocked_id));
    if has_own {
        return Err(ServiceError::new(ErrorCode::BlockedByYou));
    }
    let mut foreign = blocks.iter().filter(|block| !is_own(block));
    if foreign.any(|block| ids.contains(&block.blocker_id)) {
        return Err(nobody());
    }
    Ok(())
}

fn nobody() -> ServiceError {
    ServiceError::invalid("user_ids", "One of these people does not exist.")
}
