//! What goes with every commit: a note for other nodes, and events for the sockets.

use std::sync::Arc;

use relaychat_protocol::SessionId;

use super::{EventSink, ServiceError};
use crate::{
    domain::event::{Committed, Event},
    storage::{AfterCommit, Touched, Transaction},
};

/// Notes what `events` say, when somebody may read it. The last write of its transaction.
pub(super) async fn note(
    transaction: &mut dyn Transaction,
    sink: &dyn EventSink,
    events: &[Event],
) -> Result<(), ServiceError> {
    if let Some(touched) = to_note(sink, events) {
        transaction.changes().note(&touched).await?;
    }
    Ok(())
}

/// What is to be noted of `events`, when somebody may read it.
pub(super) fn to_note(sink: &dyn EventSink, events: &[Event]) -> Option<Vec<Touched>> {
    sink.wants_notes().then(|| touched(events))
}

/// The session that an event ends: from its commit on, no request finds it alive.
pub(super) fn ended_session(event: &Event) -> Option<SessionId> {
    match event {
        Event::SessionEnded { session_id } => Some(*session_id),
        _ => None,
    }
}

/// The closure that tells the sink about `events`. Also of a change without events: whoever counts
/// changes would miss its number. Silent when there is nothing to tell.
pub(super) fn after_commit(sink: Arc<dyn EventSink>, events: Vec<Event>) -> AfterCommit {
    Box::new(move |change| {
        if change.is_some() || !events.is_empty() {
            sink.publish(Committed {
                change: change.unwrap_or_default(),
                events,
            });
        }
    })
}

/// What the events touch, each once.
fn touched(events: &[Event]) -> Vec<Touched> {
    let mut touched = Vec::new();
    for event in events {
        match event {
            Event::MessageSent { message, .. } => touched.push(Touched::Chat(message.chat_id)),
            Event::LineWritten { line } => touched.push(Touched::Chat(line.chat_id)),
            Event::MessageUpdated { message } => touched.push(Touched::Chat(message.chat_id)),
            Event::SettingsChanged { settings } => touched.push(Touched::User(settings.user_id)),
            Event::BlockChanged {
                blocker_id,
                blocked_id,
                is_apart: _,
            } => touched.extend([*blocker_id, *blocked_id].map(Touched::User)),
            Event::PrivacyChanged { user } => touched.push(Touched::User(user.id)),
            Event::WatermarksMoved { member, .. } => touched.push(Touched::Chat(member.chat_id)),
            Event::ChatUpdated { chat } | Event::RoleChanged { chat, .. } => {
                touched.push(Touched::Chat(chat.id));
            }
            Event::MembersAdded { chat, added, .. } => {
                touched.push(Touched::Chat(chat.id));
                let joined = added.iter().map(|(member, ..)| member.user_id);
                touched.extend(joined.map(|user_id| Touched::Member(chat.id, user_id)));
            }
            Event::MemberRemoved { chat, user_id } => {
                touched.extend([Touched::Chat(chat.id), Touched::Member(chat.id, *user_id)]);
            }
            Event::UserUpdated { user, chat_ids } => {
                touched.push(Touched::User(user.id));
                touched.extend(chat_ids.iter().copied().map(Touched::Chat));
            }
            Event::SessionEnded { session_id: _ } => {}
        }
    }
    let mut seen = std::collections::HashSet::new();
    touched.retain(|entry| seen.insert(*entry));
    touched
}
