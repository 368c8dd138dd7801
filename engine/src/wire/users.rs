//! People.

use relaychat_protocol::{
    AttachmentId, UserId,
    rest::{users as wire, webhooks::Person},
};

use crate::{
    domain::user::{PrivacyChange, User},
    storage::UnreadTotal,
};

/// A person as others see them.
pub(crate) fn user(user: &User) -> wire::User {
    let User {
        id,
        email: _,
        external_id: _,
        name,
        is_name_chosen: _,
        avatar_id,
        avatar_url,
        status: _,
        revision,
        last_seen_at_ms: _,
        created_at_ms: _,
        privacy: _,
    } = user;
    wire::User {
        id: *id,
        name: name.clone(),
        avatar_url: avatar_id.map(avatar_address).or_else(|| avatar_url.clone()),
        revision: *revision,
    }
}

/// Where the picture of a person or a group is read.
pub(super) fn avatar_address(id: AttachmentId) -> String {
    format!("/v1/avatars/{id}")
}

/// Several people.
pub(crate) fn users(people: &[User]) -> Vec<wire::User> {
    people.iter().map(user).collect()
}

/// A person, as the host is told.
pub(crate) fn person(user: &User) -> Person {
    Person {
        id: user.id,
        external_id: user.external_id.clone(),
        name: user.name.clone(),
    }
}

/// A person of whom nothing is left but the id, as the host is told.
pub(crate) fn nobody(id: UserId) -> Person {
    Person {
        id,
        external_id: None,
        name: String::new(),
    }
}

/// A person as they see themselves.
pub(crate) fn me(person: &User) -> wire::Me {
    wire::Me {
        user: user(person),
        email: person.email.as_ref().map(|email| email.as_str().to_owned()),
        is_new: !person.is_name_chosen,
        shows_read_receipts: person.privacy.shows_read_receipts,
        shows_last_seen: person.privacy.shows_last_seen,
    }
}

/// What a change of the profile says of what others are told.
pub(crate) fn privacy_change(update: &wire::UpdateMe) -> PrivacyChange {
    let wire::UpdateMe {
        name: _,
        shows_read_receipts,
        shows_last_seen,
    } = update;
    PrivacyChange {
        shows_read_receipts: *shows_read_receipts,
        shows_last_seen: *shows_last_seen,
    }
}

/// Unread messages over all chats.
pub(crate) fn unread_total(total: UnreadTotal) -> wire::UnreadTotal {
    let UnreadTotal {
        message_count,
        chat_count,
    } = total;
    wire::UnreadTotal {
        unread_count: message_count,
        unread_chat_count: chat_count,
    }
}
