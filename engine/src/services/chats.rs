//! Chats: the caller's list, one of them, the one-to-one chat with a person, the unread total.

use relaychat_protocol::{
    ChatId, ErrorCode, UserId,
    rest::chats::{ChatKind, Role},
};

use super::{Caller, ServiceError, Services, cursor, load, outbox::Happened, validate};
use crate::{
    domain::{
        chat::{Apart, Chat, DirectPair},
        chat_view::ChatView,
        event::Event,
        member::{Member, Watermarks},
        user::{User, UserStatus},
    },
    storage::{ChatPosition, StorageErrorKind, Transaction, UnreadTotal},
};

impl Services {
    /// A page of the caller's chats, newest activity first, with the people they name and the
    /// cursor of the next page.
    pub(crate) async fn list_chats(
        &self,
        caller: Caller,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Vec<ChatView>, Vec<User>, Option<String>), ServiceError> {
        let limit = validate::page_limit(limit)?;
        let after = cursor::to_chat(after)?;
        let mut snapshot = self.storage.snapshot().await?;
        let chats = snapshot.chats().list(caller.user_id, after, limit + 1);
        let (chats, next) = cut_page(chats.await?, limit);
        let (views, users) = load::chat_views(&mut *snapshot, caller.user_id, chats).await?;
        Ok((views, users, next))
    }

    /// One chat of the caller.
    pub(crate) async fn get_chat(
        &self,
        caller: Caller,
        chat_id: ChatId,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        self.keep_membership_fresh(chat_id).await?;
        let mut snapshot = self.storage.snapshot().await?;
        let (chat, _) = load::chat_of_member(&mut *snapshot, chat_id, caller.user_id).await?;
        load::chat_view(&mut *snapshot, caller.user_id, chat).await
    }

    /// The one-to-one chat with a person, and whether it was made now. Of two who make it at the
    /// same time, one makes it and both get it: the pair is unique in storage.
    pub(crate) async fn open_direct_chat(
        &self,
        caller: Caller,
        user_id: UserId,
    ) -> Result<(ChatView, Vec<User>, bool), ServiceError> {
        let pair = DirectPair::new(caller.user_id, user_id).ok_or_else(|| {
            ServiceError::invalid("user_id", "A one-to-one chat takes another person.")
        })?;
        let mut snapshot = self.storage.snapshot().await?;
        if let Some(chat) = snapshot.chats().find_direct(pair).await? {
            let (view, users) = load::chat_view(&mut *snapshot, caller.user_id, chat).await?;
            return Ok((view, users, false));
        }
        let is_there = load::users(&mut *snapshot, [user_id]).await?.len() == 1;
        let apart = load::apart(&mut *snapshot, pair).await?;
        check_block(caller, pair, apart)?;
        drop(snapshot);
        if !is_there {
            return Err(ServiceError::not_found());
        }
        self.judged_chat(caller, ChatKind::Direct, None, vec![user_id])
            .await?;
        let mut transaction = self.storage.begin().await?;
        let people = load::users(&mut *transaction, [pair.low(), pair.high()]).await?;
        let apart = load::apart(&mut *transaction, pair).await?;
        check_block(caller, pair, apart)?;
        if people.len() != 2 || people.iter().any(|one| one.status == UserStatus::Deleted) {
            return Err(ServiceError::not_found());
        }
        let (chat, is_new) = self.find_or_insert(&mut *transaction, pair).await?;
        let (view, users) = if is_new {
            let members: Vec<_> = people
                .iter()
                .map(|person| member_of(&chat, person))
                .collect();
            transaction.members().upsert_many(&members).await?;
            let made = load::chat_view(&mut *transaction, caller.user_id, chat.clone()).await?;
            let happened = Happened::ChatMade {
                chat: chat.clone(),
                creator_id: caller.user_id,
                member_ids: vec![pair.low(), pair.high()],
            };
            let now_ms = chat.created_at_ms;
            let event = chat_made(chat, &members, people);
            let noted = self.outbox.note(&mut *transaction, vec![happened], now_ms);
            let is_heard = noted.await?;
            self.commit(transaction, vec![event]).await?;
            if is_heard {
                self.outbox.wake();
            }
            made
        } else {
            load::chat_view(&mut *transaction, caller.user_id, chat).await?
        };
        Ok((view, users, is_new))
    }

    /// Unread messages over all chats of the caller.
    pub(crate) async fn unread_total(&self, caller: Caller) -> Result<UnreadTotal, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        Ok(snapshot
            .members()
            .unread_total(caller.user_id, self.now_ms())
            .await?)
    }

    /// The chat of a pair, and whether it was made now.
    async fn find_or_insert(
        &self,
        transaction: &mut dyn Transaction,
        pair: DirectPair,
    ) -> Result<(Chat, bool), ServiceError> {
        if let Some(chat) = transaction.chats().find_direct(pair).await? {
            return Ok((chat, false));
        }
        let now_ms = self.now_ms();
        let chat = Chat {
            direct: Some(pair),
            apart: load::apart(transaction, pair).await?,
            member_count: 2,
            ..Chat::new(ChatId(self.new_id()), ChatKind::Direct, now_ms)
        };
        match transaction.chats().insert(&chat).await {
            Ok(()) => Ok((chat, true)),
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                let found = transaction.chats().find_direct(pair).await?;
                Ok((found.ok_or(error)?, false))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A chat between people who block each other is not made. Only the blocker is told why.
fn check_block(caller: Caller, pair: DirectPair, apart: Apart) -> Result<(), ServiceError> {
    let is_own = match caller.user_id == pair.low() {
        true => apart.is_blocked_by_low,
        false => apart.is_blocked_by_high,
    };
    match (is_own, apart.is_blocked()) {
        (true, _) => Err(ServiceError::new(ErrorCode::BlockedByYou)),
        (false, true) => Err(ServiceError::not_found()),
        (false, false) => Ok(()),
    }
}

/// Cuts a list that was read one longer than the page, and tells where to read on.
fn cut_page(mut chats: Vec<Chat>, limit: u32) -> (Vec<Chat>, Option<String>) {
    let has_more = chats.len() > limit as usize;
    chats.truncate(limit as usize);
    let next = chats.last().filter(|_| has_more).map(|last| {
        cursor::of_chat(ChatPosition {
            last_activity_at_ms: last.last_activity_at_ms,
            id: last.id,
        })
    });
    (chats, next)
}

/// A person as a member of a new one-to-one chat.
fn member_of(chat: &Chat, user: &User) -> Member {
    Member {
        chat_id: chat.id,
        user_id: user.id,
        role: Role::Member,
        joined_at_ms: chat.created_at_ms,
        has_left: false,
        watermarks: Watermarks::default(),
        shows_read_receipts: user.privacy.shows_read_receipts,
    }
}

/// The event of a new one-to-one chat: both see it at its first version.
fn chat_made(chat: Chat, members: &[Member], people: Vec<User>) -> Event {
    let added = members
        .iter()
        .zip(&people)
        .map(|(member, user)| (member.clone(), user.clone(), chat.version))
        .collect();
    Event::MembersAdded {
        chat,
        added,
        members: members.to_vec(),
        users: people,
        last_message: None,
    }
}
