//! For every kind of event: the event applied to what was known before equals what a fresh fetch
//! says now. This is what lets clients trust events between two syncs.

use axum::http::StatusCode;
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::{
    ChatId, UserId,
    frames::{ClientFrame, ServerFrame},
    rest::{
        chats::{Chat, ChatWithUsers, Mark, Member, Watermarks},
        messages::Message,
        users::{Me, User},
    },
};

use crate::client::{
    Client, add_members, direct_chat, get, group, post_message, remove_member, rename,
};

/// What a client knows of one chat.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    me: User,
    chat: Option<(Chat, Vec<User>)>,
}

async fn fetch(engine: &TestEngine, user: &TestUser, chat_id: ChatId) -> Known {
    let me: Me = get(engine, user, "/v1/me").await;
    let path = format!("/v1/chats/{chat_id}");
    let token = Some(user.access_token.as_str());
    let chat = engine
        .call::<ChatWithUsers>(axum::http::Method::GET, &path, token, None::<&()>)
        .await;
    let chat = match chat {
        Ok(ChatWithUsers { chat, mut users }) => {
            users.sort_by_key(|user| user.id);
            Some((chat, users))
        }
        Err((StatusCode::NOT_FOUND, _)) => None,
        Err(other) => panic!("{other:?}"),
    };
    Known { me: me.user, chat }
}

/// The rules of `realtime.md`, and nothing else. Gives the name of the kind of event.
fn apply(known: &mut Known, chat_id: ChatId, frame: ServerFrame) -> Option<&'static str> {
    match (frame, &mut known.chat) {
        (ServerFrame::ChatAdded { chat, mut users }, slot) if chat.info.id == chat_id => {
            users.sort_by_key(|user| user.id);
            *slot = Some((*chat, users));
            Some("chat_added")
        }
        (ServerFrame::ChatRemoved { chat_id: id }, slot) if id == chat_id => {
            *slot = None;
            Some("chat_removed")
        }
        (ServerFrame::UserUpdated { user }, slot) => {
            if user.id == known.me.id {
                known.me = user.clone();
            }
            let users = slot.iter_mut().flat_map(|(_, users)| users);
            for known in users.filter(|known| known.id == user.id) {
                *known = user.clone();
            }
            Some("user_updated")
        }
        (frame, Some((chat, users))) => apply_to_chat(chat, users, frame),
        _ => None,
    }
}

fn apply_to_chat(
    chat: &mut Chat,
    users: &mut Vec<User>,
    frame: ServerFrame,
) -> Option<&'static str> {
    match frame {
        ServerFrame::Message { version, message } => {
            step(chat, version);
            chat.info.last_seq = message.seq;
            chat.info.message_count = message.count;
            if message.event.is_none() {
                let active = &mut chat.info.last_activity_at_ms;
                *active = message.sent_at_ms.max(*active);
            }
            chat.last_message = Some(*message);
            count_unread(chat);
            Some("message")
        }
        ServerFrame::Receipt(receipt) => {
            let own = (receipt.user_id == chat.me.user_id).then_some(&mut chat.me);
            let members = chat.members.iter_mut().chain(own);
            for member in members.filter(|member| member.user_id == receipt.user_id) {
                raise(member, receipt.watermarks);
            }
            count_unread(chat);
            Some("receipt")
        }
        ServerFrame::MemberUpdated {
            version,
            member,
            user,
            member_count,
            ..
        } => {
            step(chat, version);
            chat.info.member_count = member_count;
            put_member(chat, member);
            users.retain(|known| known.id != user.id);
            users.push(user);
            users.sort_by_key(|user| user.id);
            Some("member_updated")
        }
        ServerFrame::MemberRemoved {
            version,
            user_id,
            member_count,
            ..
        } => {
            step(chat, version);
            chat.info.member_count = member_count;
            chat.members.retain(|member| member.user_id != user_id);
            Some("member_removed")
        }
        _ => None,
    }
}

fn step(chat: &mut Chat, version: u64) {
    assert_eq!(version, chat.info.version + 1, "versions are dense");
    chat.info.version = version;
}

fn count_unread(chat: &mut Chat) {
    chat.unread_count = chat
        .info
        .message_count
        .saturating_sub(chat.me.watermarks.read_count);
}

fn raise(member: &mut Member, marks: Watermarks) {
    let known = &mut member.watermarks;
    if marks.delivered_seq > known.delivered_seq {
        (known.delivered_seq, known.delivered_at_ms) = (marks.delivered_seq, marks.delivered_at_ms);
    }
    if marks.read_seq > known.read_seq {
        (known.read_seq, known.read_at_ms) = (marks.read_seq, marks.read_at_ms);
        known.read_count = marks.read_count;
    }
}

fn put_member(chat: &mut Chat, member: Member) {
    if member.user_id == chat.me.user_id {
        chat.me = member;
        return;
    }
    let known = chat
        .members
        .iter_mut()
        .find(|known| known.user_id == member.user_id);
    match known {
        Some(known) => *known = member,
        None => chat.members.push(member),
    }
}

/// Whether a chat comes with the name of somebody: a member, or one whom its last message names.
fn is_named(chat: &Chat, user_id: UserId) -> bool {
    let mut members = chat.members.iter().chain([&chat.me]);
    let told = |message: &Message| {
        let event = message.event.as_deref();
        message.sender_id == user_id || event.is_some_and(|event| event.user_ids.contains(&user_id))
    };
    members.any(|member| member.user_id == user_id) || chat.last_message.as_ref().is_some_and(told)
}

/// Somebody with a socket and what they know of one chat.
struct Watcher {
    user: TestUser,
    socket: Client,
    known: Known,
    seen: Vec<&'static str>,
}

impl Watcher {
    async fn new(engine: &TestEngine, user: &TestUser, chat_id: ChatId) -> Self {
        let (socket, _) = Client::open(engine, user).await;
        Self {
            user: user.clone(),
            socket,
            known: fetch(engine, user, chat_id).await,
            seen: Vec::new(),
        }
    }

    /// Applies what came, then compares.
    async fn check(&mut self, engine: &TestEngine, chat_id: ChatId, what: &str) {
        for frame in self.socket.drain().await {
            self.seen.extend(apply(&mut self.known, chat_id, frame));
        }
        if let Some((chat, users)) = &mut self.known.chat {
            users.retain(|user| is_named(chat, user.id));
        }
        let fresh = fetch(engine, &self.user, chat_id).await;
        assert_eq!(self.known, fresh, "{} after {what}", self.user.email);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_event_leads_to_what_a_fresh_fetch_says() {
    let engine = TestEngine::builder()
        // Steps are counted one by one here. Another node may repeat what a fetch has shown.
        .alone()
        .start()
        .await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let cem = engine.log_in("cem@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    let mut watchers = Vec::new();
    for user in [&ann, &bob, &cem] {
        watchers.push(Watcher::new(&engine, user, chat_id).await);
    }
    let mark = ClientFrame::Mark {
        id: "m".to_owned(),
        chat_id,
        mark: Mark {
            delivered_seq: Some(2),
            read_seq: Some(1),
        },
    };
    for what in [
        "message",
        "message again",
        "mark",
        "add",
        "rename",
        "reply",
        "remove",
        "leave",
    ] {
        engine.clock().advance_ms(1_000);
        match what {
            "mark" => watchers[1].socket.send(&mark).await,
            "add" => add_members(&engine, &ann, chat_id, &[cem.id]).await,
            "rename" => drop(rename(&engine, &bob, "Robert").await),
            "reply" => drop(post_message(&engine, &cem, chat_id, "reply").await),
            "remove" => remove_member(&engine, &ann, chat_id, bob.id).await,
            "leave" => remove_member(&engine, &ann, chat_id, ann.id).await,
            text => drop(post_message(&engine, &ann, chat_id, text).await),
        }
        for watcher in &mut watchers {
            watcher.check(&engine, chat_id, what).await;
        }
    }
    let mut seen: Vec<_> = watchers
        .iter()
        .flat_map(|watcher| watcher.seen.clone())
        .collect();
    seen.sort_unstable();
    seen.dedup();
    let expected = [
        "chat_added",
        "chat_removed",
        "member_removed",
        "member_updated",
        "message",
        "receipt",
        "user_updated",
    ];
    assert_eq!(seen, expected, "each kind was met");
    engine.stop().await;
}

#[tokio::test]
async fn a_new_chat_arrives_as_a_fresh_fetch_shows_it() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let (mut socket, _) = Client::open(&engine, &bob).await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let fresh = fetch(&engine, &bob, chat_id).await;
    let mut known = Known {
        me: fresh.me.clone(),
        chat: None,
    };
    for frame in socket.drain().await {
        apply(&mut known, chat_id, frame);
    }
    assert_eq!(known, fresh);
    engine.stop().await;
}
