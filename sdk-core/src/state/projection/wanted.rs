//! A message with what is wanted of it: how it will be once the server has done so.

use std::sync::Arc;

use super::super::{
    State,
    changes::{MessageChange, Wishes},
};
use crate::{ChangeKind, Message, PendingChange, Quote, Reaction, User};

/// People whom a reaction names: as many as the server does.
const USERS_PER_REACTION: usize = 50;

impl State {
    /// Lays what is wanted over a message as the server has it.
    pub(super) fn with_wishes(&self, mut message: Message) -> Message {
        let Some(change) = self.changes.get(message.id) else {
            return message;
        };
        let me = self.me.as_ref().map(|me| &me.user);
        if !message.is_deleted {
            lay(change.wanted(), me, &mut message);
        }
        message.pending = pending(change);
        message
    }

    /// The same for a message that is quoted.
    pub(super) fn quoted_with_wishes(&self, mut quote: Quote) -> Quote {
        let change = self.changes.get(quote.message_id);
        let Some(wanted) = change.map(MessageChange::wanted) else {
            return quote;
        };
        if wanted.is_deleted {
            (quote.text, quote.attachment_count) = (String::new(), 0);
            quote.is_deleted = true;
        } else if let Some((text, _)) = wanted.edit.as_ref().filter(|_| !quote.is_deleted) {
            quote.text.clone_from(text);
        }
        quote
    }
}

fn lay(wanted: &Wishes, me: Option<&Arc<User>>, message: &mut Message) {
    if wanted.is_deleted {
        message.text.clear();
        message.attachments.clear();
        message.reactions.clear();
        (message.edited_at_ms, message.reply_to, message.mentions) = (None, None, None);
        (message.is_deleted, message.pinned_at_ms) = (true, None);
    }
    if let Some((text, wished_at_ms)) = &wanted.edit {
        message.text.clone_from(text);
        message.edited_at_ms = Some(*wished_at_ms);
        message.mentions.clone_from(&wanted.mentions);
    }
    if let Some(wished_at_ms) = wanted.pin {
        let since_ms = message.pinned_at_ms.unwrap_or(wished_at_ms);
        message.pinned_at_ms = (wished_at_ms > 0).then_some(since_ms);
    }
    for (emoji, is_set) in &wanted.reactions {
        if *is_set {
            add(&mut message.reactions, emoji, me);
        } else {
            remove(&mut message.reactions, emoji, me);
        }
    }
}

fn add(reactions: &mut Vec<Reaction>, emoji: &str, me: Option<&Arc<User>>) {
    match reactions.iter_mut().find(|one| one.emoji == emoji) {
        Some(one) if one.is_own => {}
        Some(one) => {
            (one.count, one.is_own) = (one.count + 1, true);
            let is_room = one.users.len() < USERS_PER_REACTION;
            one.users.extend(me.filter(|_| is_room).cloned());
        }
        None => reactions.push(Reaction {
            emoji: emoji.to_owned(),
            count: 1,
            is_own: true,
            users: me.cloned().into_iter().collect(),
        }),
    }
}

fn remove(reactions: &mut Vec<Reaction>, emoji: &str, me: Option<&Arc<User>>) {
    let own = reactions
        .iter_mut()
        .find(|one| one.emoji == emoji && one.is_own);
    let Some(one) = own else {
        return;
    };
    (one.count, one.is_own) = (one.count.saturating_sub(1), false);
    one.users
        .retain(|user| me.is_none_or(|me| user.id != me.id));
    reactions.retain(|one| one.count > 0);
}

/// What is to be told of it: a refusal first, it is what the person should see.
fn pending(change: &MessageChange) -> Option<PendingChange> {
    if let Some((wishes, error)) = change.refused() {
        return Some(PendingChange {
            kind: kind(wishes)?,
            error: Some(error.clone()),
        });
    }
    let kind = kind(change.wanted())?;
    Some(PendingChange { kind, error: None })
}

/// The weightiest of several.
fn kind(wishes: &Wishes) -> Option<ChangeKind> {
    if wishes.is_deleted {
        Some(ChangeKind::Delete)
    } else if wishes.edit.is_some() {
        Some(ChangeKind::Edit)
    } else if wishes.pin.is_some() {
        Some(ChangeKind::Pin)
    } else {
        (!wishes.reactions.is_empty()).then_some(ChangeKind::Reaction)
    }
}
