//! One golden example for each body and each frame. Tests of every client language read them.

use relaychat_protocol::{
    AttachmentId, ChatId, LoginRequestId, Page, UploadId,
    rest::{
        attachments::{
            AttachmentKind, AttachmentLinks, AttachmentPage, BeginUpload, ChatAttachment, Upload,
        },
        auth, blocks,
        chat_settings::UpdateChatSettings,
        chats::{self, Role, Watermarks},
        invites,
        messages::{EditMessage, MessagePage, PinList, ReactionPage, UserReaction},
        search::SearchPage,
        users::{SetAvatar, UnreadTotal, UpdateMe},
    },
};
use serde::Serialize;
use serde_json::Value;

mod frames;
mod host;
mod objects;
mod reports;

use frames::{client_frames, server_frames};
use host::host;
use objects::*;

/// Every fixture with its place below `fixtures`.
pub(crate) fn all() -> Vec<(String, Value)> {
    let rest = [
        login_requests(),
        change_requests(),
        invite_objects(),
        rest_answers(),
        rest_pages(),
        reports::of_people(),
        uploads_in_parts(),
    ];
    let rest = rest.into_iter().flatten();
    let rest = rest.map(|(name, value)| (format!("rest/{name}"), value));
    let frames = client_frames().into_iter().chain(server_frames());
    let frames = frames.map(|(name, value)| (format!("frames/{name}"), value));
    let host = host().into_iter();
    let host = host.map(|(name, value)| (format!("host/{name}"), value));
    rest.chain(frames).chain(host).collect()
}

type Named = (&'static str, Value);

fn named(name: &'static str, value: impl Serialize) -> Named {
    let value = serde_json::to_value(value).expect("wire types write");
    (name, value)
}

/// Logging in.
fn login_requests() -> Vec<Named> {
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
    ]
}

fn update_privacy() -> UpdateMe {
    UpdateMe {
        shows_read_receipts: Some(false),
        shows_last_seen: Some(false),
        ..UpdateMe::default()
    }
}

/// Changes of a profile, of chats and of messages.
fn change_requests() -> Vec<Named> {
    vec![
        named(
            "update_me",
            UpdateMe {
                name: Some("Alice".to_owned()),
                ..UpdateMe::default()
            },
        ),
        named("update_privacy", update_privacy()),
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
            "update_chat_settings",
            UpdateChatSettings {
                is_pinned: Some(true),
                muted_until_ms: Some(0),
                ..UpdateChatSettings::default()
            },
        ),
        named(
            "update_chat",
            chats::UpdateChat {
                name: Some("Regatta 2027".to_owned()),
                description: Some("Boats, times and who brings the cake.".to_owned()),
                send_role: Some(Role::Admin),
                add_role: Some(Role::Member),
                pin_role: Some(Role::Owner),
            },
        ),
        named(
            "set_chat_avatar",
            chats::SetChatAvatar {
                attachment_id: AttachmentId(id(48)),
            },
        ),
        named("update_member", chats::UpdateMember { role: Role::Admin }),
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

/// Links to groups, and blocks.
fn invite_objects() -> Vec<Named> {
    vec![
        named(
            "create_invite",
            invites::CreateInvite {
                expires_at_ms: Some(NOW_MS + 86_400_000),
                max_uses: Some(10),
            },
        ),
        named(
            "invite_token",
            invites::InviteToken {
                token: invite().token,
            },
        ),
        named("invite", invite()),
        named(
            "invite_list",
            invites::InviteList {
                items: vec![invite()],
            },
        ),
        named("invite_preview", invite_preview()),
        named(
            "block_page",
            blocks::BlockPage {
                items: vec![blocks::Block {
                    user_id: bob(),
                    created_at_ms: NOW_MS,
                }],
                users: users(),
                next_cursor: Some("eyJhZnRlciI6MX0".to_owned()),
            },
        ),
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
        named("chat_settings", chat_settings()),
        named("receipt", receipt()),
        named("message", message()),
        named("message_changed", changed_message()),
        named("message_deleted", deleted_message()),
        named("attachment", attachment()),
        named("attachment_links", links),
        named("sync_snapshot", snapshot()),
        named("sync_changes", changes()),
        named("limits", limits()),
        named("problem", problem()),
    ]
}

/// A file that comes in parts.
fn uploads_in_parts() -> Vec<Named> {
    let begin = BeginUpload {
        kind: AttachmentKind::File,
        file_name: Some("regatta.mp4".to_owned()),
        content_type: Some("video/mp4".to_owned()),
        size_bytes: 20_971_520,
    };
    let upload = Upload {
        upload_id: UploadId(id(50)),
        part_bytes: 4_194_304,
        received_bytes: 8_388_608,
        size_bytes: 20_971_520,
        expires_at_ms: NOW_MS + 86_400_000,
    };
    vec![named("begin_upload", begin), named("upload", upload)]
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
        next_cursor: next_cursor.clone(),
    };
    let reactions = ReactionPage {
        items: vec![UserReaction {
            user_id: bob(),
            reacted_at_ms: NOW_MS - 2_000,
        }],
        users: users(),
        next_cursor: next_cursor.clone(),
    };
    let found = SearchPage {
        items: vec![message(), plain_message()],
        users: users(),
        next_cursor: next_cursor.clone(),
    };
    let edit = EditMessage {
        text: changed_message().text,
        mentions: None,
    };
    let pins = PinList {
        items: vec![changed_message()],
        users: users(),
    };
    let carrier = message();
    let files = AttachmentPage {
        items: vec![ChatAttachment {
            message_id: carrier.id,
            seq: carrier.seq,
            sender_id: carrier.sender_id,
            sent_at_ms: carrier.sent_at_ms,
            attachment: attachment(),
        }],
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
        named("reaction_page", reactions),
        named("edit_message", edit),
        named("search_page", found),
        named("pin_list", pins),
        named("attachment_page", files),
    ]
}
