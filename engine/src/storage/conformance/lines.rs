//! Checks of lines that tell of a change.

use std::sync::Arc;

use relaychat_protocol::rest::{
    chats::Role,
    messages::{ChatEvent, ChatEventKind},
};

use super::{
    begin, commit_change, ok,
    samples::{chat, id, message, populate},
    snapshot,
};
use crate::{
    domain::{chat::Chat, message::Message},
    storage::{MessageWindow, Storage},
};

/// A line in the first chat after so many messages.
fn line(seq: u32, count: u64, event: ChatEvent) -> Message {
    Message {
        text: String::new(),
        count,
        event: Some(Box::new(event)),
        ..message(1, seq)
    }
}

fn role_changed() -> ChatEvent {
    ChatEvent {
        user_ids: vec![id(2), id(1)],
        member_count: Some(60),
        role: Some(Role::Owner),
        name: Some("a 'name' \"\u{1F600}\" \\".to_owned()),
        ..ChatEvent::new(ChatEventKind::RoleChanged)
    }
}

pub(super) async fn a_line_is_read_back_whole(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    let left = ChatEvent::new(ChatEventKind::MemberLeft);
    let written = vec![message(1, 1), line(2, 1, role_changed()), line(3, 1, left)];
    let mut transaction = begin(&storage).await;
    ok(transaction.messages().insert_many(&written).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let window = MessageWindow::Newest;
    let listed = ok(reading.messages().list(id(1), window, 9).await);
    assert_eq!(listed, written);
    let found = ok(reading.messages().find_many(&[written[1].id]).await);
    let begun = ok(storage.begin_batch(&[written[1].id]).await);
    assert_eq!(found, written[1..2]);
    assert_eq!(begun.messages, found);
}

pub(super) async fn a_line_is_not_counted(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    let written = [message(1, 1), line(2, 1, role_changed())];
    let head = Chat {
        last_seq: 2,
        message_count: 1,
        ..chat(1)
    };
    let mut transaction = begin(&storage).await;
    ok(transaction.messages().insert_many(&written).await);
    ok(transaction.chats().update_many(&[head]).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let unread = ok(reading.members().unread_total(id(2), 0).await);
    assert_eq!((unread.message_count, unread.chat_count), (1, 1));
}
