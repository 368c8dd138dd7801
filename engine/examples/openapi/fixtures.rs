//! One golden example for each body and each frame. Tests of every client language read them.

use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, LoginRequestId, MessageId, Page, Problem, ProtocolRange,
    SessionId, UserId,
    frames::{ClientFrame, ServerFrame, client::Hello, server::Ready},
    rest::{
        attachments::{Attachment, AttachmentKind, AttachmentLinks},
        auth,
        chats::{self, Chat, ChatInfo, ChatKind, Member, Role, Watermarks},
        limits::Limits,
        messages::{Message, MessagePage, SendMessage},
        sync::{ChatMessages, Gap, Receipt, SyncAnswer, SyncKind},
        users::{Me, SetAvatar, UnreadTotal, UpdateMe, User},
    },
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// 22 November 2026, 12:00 UTC.
const NOW_MS: i64 = 1_795_348_800_000;
/// Looks like a token and is none.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
const REFRESH_TOKEN: &str = "cmVmcmVzaC10b2tlbi1vZi0yNTYtYml0cy0uLi4uLi4";
const SYNC_TOKEN: &str = "AQGSbjoAAHAAgAAAAAAAAAE";

/// Every fixture with its place below `fixtures`.
pub(crate) fn all() -> Vec<(String, Value)> {
    let rest = [rest_requests(), rest_answers(), rest_pages()];
    let rest = rest.into_iter().flatten();
    let rest = rest.map(|(name, value)| (format!("rest/{name}"), value));
    let frames = client_frames().into_iter().chain(server_frames());
    let frames = frames.map(|(name, value)| (format!("frames/{name}"), value));
    rest.chain(frames).collect()
}

type Named = (&'static str, Value);

fn named(name: &'static str, value: impl Serialize) -> Named {
    let value = serde_json::to_value(value).expect("wire types write");
    (name, value)
}

/// A UUIDv7 of the day of the examples.
fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x01a2_01e6_4c00_7000_8000_0000_0000_0000 + number)
}

fn alice() -> UserId {
    UserId(id(1))
}

fn bob() -> UserId {
    UserId(id(2))
}

fn chat_id() -> ChatId {
    ChatId(id(16))
}

fn users() -> Vec<User> {
    vec![
        User {
            id: alice(),
            name: "Alice".to_owned(),
            avatar_url: Some(format!("/v1/avatars/{}", id(48))),
            revision: 3,
        },
        User {
            id: bob(),
            name: "Bob".to_owned(),
            avatar_url: None,
            revision: 1,
        },
    ]
}

fn me() -> Me {
    Me {
        user: users().remove(0),
        email: Some("alice@example.com".to_owned()),
        is_new: false,
    }
}

fn attachment() -> Attachment {
    Attachment {
        id: AttachmentId(id(49)),
        kind: AttachmentKind::Image,
        content_type: "image/jpeg".to_owned(),
        size_bytes: 182_044,
        width: 1_600,
        height: 1_200,
        thumb_hash: Some("1QcSHQRnh493V4dIh4eXh1h4kJUI".to_owned()),
        file_name: Some("harbour.jpg".to_owned()),
    }
}

fn message() -> Message {
    Message {
        id: MessageId(id(32)),
        chat_id: chat_id(),
        seq: 12,
        version: 13,
        count: 12,
        sender_id: bob(),
        sent_at_ms: NOW_MS - 5_000,
        text: "Look at this! 🛥️".to_owned(),
        attachments: vec![attachment()],
    }
}

fn plain_message() -> Message {
    Message {
        id: MessageId(id(31)),
        seq: 11,
        version: 12,
        count: 11,
        sender_id: alice(),
        sent_at_ms: NOW_MS - 60_000,
        text: "Where are you?".to_owned(),
        attachments: Vec::new(),
        ..message()
    }
}

fn read_up_to(seq: u64) -> Watermarks {
    Watermarks {
        delivered_seq: seq,
        delivered_at_ms: Some(NOW_MS - 4_000),
        read_seq: seq,
        read_at_ms: Some(NOW_MS - 3_000),
        read_count: seq,
    }
}

fn member(user_id: UserId, role: Role, watermarks: Watermarks) -> Member {
    Member {
        user_id,
        role,
        joined_at_ms: NOW_MS - 86_400_000,
        watermarks,
    }
}

fn direct_info() -> ChatInfo {
    ChatInfo {
        id: chat_id(),
        kind: ChatKind::Direct,
        name: None,
        created_at_ms: NOW_MS - 86_400_000,
        last_activity_at_ms: NOW_MS - 5_000,
        version: 13,
        last_seq: 12,
        message_count: 12,
        member_count: 2,
    }
}

fn group_info() -> ChatInfo {
    ChatInfo {
        id: ChatId(id(17)),
        kind: ChatKind::Group,
        name: Some("Regatta".to_owned()),
        last_activity_at_ms: NOW_MS - 7_200_000,
        version: 1,
        last_seq: 0,
        message_count: 0,
        ..direct_info()
    }
}

fn direct_chat() -> Chat {
    Chat {
        info: direct_info(),
        me: member(alice(), Role::Member, read_up_to(11)),
        unread_count: 1,
        last_message: Some(message()),
        members: vec![member(bob(), Role::Member, read_up_to(12))],
    }
}

fn group_chat() -> Chat {
    Chat {
        info: group_info(),
        me: member(alice(), Role::Owner, Watermarks::default()),
        unread_count: 0,
        last_message: None,
        members: vec![member(bob(), Role::Member, Watermarks::default())],
    }
}

fn receipt() -> Receipt {
    Receipt {
        chat_id: chat_id(),
        user_id: alice(),
        watermarks: read_up_to(12),
    }
}

fn session(is_current: bool) -> auth::Session {
    auth::Session {
        id: SessionId(id(if is_current { 64 } else { 65 })),
        device_name: is_current.then(|| "Firefox on Linux".to_owned()),
        created_at_ms: NOW_MS - 3_600_000,
        last_used_at_ms: NOW_MS,
        expires_at_ms: NOW_MS + 15 * 86_400_000,
        is_current,
    }
}

fn tokens() -> auth::Tokens {
    auth::Tokens {
        access_token: TOKEN.to_owned(),
        access_expires_in_ms: 900_000,
        refresh_token: REFRESH_TOKEN.to_owned(),
    }
}

fn limits() -> Limits {
    Limits {
        frame_bytes: 65_536,
        text_bytes: 16_384,
        attachments_per_message: 10,
        image_bytes: 10_485_760,
        image_pixels: 40_000_000,
        image_content_types: ["image/png", "image/jpeg", "image/webp", "image/gif"]
            .map(str::to_owned)
            .to_vec(),
        sends_per_second: 5,
        send_burst: 20,
        history_page: 100,
        sync_page: 500,
        sockets_per_user: 20,
        watched_users: 500,
        typing_throttle_ms: 3_000,
        typing_expires_ms: 6_000,
    }
}

fn problem() -> Problem {
    let code = ErrorCode::RateLimited;
    let request_id = id(80).to_string();
    Problem {
        retry_after_ms: Some(200),
        ..Problem::new(code, code.help(), request_id)
    }
}

fn send_message() -> SendMessage {
    SendMessage {
        message_id: MessageId(id(32)),
        text: "Look at this! 🛥️".to_owned(),
        attachment_ids: vec![AttachmentId(id(49))],
    }
}

fn snapshot() -> SyncAnswer {
    SyncAnswer {
        kind: SyncKind::Snapshot,
        token: SYNC_TOKEN.to_owned(),
        has_more: false,
        me: me(),
        chats: vec![direct_chat(), group_chat()],
        messages: Vec::new(),
        removed_chat_ids: Vec::new(),
        receipts: Vec::new(),
        users: users(),
        next_chats_cursor: None,
    }
}

fn changes() -> SyncAnswer {
    SyncAnswer {
        kind: SyncKind::Changes,
        chats: vec![direct_chat()],
        messages: vec![ChatMessages {
            chat_id: chat_id(),
            items: vec![plain_message(), message()],
            gap: Some(Gap {
                first_seq: 4,
                last_seq: 10,
            }),
        }],
        removed_chat_ids: vec![ChatId(id(18))],
        receipts: vec![Receipt {
            chat_id: ChatId(id(17)),
            user_id: bob(),
            watermarks: Watermarks::default(),
        }],
        ..snapshot()
    }
}

fn rest_requests() -> Vec<Named> {
    let request_id = LoginRequestId(id(96));
    let device_name = Some("Firefox on Linux".to_owned());
    vec![
        named(
            "request_code",
            auth::RequestCode {
                email: "alice@example.com".to_owned(),
            },
        ),
        named(
            "verify_code",
            auth::VerifyCode {
                request_id,
                code: "482913".to_owned(),
                device_name: device_name.clone(),
            },
        ),
        named(
            "verify_link",
            auth::VerifyLink {
                token: "bGluay10b2tlbi1vZi10aGUtbWFpbA".to_owned(),
                device_name,
            },
        ),
        named(
            "refresh_session",
            auth::RefreshSession {
                refresh_token: REFRESH_TOKEN.to_owned(),
            },
        ),
        named(
            "update_me",
            UpdateMe {
                name: Some("Alice".to_owned()),
            },
        ),
        named(
            "set_avatar",
            SetAvatar {
                attachment_id: AttachmentId(id(48)),
            },
        ),
        named("open_direct_chat", chats::OpenDirectChat { user_id: bob() }),
        named(
            "create_group_chat",
            chats::CreateGroupChat {
                chat_id: ChatId(id(17)),
                name: "Regatta".to_owned(),
                user_ids: vec![bob()],
            },
        ),
        named(
            "add_members",
            chats::AddMembers {
                user_ids: vec![bob()],
            },
        ),
        named(
            "mark",
            chats::Mark {
                delivered_seq: Some(12),
                read_seq: Some(12),
            },
        ),
        named("send_message", send_message()),
    ]
}

fn rest_answers() -> Vec<Named> {
    let requested = auth::CodeRequested {
        request_id: LoginRequestId(id(96)),
        expires_in_ms: 600_000,
        resend_after_ms: 60_000,
    };
    let logged_in = auth::LoggedIn {
        me: me(),
        session: session(true),
        tokens: tokens(),
    };
    let sessions = auth::SessionList {
        items: vec![session(true), session(false)],
    };
    let unread = UnreadTotal {
        unread_count: 1,
        unread_chat_count: 1,
    };
    let chat = chats::ChatWithUsers {
        chat: direct_chat(),
        users: users(),
    };
    let link = |variant| format!("/v1/blobs/{}/{variant}?expires=1795349400&tag=dGFn", id(49));
    let links = AttachmentLinks {
        url: link("original"),
        thumbnail_url: link("thumbnail"),
        expires_at_ms: NOW_MS + 600_000,
    };
    vec![
        named("code_requested", requested),
        named("logged_in", logged_in),
        named("tokens", tokens()),
        named("session_list", sessions),
        named("me", me()),
        named("unread_total", unread),
        named("chat_with_users", chat),
        named("receipt", receipt()),
        named("message", message()),
        named("attachment", attachment()),
        named("attachment_links", links),
        named("sync_snapshot", snapshot()),
        named("sync_changes", changes()),
        named("limits", limits()),
        named("problem", problem()),
    ]
}

fn rest_pages() -> Vec<Named> {
    let next_cursor = Some("AAABogHmTAABogHmTABwAIAAAAAAAAAQ".to_owned());
    let people = Page {
        items: users(),
        next_cursor: next_cursor.clone(),
    };
    let chats = chats::ChatPage {
        items: vec![direct_chat(), group_chat()],
        users: users(),
        next_cursor: next_cursor.clone(),
    };
    let members = chats::MemberPage {
        items: vec![
            member(alice(), Role::Owner, read_up_to(12)),
            member(bob(), Role::Member, Watermarks::default()),
        ],
        users: users(),
        next_cursor,
    };
    let messages = MessagePage {
        items: vec![plain_message(), message()],
        users: users(),
        has_before: true,
        has_after: false,
    };
    vec![
        named("user_page", people),
        named("chat_page", chats),
        named("member_page", members),
        named("message_page", messages),
    ]
}

fn client_frames() -> Vec<Named> {
    let command = |number: u32| format!("c{number}");
    vec![
        named(
            "client_hello",
            ClientFrame::Hello(Hello {
                protocol: ProtocolRange { min: 1, max: 1 },
                token: Some(TOKEN.to_owned()),
                since: Some(SYNC_TOKEN.to_owned()),
            }),
        ),
        named(
            "client_authenticate",
            ClientFrame::Authenticate {
                id: command(1),
                token: TOKEN.to_owned(),
            },
        ),
        named(
            "client_send_message",
            ClientFrame::SendMessage {
                id: command(2),
                chat_id: chat_id(),
                message: send_message(),
            },
        ),
        named(
            "client_mark",
            ClientFrame::Mark {
                id: command(3),
                chat_id: chat_id(),
                mark: chats::Mark {
                    delivered_seq: Some(12),
                    read_seq: None,
                },
            },
        ),
        named(
            "client_typing",
            ClientFrame::Typing {
                chat_id: chat_id(),
                is_typing: true,
            },
        ),
        named(
            "client_watch_presence",
            ClientFrame::WatchPresence {
                id: command(4),
                user_ids: vec![bob()],
            },
        ),
        named("client_ping", ClientFrame::Ping { id: command(5) }),
    ]
}

fn server_frames() -> Vec<Named> {
    let mut frames = vec![
        named(
            "server_ready",
            ServerFrame::Ready(Box::new(Ready {
                protocol: 1,
                session_id: SessionId(id(64)),
                token_expires_in_ms: 900_000,
                server_time_ms: NOW_MS,
                limits: limits(),
                sync: snapshot(),
            })),
        ),
        named(
            "server_ack_message",
            ServerFrame::Ack {
                id: "c2".to_owned(),
                message: Some(Box::new(message())),
                receipt: None,
            },
        ),
        named(
            "server_ack_mark",
            ServerFrame::Ack {
                id: "c3".to_owned(),
                message: None,
                receipt: Some(receipt()),
            },
        ),
        named(
            "server_error",
            ServerFrame::Error {
                id: Some("c2".to_owned()),
                error: problem(),
            },
        ),
        named(
            "server_pong",
            ServerFrame::Pong {
                id: "c5".to_owned(),
            },
        ),
        named(
            "server_token",
            ServerFrame::Token {
                token: SYNC_TOKEN.to_owned(),
            },
        ),
    ];
    frames.extend(event_frames());
    frames
}

fn event_frames() -> Vec<Named> {
    vec![
        named(
            "server_message",
            ServerFrame::Message {
                version: 13,
                message: Box::new(message()),
            },
        ),
        named("server_receipt", ServerFrame::Receipt(receipt())),
        named(
            "server_chat_added",
            ServerFrame::ChatAdded {
                chat: Box::new(group_chat()),
                users: users(),
            },
        ),
        named(
            "server_chat_removed",
            ServerFrame::ChatRemoved { chat_id: chat_id() },
        ),
        named(
            "server_chat_updated",
            ServerFrame::ChatUpdated {
                version: 1,
                chat: Box::new(group_info()),
            },
        ),
        named(
            "server_member_updated",
            ServerFrame::MemberUpdated {
                version: 2,
                chat_id: ChatId(id(17)),
                member: member(bob(), Role::Admin, Watermarks::default()),
                user: users().remove(1),
                member_count: 2,
            },
        ),
        named(
            "server_member_removed",
            ServerFrame::MemberRemoved {
                version: 3,
                chat_id: ChatId(id(17)),
                user_id: bob(),
                member_count: 1,
            },
        ),
        named(
            "server_user_updated",
            ServerFrame::UserUpdated {
                user: users().remove(0),
            },
        ),
        named(
            "server_typing",
            ServerFrame::Typing {
                chat_id: chat_id(),
                user_id: bob(),
                expires_in_ms: 6_000,
            },
        ),
        named(
            "server_presence",
            ServerFrame::Presence {
                user_id: bob(),
                is_online: false,
                last_seen_at_ms: Some(NOW_MS - 120_000),
            },
        ),
    ]
}
