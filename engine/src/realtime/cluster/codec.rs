//! Messages between nodes, as bytes.
//!
//! A version, the node that speaks, what kind of message it is, and its fields: ids as 16 bytes,
//! numbers big-endian, lists and texts with their length before them. Frames are cut out of the
//! message as it came, without a copy. What a node cannot read (an older one, a newer one) it
//! ignores: whatever matters is in storage.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use relaychat_protocol::{ChatId, SessionId, UserId};
use uuid::Uuid;

use crate::{
    domain::user::Privacy,
    realtime::{
        delivery::{Delivery, Step},
        socket::Frame,
    },
};

/// Longest message: what is longer is better read from storage by those who want it.
pub(super) const MESSAGE_BYTES_MAX: usize = 512 * 1024;
/// The version of this form. A node ignores messages of another one.
const VERSION: u8 = 4;

/// What nodes say to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// A commit.
    Delivery(Delivery),
    /// There is a commit that is too long to send.
    Look,
    /// Somebody types in a chat, for so long.
    Typing {
        chat_id: ChatId,
        user_id: UserId,
        expires_in_ms: u64,
    },
    /// The speaker is there, with so many people, whose ids add up to this.
    Heartbeat { count: u64, digest: u64 },
    /// These have come to the speaker.
    Online(Vec<UserId>),
    /// These have left the speaker.
    Offline(Vec<UserId>),
    /// These and no others are with the speaker.
    Roster(Vec<UserId>),
    /// This node should say who is with it; all, when it is nil.
    Ask(Uuid),
    /// The speaker ends.
    Bye,
    /// There is work for whoever does the jobs.
    Jobs,
}

/// Writes a message of a node.
pub(super) fn encode(node_id: Uuid, message: &Message) -> Bytes {
    let mut out = BytesMut::with_capacity(256);
    out.put_u8(VERSION);
    out.put_slice(node_id.as_bytes());
    match message {
        Message::Delivery(delivery) => {
            out.put_u8(0);
            put_delivery(&mut out, delivery);
        }
        Message::Look => out.put_u8(1),
        Message::Typing {
            chat_id,
            user_id,
            expires_in_ms,
        } => {
            out.put_u8(2);
            out.put_slice(chat_id.0.as_bytes());
            out.put_slice(user_id.0.as_bytes());
            out.put_u64(*expires_in_ms);
        }
        Message::Heartbeat { count, digest } => {
            out.put_u8(3);
            out.put_u64(*count);
            out.put_u64(*digest);
        }
        Message::Online(users) => put_people(&mut out, 4, users),
        Message::Offline(users) => put_people(&mut out, 5, users),
        Message::Roster(users) => put_people(&mut out, 6, users),
        Message::Ask(asked) => {
            out.put_u8(7);
            out.put_slice(asked.as_bytes());
        }
        Message::Bye => out.put_u8(8),
        Message::Jobs => out.put_u8(9),
    }
    out.freeze()
}

/// Reads a message and who speaks. `None`: it is of another version, or damaged.
pub(super) fn decode(mut bytes: Bytes) -> Option<(Uuid, Message)> {
    let input = &mut bytes;
    if input.try_get_u8().ok()? != VERSION {
        return None;
    }
    let node_id = id(input)?;
    let message = match input.try_get_u8().ok()? {
        0 => Message::Delivery(delivery(input)?),
        1 => Message::Look,
        2 => Message::Typing {
            chat_id: ChatId(id(input)?),
            user_id: UserId(id(input)?),
            expires_in_ms: input.try_get_u64().ok()?,
        },
        3 => Message::Heartbeat {
            count: input.try_get_u64().ok()?,
            digest: input.try_get_u64().ok()?,
        },
        4 => Message::Online(people(input)?),
        5 => Message::Offline(people(input)?),
        6 => Message::Roster(people(input)?),
        7 => Message::Ask(id(input)?),
        8 => Message::Bye,
        9 => Message::Jobs,
        _ => return None,
    };
    input.is_empty().then_some((node_id, message))
}

fn put_delivery(out: &mut BytesMut, delivery: &Delivery) {
    out.put_u64(delivery.change);
    put_count(out, delivery.steps.len());
    for step in &delivery.steps {
        match step {
            Step::Chat { chat_id, frames } => {
                out.put_u8(0);
                out.put_slice(chat_id.0.as_bytes());
                put_frames(out, frames);
            }
            Step::Joined {
                chat_id,
                user_id,
                frames,
            } => {
                out.put_u8(1);
                put_ids(out, [chat_id.0, user_id.0]);
                put_frames(out, frames);
            }
            Step::Left { chat_id, user_id } => {
                out.put_u8(2);
                put_ids(out, [chat_id.0, user_id.0]);
            }
            Step::User {
                user_id,
                chat_ids,
                frames,
            } => {
                out.put_u8(3);
                out.put_slice(user_id.0.as_bytes());
                put_count(out, chat_ids.len());
                put_ids(out, chat_ids.iter().map(|id| id.0));
                put_frames(out, frames);
            }
            Step::Apart {
                blocker_id,
                blocked_id,
                is_apart,
                frames,
            } => {
                out.put_u8(5);
                put_ids(out, [blocker_id.0, blocked_id.0]);
                out.put_u8(u8::from(*is_apart));
                put_frames(out, frames);
            }
            Step::Marks {
                chat_id,
                user_id,
                own,
                told,
                delivered,
                is_open,
            } => {
                out.put_u8(6);
                put_ids(out, [chat_id.0, user_id.0]);
                out.put_u8(u8::from(*is_open));
                let lists = [own, told, delivered].into_iter();
                lists.for_each(|frames| put_frames(out, frames));
            }
            Step::Privacy { user_id, privacy } => {
                out.put_u8(7);
                out.put_slice(user_id.0.as_bytes());
                let shown = [privacy.shows_read_receipts, privacy.shows_last_seen];
                out.put_slice(&shown.map(u8::from));
            }
            Step::SessionEnded(session_id) => {
                out.put_u8(4);
                out.put_slice(session_id.0.as_bytes());
            }
        }
    }
}

fn put_ids(out: &mut BytesMut, ids: impl IntoIterator<Item = Uuid>) {
    for id in ids {
        out.put_slice(id.as_bytes());
    }
}

fn delivery(input: &mut Bytes) -> Option<Delivery> {
    let change = input.try_get_u64().ok()?;
    let steps = list(input, |input| {
        Some(match input.try_get_u8().ok()? {
            0 => Step::Chat {
                chat_id: ChatId(id(input)?),
                frames: list(input, frame)?,
            },
            1 => Step::Joined {
                chat_id: ChatId(id(input)?),
                user_id: UserId(id(input)?),
                frames: list(input, frame)?,
            },
            2 => Step::Left {
                chat_id: ChatId(id(input)?),
                user_id: UserId(id(input)?),
            },
            3 => Step::User {
                user_id: UserId(id(input)?),
                chat_ids: list(input, |input| id(input).map(ChatId))?,
                frames: list(input, frame)?,
            },
            4 => Step::SessionEnded(SessionId(id(input)?)),
            5 => Step::Apart {
                blocker_id: UserId(id(input)?),
                blocked_id: UserId(id(input)?),
                is_apart: input.try_get_u8().ok()? != 0,
                frames: list(input, frame)?,
            },
            6 => Step::Marks {
                chat_id: ChatId(id(input)?),
                user_id: UserId(id(input)?),
                is_open: input.try_get_u8().ok()? != 0,
                own: list(input, frame)?,
                told: list(input, frame)?,
                delivered: list(input, frame)?,
            },
            7 => Step::Privacy {
                user_id: UserId(id(input)?),
                privacy: Privacy {
                    shows_read_receipts: input.try_get_u8().ok()? != 0,
                    shows_last_seen: input.try_get_u8().ok()? != 0,
                },
            },
            _ => return None,
        })
    })?;
    Some(Delivery { change, steps })
}

fn put_count(out: &mut BytesMut, count: usize) {
    out.put_u32(u32::try_from(count).expect("a message holds less than 2^32 of anything"));
}

fn put_frames(out: &mut BytesMut, frames: &[Frame]) {
    put_count(out, frames.len());
    for frame in frames {
        put_count(out, frame.len());
        out.put_slice(frame.wire());
    }
}

fn put_people(out: &mut BytesMut, kind: u8, users: &[UserId]) {
    out.put_u8(kind);
    put_count(out, users.len());
    for user_id in users {
        out.put_slice(user_id.0.as_bytes());
    }
}

fn people(input: &mut Bytes) -> Option<Vec<UserId>> {
    list(input, |input| id(input).map(UserId))
}

fn frame(input: &mut Bytes) -> Option<Frame> {
    let length = input.try_get_u32().ok()? as usize;
    let bytes = (length <= input.len()).then(|| input.split_to(length))?;
    Frame::from_wire(bytes)
}

fn id(input: &mut Bytes) -> Option<Uuid> {
    input.try_get_u128().ok().map(Uuid::from_u128)
}

/// A list. Its length is not believed before its entries are there.
fn list<T>(input: &mut Bytes, mut entry: impl FnMut(&mut Bytes) -> Option<T>) -> Option<Vec<T>> {
    let count = input.try_get_u32().ok()?;
    let mut entries = Vec::new();
    for _ in 0..count {
        entries.push(entry(input)?);
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> Vec<Message> {
        let (chat_id, user_id) = (ChatId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let frames = vec![Frame::from("{\"type\":\"ü\"}"), Frame::from("{}")];
        let steps = vec![
            Step::Chat {
                chat_id,
                frames: frames.clone(),
            },
            Step::Joined {
                chat_id,
                user_id,
                frames: frames.clone(),
            },
            Step::Left { chat_id, user_id },
            Step::User {
                user_id,
                chat_ids: vec![chat_id],
                frames: frames.clone(),
            },
            Step::Apart {
                blocker_id: user_id,
                blocked_id: UserId(Uuid::from_u128(4)),
                is_apart: true,
                frames: frames.clone(),
            },
            Step::Marks {
                chat_id,
                user_id,
                own: frames.clone(),
                told: Vec::new(),
                delivered: frames,
                is_open: true,
            },
            Step::Privacy {
                user_id,
                privacy: Privacy {
                    shows_read_receipts: false,
                    shows_last_seen: true,
                },
            },
            Step::SessionEnded(SessionId(Uuid::from_u128(3))),
        ];
        vec![
            Message::Delivery(Delivery { change: 7, steps }),
            Message::Look,
            Message::Typing {
                chat_id,
                user_id,
                expires_in_ms: 6_000,
            },
            Message::Heartbeat {
                count: 1,
                digest: u64::MAX,
            },
            Message::Online(vec![user_id]),
            Message::Offline(vec![]),
            Message::Roster(vec![user_id, user_id]),
            Message::Ask(Uuid::nil()),
            Message::Bye,
            Message::Jobs,
        ]
    }

    #[test]
    fn every_message_comes_back_as_it_was() {
        let node_id = Uuid::from_u128(9);
        for message in messages() {
            let bytes = encode(node_id, &message);
            assert_eq!(decode(bytes), Some((node_id, message)));
        }
    }

    #[test]
    fn what_is_cut_off_or_goes_on_is_no_message() {
        for message in messages() {
            let bytes = encode(Uuid::from_u128(9), &message);
            for length in 0..bytes.len() {
                assert_eq!(
                    decode(bytes.slice(..length)),
                    None,
                    "{message:?} to {length}"
                );
            }
            let longer = Bytes::from([&bytes[..], &[0]].concat());
            assert_eq!(decode(longer), None, "{message:?} and more");
        }
    }

    #[test]
    fn no_bytes_panic() {
        let mut bytes = encode(Uuid::from_u128(9), &messages()[0]).to_vec();
        for place in 0..bytes.len() {
            let before = bytes[place];
            for value in [0, 1, 127, 255] {
                bytes[place] = value;
                let _ = decode(Bytes::copy_from_slice(&bytes));
            }
            bytes[place] = before;
        }
    }
}
