//! Everything of a person, for handing it out to them.
//!
//! Lines of JSON, each an object with a `kind`: `profile`, `block`, `report`, `session`, `membership`,
//! `message`, `upload`. They are read page by page while the engine runs, so what happens meanwhile may be in
//! or out; a person who is to be deleted is disabled first.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use relaychat_protocol::{AttachmentId, ChatId};
use serde_json::{Value, json};

use crate::{
    Engine, HostError,
    domain::{
        attachment::{Attachment, Usage},
        member::Member,
        report::Report,
        user::User,
    },
    services::ServiceError,
    wire,
};

/// Rows of one read.
const PAGE: u32 = 500;

/// The lines. Made by [`Users::export`](super::Users::export).
pub struct Export(BoxStream<'static, Result<String, HostError>>);

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Export(…)")
    }
}

impl Stream for Export {
    type Item = Result<String, HostError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

/// What is read next.
#[derive(Clone, Copy)]
enum Place {
    Profile,
    Memberships(Option<ChatId>),
    Messages(Option<(ChatId, u64)>),
    Uploads(Option<AttachmentId>),
    End,
}

struct Reader {
    engine: Engine,
    user: User,
    place: Place,
    lines: VecDeque<String>,
}

impl Export {
    pub(super) fn new(engine: &Engine, user: User) -> Self {
        let reader = Reader {
            engine: engine.clone(),
            user,
            place: Place::Profile,
            lines: VecDeque::new(),
        };
        Self(stream::try_unfold(reader, Reader::next).boxed())
    }
}

impl Reader {
    async fn next(mut self) -> Result<Option<(String, Self)>, HostError> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Ok(Some((line, self)));
            }
            if matches!(self.place, Place::End) {
                return Ok(None);
            }
            let (values, place) = self.read().await?;
            self.lines.extend(values.iter().map(ToString::to_string));
            self.place = place;
        }
    }

    /// One page, and where the next one is.
    async fn read(&self) -> Result<(Vec<Value>, Place), ServiceError> {
        let user_id = self.user.id;
        let services = self.engine.services();
        let mut snapshot = services.storage.snapshot().await?;
        let owned = snapshot.owned();
        Ok(match self.place {
            Place::Profile => {
                let sessions = snapshot.sessions().list(user_id, services.clock.now_ms());
                let sessions = wire::user_session_list(&sessions.await?).items;
                let blocks = snapshot.blocks().list(user_id, None, u32::MAX).await?;
                let mut values = vec![profile(&self.user)];
                values.extend(
                    blocks
                        .iter()
                        .map(|one| line("block", json!(wire::block(one)))),
                );
                let reports = snapshot.reports().list_of(user_id).await?;
                values.extend(reports.iter().map(report));
                values.extend(sessions.iter().map(|one| line("session", json!(one))));
                (values, Place::Memberships(None))
            }
            Place::Memberships(after) => {
                let members = owned.list_memberships(user_id, after, PAGE).await?;
                let next = members.last().map(|last| last.chat_id);
                let values: Vec<_> = members.iter().map(membership).collect();
                let next = next.map_or(Place::Messages(None), |at| Place::Memberships(Some(at)));
                (values, next)
            }
            Place::Messages(after) => {
                let messages = owned.list_sent(user_id, after, PAGE).await?;
                let next = messages.last().map(|last| (last.chat_id, last.seq));
                let values = messages.iter().map(wire::message);
                let values: Vec<_> = values.map(|one| line("message", json!(one))).collect();
                let next = next.map_or(Place::Uploads(None), |at| Place::Messages(Some(at)));
                (values, next)
            }
            Place::Uploads(after) => {
                let uploads = owned.list_uploads(user_id, after, PAGE).await?;
                let next = uploads.last().map(|last| last.id);
                let values: Vec<_> = uploads.iter().map(upload).collect();
                (
                    values,
                    next.map_or(Place::End, |at| Place::Uploads(Some(at))),
                )
            }
            Place::End => (Vec::new(), Place::End),
        })
    }
}

/// An object with its kind.
fn line(kind: &str, mut value: Value) -> Value {
    value["kind"] = kind.into();
    value
}

fn profile(user: &User) -> Value {
    let mut value = json!(wire::host_user(user));
    value["email"] = user.email.as_ref().map(|email| email.as_str()).into();
    value["shows_read_receipts"] = user.privacy.shows_read_receipts.into();
    value["shows_last_seen"] = user.privacy.shows_last_seen.into();
    line("profile", value)
}

/// What they reported and why: not the message, which is another's.
fn report(report: &Report) -> Value {
    let mut value = json!(wire::own_report(report));
    value["created_at_ms"] = report.created_at_ms.into();
    line("report", value)
}

fn membership(member: &Member) -> Value {
    let mut value = json!(wire::member(member));
    value["chat_id"] = json!(member.chat_id);
    value["has_left"] = member.has_left.into();
    line("membership", value)
}

fn upload(attachment: &Attachment) -> Value {
    let mut value = json!(wire::attachment(attachment));
    value["created_at_ms"] = attachment.created_at_ms.into();
    value["message_id"] = match attachment.usage {
        Usage::Message(_, message_id) => json!(message_id),
        _ => Value::Null,
    };
    line("upload", value)
}
