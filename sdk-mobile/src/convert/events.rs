//! What system lines tell of.

use relaychat_sdk as sdk;

use crate::shapes::{ChatEvent, ChatEventKind};

impl From<&sdk::ChatEvent> for ChatEvent {
    fn from(event: &sdk::ChatEvent) -> Self {
        let sdk::ChatEvent {
            kind,
            users,
            member_count,
            role,
            name,
        } = event;
        Self {
            kind: match kind {
                sdk::ChatEventKind::MembersAdded => ChatEventKind::MembersAdded,
                sdk::ChatEventKind::MemberJoined => ChatEventKind::MemberJoined,
                sdk::ChatEventKind::MemberLeft => ChatEventKind::MemberLeft,
                sdk::ChatEventKind::MemberRemoved => ChatEventKind::MemberRemoved,
                sdk::ChatEventKind::RoleChanged => ChatEventKind::RoleChanged,
                sdk::ChatEventKind::Renamed => ChatEventKind::Renamed,
                sdk::ChatEventKind::Described => ChatEventKind::Described,
                sdk::ChatEventKind::PictureChanged => ChatEventKind::PictureChanged,
                sdk::ChatEventKind::Unknown => ChatEventKind::Unknown,
            },
            users: users.iter().map(|user| (&**user).into()).collect(),
            member_count: *member_count,
            role: role.map(Into::into),
            name: name.clone(),
        }
    }
}
