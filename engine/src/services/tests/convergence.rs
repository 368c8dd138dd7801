//! Events: whoever applies them to what they had holds what a fresh fetch gives.

use std::collections::{BTreeMap, BTreeSet};

use relaychat_protocol::{
    frames::ServerFrame,
    rest::{
        chat_settings::ChatSettings,
        chats::{Chat, Role, SeqRange},
        messages as wire_messages,
        sync::Receipt,
        users::User,
    },
};

use super::*;
use crate::{domain::chat::GroupChange, wire};

/// What one person's client holds, kept up to date by frames alone.
pub(super) struct Screen {
    viewer: UserId,
    pub(super) chats: BTreeMap<ChatId, Chat>,
    users: BTreeMap<UserId, User>,
}

impl Screen {
    pub(super) fn new(caller: Caller) -> Self {
        Self {
            viewer: caller.user_id,
            chats: BTreeMap::new(),
            users: BTreeMap::new(),
        }
    }

    /// What the hub would deliver to this person, and what a client does with it.
    fn see(&mut self, event: &Event) {
        if let Some(frame) = wire::chat_added(event, self.viewer) {
            return self.apply(frame);
        }
        let chat_id = match event {
            Event::MessageSent { message, .. } => Some(message.chat_id),
            Event::LineWritten { line } => Some(line.chat_id),
            Event::MessageUpdated { message } => Some(message.chat_id),
            Event::WatermarksMoved { member, .. } => Some(member.chat_id),
            Event::MembersAdded { chat, .. }
            | Event::RoleChanged { chat, .. }
            | Event::ChatUpdated { chat } => Some(chat.id),
            Event::MemberRemoved { chat, user_id } if *user_id == self.viewer => {
                return self.apply(ServerFrame::ChatRemoved { chat_id: chat.id });
            }
            Event::MemberRemoved { chat, .. } => Some(chat.id),
            Event::SettingsChanged { settings } if settings.user_id != self.viewer => return,
            Event::SettingsChanged { settings } => Some(settings.chat_id),
            Event::BlockChanged { .. } | Event::PrivacyChanged { .. } => return,
            Event::UserUpdated { .. } => None,
            Event::SessionEnded { .. } => return,
        };
        if chat_id.is_none_or(|id| self.chats.contains_key(&id)) {
            let marks = concerned(event).into_iter().flat_map(|user_id| {
                let sight = match user_id == self.viewer {
                    true => wire::Sight::Own,
                    false => wire::Sight::Told,
                };
                wire::marks_frames(event, user_id, sight)
            });
            let frames: Vec<_> = wire::shared_frames(event)
                .into_iter()
                .chain(marks)
                .collect();
            frames.into_iter().for_each(|frame| self.apply(frame));
        }
    }

    fn apply(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::ChatAdded { chat, users } => {
                self.users
                    .extend(users.into_iter().map(|user| (user.id, user)));
                self.chats.insert(chat.info.id, *chat);
            }
            ServerFrame::ChatRemoved { chat_id } => {
                self.chats.remove(&chat_id);
            }
            ServerFrame::Message { version, message } => {
                let chat = self.step(message.chat_id, version);
                chat.info.last_seq = message.seq;
                chat.info.message_count = message.count;
                if message.event.is_none() {
                    chat.info.last_activity_at_ms = message.sent_at_ms;
                }
                note_mention(chat, &message);
                chat.last_message = Some(*message);
                recount(chat);
            }
            ServerFrame::MessageUpdated { version, message } => {
                let chat = self.step(message.chat_id, version);
                note_mention(chat, &message);
                update(chat, *message);
                recount(chat);
            }
            ServerFrame::Receipt(receipt) => self.mark(&receipt),
            ServerFrame::ChatSettings(settings) => self.set(settings),
            ServerFrame::MemberUpdated {
                version,
                chat_id,
                member,
                user,
                member_count,
            } => {
                self.users.insert(user.id, user);
                let viewer = self.viewer;
                let chat = self.step(chat_id, version);
                chat.info.member_count = member_count;
                if member.user_id == viewer {
                    chat.me = member;
                } else {
                    chat.members.retain(|known| known.user_id != member.user_id);
                    chat.members.push(member);
                    chat.members
                        .sort_by_key(|known| (known.joined_at_ms, known.user_id));
                }
            }
            ServerFrame::MemberRemoved {
                version,
                chat_id,
                user_id,
                member_count,
            } => {
                let chat = self.step(chat_id, version);
                chat.info.member_count = member_count;
                chat.members.retain(|known| known.user_id != user_id);
            }
            ServerFrame::ChatUpdated { version, chat } => {
                let known = self.step(chat.id, version);
                known.info = *chat;
            }
            ServerFrame::UserUpdated { user } => {
                self.users.insert(user.id, user);
            }
            other => panic!("not an event of services: {other:?}"),
        }
    }

    fn set(&mut self, settings: ChatSettings) {
        let chat = self.chats.get_mut(&settings.chat_id);
        let chat = chat.expect("a chat of the viewer");
        let known = chat.settings.as_ref().map_or(0, |known| known.revision);
        assert_eq!(settings.revision, known + 1, "revisions are dense");
        chat.settings = Some(settings);
    }

    /// The chat of a durable change, which must be the next one.
    fn step(&mut self, chat_id: ChatId, version: u64) -> &mut Chat {
        let chat = self.chats.get_mut(&chat_id).expect("a chat of the viewer");
        assert_eq!(version, chat.info.version + 1, "versions are dense");
        chat.info.version = version;
        chat
    }

    fn mark(&mut self, receipt: &Receipt) {
        let chat = self
            .chats
            .get_mut(&receipt.chat_id)
            .expect("a chat of the viewer");
        for member in chat.members.iter_mut().chain([&mut chat.me]) {
            if member.user_id == receipt.user_id {
                member.watermarks = receipt.watermarks;
            }
        }
        recount(chat);
    }
}

/// Of whose marks an event tells.
fn concerned(event: &Event) -> Vec<UserId> {
    match event {
        Event::MessageSent { sender, .. } => vec![sender.user_id],
        Event::WatermarksMoved { member, .. } | Event::RoleChanged { member, .. } => {
            vec![member.user_id]
        }
        Event::MembersAdded { added, .. } => added.iter().map(|(new, ..)| new.user_id).collect(),
        _ => Vec::new(),
    }
}

/// Replaces what is held of a message, and notes a deletion that is not read.
fn update(chat: &mut Chat, message: wire_messages::Message) {
    if message.deleted_at_ms.is_some() {
        let one = SeqRange {
            first_seq: message.seq,
            last_seq: message.seq,
        };
        chat.deleted_unread.push(one);
    }
    if let Some(last) = &mut chat.last_message
        && last.id == message.id
    {
        *last = message;
    }
}

/// Notes whether a message is meant for the viewer, as it is now.
fn note_mention(chat: &mut Chat, message: &wire_messages::Message) {
    let me = chat.me.user_id;
    let is_meant = |some: &wire_messages::Mentions| some.is_everyone || some.user_ids.contains(&me);
    let mut seqs = seqs_in(&chat.mentioned_unread);
    seqs.remove(&message.seq);
    if message.mentions.as_ref().is_some_and(is_meant) {
        seqs.insert(message.seq);
    }
    chat.mentioned_unread = ranges_of(&seqs);
}

/// Leaves only what is above the read mark, as ranges without neighbours.
fn recount(chat: &mut Chat) {
    let read_seq = chat.me.watermarks.read_seq;
    let unread = |ranges: &[SeqRange]| seqs_in(ranges).split_off(&(read_seq + 1));
    let (deleted, mentioned) = (unread(&chat.deleted_unread), unread(&chat.mentioned_unread));
    chat.deleted_unread = ranges_of(&deleted);
    chat.mentioned_unread = ranges_of(&mentioned);
    let unread = chat.info.message_count - chat.me.watermarks.read_count;
    chat.unread_count = unread - deleted.len() as u64;
}

pub(super) fn seqs_in(ranges: &[SeqRange]) -> BTreeSet<u64> {
    let seqs = |range: &SeqRange| range.first_seq..=range.last_seq;
    ranges.iter().flat_map(seqs).collect()
}

fn ranges_of(seqs: &BTreeSet<u64>) -> Vec<SeqRange> {
    let mut ranges: Vec<SeqRange> = Vec::new();
    for seq in seqs {
        match ranges.last_mut() {
            Some(last) if last.last_seq + 1 == *seq => last.last_seq = *seq,
            _ => ranges.push(SeqRange {
                first_seq: *seq,
                last_seq: *seq,
            }),
        }
    }
    ranges
}

/// Tells all screens what happened, and compares each with a fresh fetch.
pub(super) async fn check(harness: &Harness, people: &[Caller], screens: &mut [Screen]) {
    for event in harness.events.take() {
        screens.iter_mut().for_each(|screen| screen.see(&event));
    }
    for (caller, screen) in people.iter().zip(screens) {
        let listed = harness.services.list_chats(*caller, None, None).await;
        let (views, users, _) = listed.expect("lists");
        let fresh: BTreeMap<ChatId, Chat> = views
            .iter()
            .map(|view| (view.chat.id, wire::chat_with_users(view, &users).chat))
            .collect();
        assert_eq!(screen.chats, fresh);
        for user in users {
            assert_eq!(screen.users.get(&user.id), Some(&wire::user(&user)));
        }
    }
}

/// Another name, description and rules.
fn sailors() -> GroupChange {
    GroupChange {
        name: Some("Sailors".to_owned()),
        description: Some("On Sunday".to_owned()),
        send_role: Some(Role::Admin),
        add_role: Some(Role::Owner),
        pin_role: Some(Role::Member),
    }
}

#[tokio::test]
async fn applying_each_kind_of_event_equals_a_fresh_fetch() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let people = [a, b, c];
    let services = &harness.services;
    let mut screens: Vec<Screen> = people.iter().map(|caller| Screen::new(*caller)).collect();

    let direct = harness.direct_chat(a, b).await;
    check(&harness, &people, &mut screens).await;
    harness.clock.advance_ms(SECOND_MS);
    let group = harness.group(a, &[b]).await;
    check(&harness, &people, &mut screens).await;
    for (caller, chat) in [(a, direct), (b, direct), (a, group), (a, direct)] {
        harness.clock.advance_ms(SECOND_MS);
        harness.say(caller, chat, "hi").await;
        check(&harness, &people, &mut screens).await;
    }
    harness.clock.advance_ms(SECOND_MS);
    services
        .mark(b, direct, Some(3), Some(2))
        .await
        .expect("marked");
    check(&harness, &people, &mut screens).await;
    harness.clock.advance_ms(SECOND_MS);
    services
        .add_members(a, group, &[c.user_id])
        .await
        .expect("added");
    check(&harness, &people, &mut screens).await;
    services
        .update_me(c, Some("Carla".to_owned()))
        .await
        .expect("renamed");
    check(&harness, &people, &mut screens).await;
    services
        .update_chat(a, group, sailors())
        .await
        .expect("described");
    check(&harness, &people, &mut screens).await;
    services
        .set_role(a, group, b.user_id, Role::Owner)
        .await
        .expect("handed over");
    check(&harness, &people, &mut screens).await;
    services
        .set_role(b, group, a.user_id, Role::Owner)
        .await
        .expect("handed back");
    check(&harness, &people, &mut screens).await;
    services
        .remove_member(a, group, b.user_id)
        .await
        .expect("removed");
    check(&harness, &people, &mut screens).await;
    services
        .remove_member(a, group, a.user_id)
        .await
        .expect("left");
    check(&harness, &people, &mut screens).await;
    harness.say(c, group, "alone").await;
    check(&harness, &people, &mut screens).await;
    assert_eq!(screens[2].chats[&group].info.version, 20);
}

#[tokio::test]
async fn applying_each_change_of_a_message_equals_a_fresh_fetch() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let people = [a, b];
    let services = &harness.services;
    let mut screens: Vec<Screen> = people.iter().map(|caller| Screen::new(*caller)).collect();
    let chat = harness.direct_chat(a, b).await;
    let mut sent = Vec::new();
    for text in ["1", "2", "3", "4"] {
        sent.push((chat, harness.say(a, chat, text).await.id));
    }
    check(&harness, &people, &mut screens).await;
    for (is_set, who) in [(true, a), (true, b), (true, b), (false, a)] {
        let reacted = services.react(who, sent[3], "👍".to_owned(), is_set).await;
        reacted.expect("reacts");
        check(&harness, &people, &mut screens).await;
    }
    for (is_pinned, place) in [(true, 3), (true, 3), (true, 1), (false, 3)] {
        let pinned = services.pin_message(b, sent[place], is_pinned).await;
        pinned.expect("pins");
        check(&harness, &people, &mut screens).await;
    }
    let other = Edit {
        text: "other".to_owned(),
        mentions: Mentions {
            user_ids: vec![b.user_id],
            is_everyone: false,
        },
    };
    for place in [3, 0] {
        let edited = services.edit_message(a, sent[place], other.clone());
        edited.await.expect("edits");
        check(&harness, &people, &mut screens).await;
    }
    for place in [1, 2, 2, 3] {
        services
            .delete_message(a, sent[place])
            .await
            .expect("deletes");
        check(&harness, &people, &mut screens).await;
    }
    assert_eq!(screens[1].chats[&chat].unread_count, 1);
    for read_seq in [2, 4] {
        services
            .mark(b, chat, None, Some(read_seq))
            .await
            .expect("marks");
        check(&harness, &people, &mut screens).await;
    }
    // Made: 1, sent: 4, reactions that were new: 3, pins: 3, edits: 2, deletions: 3.
    assert_eq!(screens[0].chats[&chat].info.version, 16);
}
