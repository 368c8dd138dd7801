//! System lines as words: who did what to the group.

use relaychat_sdk::{ChatEvent, ChatEventKind, Message};

use crate::text;

/// The words of a line; nothing for a message that somebody wrote, and for what is not known here.
pub(super) fn told(line: &Message) -> Option<String> {
    let event = line.event.as_ref()?;
    let who = match line.is_own {
        true => "You".to_owned(),
        false => text::safe_line(&line.sender.name),
    };
    let what = match event.kind {
        ChatEventKind::MembersAdded => format!("added {}", whom(event)),
        ChatEventKind::MemberJoined => "joined by a link".to_owned(),
        ChatEventKind::MemberLeft => "left".to_owned(),
        ChatEventKind::MemberRemoved => format!("removed {}", whom(event)),
        ChatEventKind::RoleChanged => {
            let role = event.role.map(|role| format!("{role:?}").to_lowercase());
            format!("made {} {}", whom(event), role.unwrap_or_default())
        }
        ChatEventKind::Renamed => {
            let name = event.name.as_deref().unwrap_or_default();
            format!("named the group {}", text::safe_line(name))
        }
        ChatEventKind::Described => "changed the description".to_owned(),
        ChatEventKind::PictureChanged => "changed the picture".to_owned(),
        ChatEventKind::Unknown => return None,
    };
    Some(format!("{who} {what}"))
}

/// The first of them, and how many more.
fn whom(event: &ChatEvent) -> String {
    let first = event.users.first();
    let first = first.map_or_else(String::new, |user| text::safe_line(&user.name));
    let all = event.member_count.max(event.users.len() as u64);
    match all.saturating_sub(1) {
        0 => first,
        1 => format!("{first} and one other"),
        more => format!("{first} and {more} others"),
    }
}
