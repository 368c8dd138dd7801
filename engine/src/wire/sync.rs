//! Sync answers.

use relaychat_protocol::rest::sync as wire;

use super::{
    chats::{chat, chat_settings, receipt},
    messages::message,
    users::{me, users},
};
use crate::services::{ChatMessages, SyncAnswer, SyncKind};

/// A sync answer.
pub(crate) fn sync_answer(answer: &SyncAnswer) -> wire::SyncAnswer {
    let SyncAnswer {
        kind,
        token,
        has_more,
        me: caller,
        chats,
        messages,
        removed_chat_ids,
        receipts,
        settings,
        users: people,
        next_chats_cursor,
        chat_ids: _,
        change: _,
    } = answer;
    wire::SyncAnswer {
        kind: match kind {
            SyncKind::Snapshot => wire::SyncKind::Snapshot,
            SyncKind::Changes => wire::SyncKind::Changes,
            SyncKind::Reset => wire::SyncKind::Reset,
        },
        token: token.clone(),
        has_more: *has_more,
        me: me(caller),
        chats: chats.iter().map(chat).collect(),
        messages: messages.iter().map(chat_messages).collect(),
        removed_chat_ids: removed_chat_ids.clone(),
        receipts: receipts.iter().map(receipt).collect(),
        settings: settings.iter().map(chat_settings).collect(),
        users: users(people),
        next_chats_cursor: next_chats_cursor.clone(),
    }
}

fn chat_messages(part: &ChatMessages) -> wire::ChatMessages {
    let ChatMessages {
        chat_id,
        messages,
        changed,
        gap,
    } = part;
    wire::ChatMessages {
        chat_id: *chat_id,
        items: messages.iter().map(message).collect(),
        changed: changed.iter().map(message).collect(),
        gap: gap.map(|(first_seq, last_seq)| wire::Gap {
            first_seq,
            last_seq,
        }),
    }
}
