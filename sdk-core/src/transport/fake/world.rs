//! The simulated server's world: people, chats, messages, and a log of what changed.

use std::collections::{BTreeMap, HashMap};

use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, MessageId, UserId,
    frames::ServerFrame,
    rest::{
        attachments::Attachment,
        chat_settings::{ChatSettings, UpdateChatSettings},
        chats::{Chat, ChatInfo, ChatKind, Member, Role, Watermarks},
        messages::{Message, SendMessage},
        sync::Receipt,
        users::User,
    },
};

pub(crate) mod amend;
mod answers;
mod frames;

/// Messages a sync answer holds, small enough for tests to go beyond it.
pub(crate) const SYNC_PAGE: usize = 30;

#[derive(Clone, Debug)]
struct WorldChat {
    info: ChatInfo,
    members: Vec<Member>,
    messages: Vec<Message>,
    /// Numbers of the changes in which they were sent.
    sent: Vec<u64>,
    /// Numbers of the latest changes after that, by place.
    updated: BTreeMap<u64, u64>,
    changed: u64,
}

/// What a backup has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backup {
    chats: BTreeMap<ChatId, WorldChat>,
    sent: HashMap<MessageId, (ChatId, usize)>,
    originals: HashMap<MessageId, SendMessage>,
    uploads: HashMap<AttachmentId, Attachment>,
    change: u64,
}

/// A text with this word in it is refused, always.
pub(crate) const TOO_LARGE: &str = "too large";
/// So is a larger file.
pub(crate) const UPLOAD_BYTES: u64 = 5_000;

/// What one epoch's tokens begin at.
const EPOCH: u64 = 1_000_000_000;
/// Chats a sync answer holds.
const SYNC_CHATS: usize = 2;

/// Everything the server knows.
#[derive(Debug, Default)]
pub(crate) struct World {
    users: BTreeMap<UserId, User>,
    chats: BTreeMap<ChatId, WorldChat>,
    sent: HashMap<MessageId, (ChatId, usize)>,
    /// Messages as they were sent: what repeats are compared with.
    originals: HashMap<MessageId, SendMessage>,
    uploads: HashMap<AttachmentId, Attachment>,
    events: Vec<(UserId, ServerFrame)>,
    /// Counts changes from the beginning of the epoch.
    change: u64,
    epoch: u64,
    files: u128,
    /// What people have set for chats.
    settings: HashMap<(UserId, ChatId), ChatSettings>,
    /// Sends that are refused, by text.
    pub(crate) refused_texts: HashMap<String, ErrorCode>,
}

fn id(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

impl World {
    pub(crate) fn add_user(&mut self, number: u128, name: &str) -> UserId {
        let id = UserId(id(number));
        let name = name.to_owned();
        self.users.insert(
            id,
            User {
                id,
                name,
                avatar_url: None,
                revision: 1,
            },
        );
        id
    }

    pub(crate) fn add_chat(&mut self, number: u128, members: &[UserId]) -> ChatId {
        let chat_id = ChatId(id(number));
        let member = |user_id: &UserId| Member {
            user_id: *user_id,
            role: Role::Member,
            joined_at_ms: 0,
            watermarks: Watermarks::default(),
        };
        self.change += 1;
        let chat = WorldChat {
            info: ChatInfo {
                id: chat_id,
                kind: if members.len() == 2 {
                    ChatKind::Direct
                } else {
                    ChatKind::Group
                },
                name: None,
                description: None,
                avatar_url: None,
                host_key: None,
                send_role: Role::Member,
                add_role: Role::Admin,
                pin_role: Role::Admin,
                created_at_ms: 0,
                last_activity_at_ms: 0,
                version: 1,
                last_seq: 0,
                message_count: 0,
                member_count: members.len() as u64,
            },
            members: members.iter().map(member).collect(),
            messages: Vec::new(),
            sent: Vec::new(),
            updated: BTreeMap::new(),
            changed: self.change,
        };
        self.chats.insert(chat_id, chat);
        for user_id in members {
            let chat = Box::new(self.chat_for(*user_id, chat_id).expect("a member"));
            let users = self.users.values().cloned().collect();
            self.events
                .push((*user_id, ServerFrame::ChatAdded { chat, users }));
        }
        chat_id
    }

    pub(crate) fn rename(&mut self, user_id: UserId, name: &str) {
        let user = self.users.get_mut(&user_id).expect("a user");
        name.clone_into(&mut user.name);
        user.revision += 1;
        let user = user.clone();
        for other in self.users.keys().copied().collect::<Vec<_>>() {
            let user = user.clone();
            self.events.push((other, ServerFrame::UserUpdated { user }));
        }
    }

    /// Sends the token that covers everything up to now.
    pub(crate) fn tell_token(&mut self, user_id: UserId) {
        let token = self.token();
        self.events.push((user_id, ServerFrame::Token { token }));
    }

    pub(crate) fn token(&self) -> String {
        self.token_at(self.change)
    }

    fn token_at(&self, change: u64) -> String {
        (self.epoch * EPOCH + change).to_string()
    }

    pub(crate) fn back_up(&self) -> Backup {
        Backup {
            chats: self.chats.clone(),
            sent: self.sent.clone(),
            originals: self.originals.clone(),
            uploads: self.uploads.clone(),
            change: self.change,
        }
    }

    /// Another history begins.
    pub(crate) fn restore(&mut self, backup: Backup) {
        let Backup {
            chats,
            sent,
            originals,
            uploads,
            change,
        } = backup;
        (self.chats, self.sent, self.uploads) = (chats, sent, uploads);
        self.originals = originals;
        (self.change, self.epoch) = (change, self.epoch + 1);
        self.events.clear();
    }

    /// Whether it has this message.
    pub(crate) fn has(&self, id: MessageId) -> bool {
        self.sent.contains_key(&id)
    }

    /// The messages of a chat in their order.
    pub(crate) fn messages(&self, chat_id: ChatId) -> &[Message] {
        &self.chats[&chat_id].messages
    }

    /// A chat as one of its members is told of it.
    pub(crate) fn chat_of(&self, user_id: UserId, chat_id: ChatId) -> Option<Chat> {
        self.chat_for(user_id, chat_id)
    }

    /// The texts of a chat in their order.
    pub(crate) fn texts(&self, chat_id: ChatId) -> Vec<String> {
        let messages = self.chats[&chat_id].messages.iter();
        messages.map(|message| message.text.clone()).collect()
    }

    pub(crate) fn read_seq(&self, chat_id: ChatId, user_id: UserId) -> (u64, u64) {
        let members = self.chats[&chat_id].members.iter();
        let mut members = members.filter(|member| member.user_id == user_id);
        let marks = members.next().expect("a member").watermarks;
        (marks.delivered_seq, marks.read_seq)
    }

    pub(crate) fn take_events(&mut self) -> Vec<(UserId, ServerFrame)> {
        std::mem::take(&mut self.events)
    }

    fn chat_for(&self, user_id: UserId, chat_id: ChatId) -> Option<Chat> {
        let chat = self.chats.get(&chat_id)?;
        let (me, others): (Vec<_>, Vec<_>) = chat
            .members
            .iter()
            .cloned()
            .partition(|member| member.user_id == user_id);
        let me = me.into_iter().next()?;
        let read_seq = me.watermarks.read_seq;
        let is_deleted = |message: &Message| message.deleted_at_ms.is_some();
        let is_unread = |message: &Message| message.seq > read_seq && !is_deleted(message);
        let is_meant = |message: &Message| {
            let mentions = message.mentions.as_ref();
            mentions.is_some_and(|some| some.is_everyone || some.user_ids.contains(&user_id))
        };
        Some(Chat {
            // Counted one by one: clients only have numbers.
            unread_count: chat.messages.iter().filter(|one| is_unread(one)).count() as u64,
            deleted_unread: amend::unread(chat, read_seq, is_deleted),
            mentioned_unread: amend::unread(chat, read_seq, is_meant),
            settings: self.settings.get(&(user_id, chat_id)).cloned(),
            info: chat.info.clone(),
            me,
            last_message: chat.messages.last().cloned(),
            members: others,
        })
    }

    /// What somebody sets for a chat: their other devices are told.
    fn set(
        &mut self,
        user_id: UserId,
        chat_id: ChatId,
        change: UpdateChatSettings,
    ) -> ChatSettings {
        self.change += 1;
        let change_ms = i64::try_from(self.change).unwrap_or(0);
        if let Some(chat) = self.chats.get_mut(&chat_id) {
            chat.changed = self.change;
        }
        let settings = self
            .settings
            .entry((user_id, chat_id))
            .or_insert(ChatSettings {
                chat_id,
                revision: 0,
                pinned_at_ms: None,
                is_archived: false,
                is_marked_unread: false,
                muted_until_ms: None,
                draft: None,
            });
        settings.revision += 1;
        if let Some(is_pinned) = change.is_pinned {
            let since_ms = settings.pinned_at_ms.unwrap_or(change_ms);
            settings.pinned_at_ms = is_pinned.then_some(since_ms);
        }
        settings.is_archived = change.is_archived.unwrap_or(settings.is_archived);
        settings.is_marked_unread = change.is_marked_unread.unwrap_or(settings.is_marked_unread);
        if let Some(until_ms) = change.muted_until_ms {
            settings.muted_until_ms = (until_ms != 0).then_some(until_ms);
        }
        if let Some(draft) = change.draft {
            settings.draft = Some(draft).filter(|text| !text.trim().is_empty());
        }
        let settings = settings.clone();
        self.events
            .push((user_id, ServerFrame::ChatSettings(settings.clone())));
        settings
    }

    pub(crate) fn send(
        &mut self,
        sender_id: UserId,
        chat_id: ChatId,
        message: SendMessage,
    ) -> Result<Message, ErrorCode> {
        if message.text.contains(TOO_LARGE) {
            return Err(ErrorCode::PayloadTooLarge);
        }
        if let Some(code) = self.refused_texts.get(&message.text) {
            return Err(*code);
        }
        if let Some((chat_id, place)) = self.sent.get(&message.message_id) {
            let known = &self.chats[chat_id].messages[*place];
            return match self.originals.get(&message.message_id) == Some(&message) {
                true => Ok(known.clone()),
                false => Err(ErrorCode::MessageIdReused),
            };
        }
        if !self.is_member(chat_id, sender_id) {
            return Err(ErrorCode::NotFound);
        }
        let chat = self.chats.get_mut(&chat_id).ok_or(ErrorCode::NotFound)?;
        let seq = chat.info.last_seq + 1;
        let files = message.attachment_ids.iter();
        let files = files.map(|file| self.uploads.get(file).cloned());
        let attachments: Option<Vec<_>> = files.collect();
        let attachments = attachments.ok_or(ErrorCode::NotFound)?;
        self.change += 1;
        self.originals.insert(message.message_id, message.clone());
        let message = Message {
            id: message.message_id,
            chat_id,
            seq,
            version: chat.info.version + 1,
            count: seq,
            sender_id,
            sent_at_ms: i64::try_from(seq).expect("small"),
            text: message.text,
            attachments,
            edited_at_ms: None,
            deleted_at_ms: None,
            reply_to: None,
            reactions: Vec::new(),
            mentions: message.mentions,
            pinned_at_ms: None,
            event: None,
        };
        (chat.info.last_seq, chat.info.message_count) = (seq, seq);
        (chat.info.version, chat.changed) = (message.version, self.change);
        chat.info.last_activity_at_ms = message.sent_at_ms;
        self.sent.insert(message.id, (chat_id, chat.messages.len()));
        chat.messages.push(message.clone());
        chat.sent.push(self.change);
        let event = ServerFrame::Message {
            version: message.version,
            message: Box::new(message.clone()),
        };
        self.tell_members(chat_id, &event);
        self.raise(chat_id, sender_id, seq, seq);
        Ok(message)
    }

    fn is_member(&self, chat_id: ChatId, user_id: UserId) -> bool {
        let members = self.chats.get(&chat_id).map(|chat| &chat.members);
        let mut members = members.into_iter().flatten();
        members.any(|member| member.user_id == user_id)
    }

    fn tell_members(&mut self, chat_id: ChatId, event: &ServerFrame) {
        for member in &self.chats[&chat_id].members {
            self.events.push((member.user_id, event.clone()));
        }
    }

    fn raise(&mut self, chat_id: ChatId, user_id: UserId, delivered: u64, read: u64) -> Receipt {
        self.change += 1;
        let chat = self.chats.get_mut(&chat_id).expect("a chat");
        chat.changed = self.change;
        let last_seq = chat.info.last_seq;
        let mut members = chat.members.iter_mut();
        let member = members
            .find(|member| member.user_id == user_id)
            .expect("a member");
        let marks = &mut member.watermarks;
        marks.read_seq = marks.read_seq.max(read.min(last_seq));
        marks.delivered_seq = marks
            .delivered_seq
            .max(delivered.min(last_seq))
            .max(marks.read_seq);
        marks.read_count = marks.read_seq;
        let receipt = Receipt {
            chat_id,
            user_id,
            watermarks: *marks,
        };
        self.tell_members(chat_id, &ServerFrame::Receipt(receipt));
        receipt
    }
}
