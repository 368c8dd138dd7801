//! The documents beside this crate say what the code says, and every example in `fixtures` is what
//! the types read and write.

use std::{collections::BTreeSet, fs, path::PathBuf};

use relaychat_protocol::{
    Page, Problem,
    frames::{ClientFrame, ServerFrame},
    rest::{
        attachments, auth, blocks, chat_settings, chats, hooks, invites, limits, messages, reports,
        search, server, sync, users, webhooks,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}. Run `cargo xtask openapi`."))
}

#[test]
fn the_glossary_lists_every_code() {
    assert!(
        read("errors.md") == relaychat_protocol::glossary::markdown(),
        "openapi/errors.md is stale: run `cargo xtask openapi` and commit it"
    );
}

/// Reads a fixture as `T` and writes it again: nothing may be lost or added.
fn round_trip<T: Serialize + DeserializeOwned>(path: &str) {
    let given: Value = serde_json::from_str(&read(path)).expect("a fixture is JSON");
    let read: T = serde_json::from_value(given.clone())
        .unwrap_or_else(|error| panic!("{path} does not read: {error}"));
    let written = serde_json::to_value(&read).expect("wire types write");
    assert_eq!(written, given, "{path}");
}

/// A test that every file of a folder is what its type reads and writes.
macro_rules! fixtures {
    ($test:ident in $folder:literal: $($name:literal => $type:ty,)*) => {
        #[test]
        fn $test() {
            let mut known = BTreeSet::new();
            $(
                round_trip::<$type>(concat!($folder, "/", $name, ".json"));
                known.insert($name.to_owned());
            )*
            assert_eq!(names($folder), known, "every file has its type here");
        }
    };
}

fixtures! { every_rest_fixture_round_trips in "fixtures/rest":
    "add_members" => chats::AddMembers,
    "attachment" => attachments::Attachment,
    "attachment_page" => attachments::AttachmentPage,
    "attachment_links" => attachments::AttachmentLinks,
    "begin_upload" => attachments::BeginUpload,
    "block_page" => blocks::BlockPage,
    "chat_page" => chats::ChatPage,
    "chat_with_users" => chats::ChatWithUsers,
    "code_requested" => auth::CodeRequested,
    "create_group_chat" => chats::CreateGroupChat,
    "edit_message" => messages::EditMessage,
    "create_report" => reports::CreateReport,
    "create_report_of_user" => reports::CreateReport,
    "create_invite" => invites::CreateInvite,
    "invite" => invites::Invite,
    "invite_list" => invites::InviteList,
    "invite_preview" => invites::InvitePreview,
    "invite_token" => invites::InviteToken,
    "limits" => limits::Limits,
    "logged_in" => auth::LoggedIn,
    "mark" => chats::Mark,
    "me" => users::Me,
    "member_page" => chats::MemberPage,
    "message" => messages::Message,
    "message_changed" => messages::Message,
    "message_deleted" => messages::Message,
    "message_page" => messages::MessagePage,
    "open_direct_chat" => chats::OpenDirectChat,
    "pin_list" => messages::PinList,
    "problem" => Problem,
    "reaction_page" => messages::ReactionPage,
    "chat_settings" => chat_settings::ChatSettings,
    "update_chat_settings" => chat_settings::UpdateChatSettings,
    "receipt" => sync::Receipt,
    "refresh_session" => auth::RefreshSession,
    "report_taken" => reports::ReportTaken,
    "request_code" => auth::RequestCode,
    "search_page" => search::SearchPage,
    "send_message" => messages::SendMessage,
    "session_list" => auth::SessionList,
    "set_avatar" => users::SetAvatar,
    "set_chat_avatar" => chats::SetChatAvatar,
    "sync_changes" => sync::SyncAnswer,
    "sync_snapshot" => sync::SyncAnswer,
    "tokens" => auth::Tokens,
    "unread_total" => users::UnreadTotal,
    "update_chat" => chats::UpdateChat,
    "update_me" => users::UpdateMe,
    "update_privacy" => users::UpdateMe,
    "update_member" => chats::UpdateMember,
    "upload" => attachments::Upload,
    "user_page" => Page<users::User>,
    "verify_code" => auth::VerifyCode,
    "verify_link" => auth::VerifyLink,
}

fixtures! { every_fixture_of_a_host_round_trips in "fixtures/host":
    "add_users" => server::AddUsers,
    "close_report" => reports::CloseReport,
    "create_group_for" => server::CreateGroupFor,
    "create_webhook" => webhooks::CreateWebhook,
    "event_attachment_uploaded" => webhooks::HostEvent,
    "event_chat_created" => webhooks::HostEvent,
    "event_message_sent" => webhooks::HostEvent,
    "event_message_updated" => webhooks::HostEvent,
    "event_report_created" => webhooks::HostEvent,
    "event_user_logged_in" => webhooks::HostEvent,
    "hook_allow" => hooks::HookAnswer,
    "hook_allow_changed" => hooks::HookAnswer,
    "hook_before_chat" => hooks::HookQuestion,
    "hook_before_connect" => hooks::HookQuestion,
    "hook_before_login" => hooks::HookQuestion,
    "hook_before_send" => hooks::HookQuestion,
    "hook_before_upload" => hooks::HookQuestion,
    "hook_reject" => hooks::HookAnswer,
    "host_user" => server::HostUser,
    "issue_token" => server::IssueToken,
    "issued_token" => server::IssuedToken,
    "open_anchored_chat" => server::OpenAnchoredChat,
    "open_chat_between" => server::OpenChatBetween,
    "put_user" => server::PutUser,
    "replay_webhook" => webhooks::ReplayWebhook,
    "replayed" => webhooks::Replayed,
    "report" => reports::Report,
    "report_page" => reports::ReportPage,
    "send_as" => server::SendAs,
    "update_webhook" => webhooks::UpdateWebhook,
    "user_session_list" => server::UserSessionList,
    "webhook_delivery_list" => webhooks::WebhookDeliveryList,
    "webhook_list" => webhooks::WebhookList,
    "webhook_with_secret" => webhooks::WebhookWithSecret,
}

/// The fixtures in a folder.
fn names(folder: &str) -> BTreeSet<String> {
    fs::read_dir(root().join(folder))
        .expect("the folder is there: run `cargo xtask openapi`")
        .map(|entry| {
            let path = entry.expect("readable").path();
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

#[test]
fn every_frame_fixture_round_trips_and_every_kind_has_one() {
    let mut kinds = BTreeSet::new();
    for name in names("fixtures/frames") {
        let path = format!("fixtures/frames/{name}.json");
        let (side, _) = name.split_once('_').expect("client_… or server_…");
        match side {
            "client" => round_trip::<ClientFrame>(&path),
            "server" => round_trip::<ServerFrame>(&path),
            other => panic!("{other} is no side"),
        }
        let frame: Value = serde_json::from_str(&read(&path)).expect("JSON");
        let kind = frame["type"].as_str().expect("a frame has a type");
        kinds.insert(format!("{side} {kind}"));
    }
    let expected = [
        "client authenticate",
        "client delete_message",
        "client edit_message",
        "client hello",
        "client mark",
        "client pin_message",
        "client ping",
        "client react",
        "client send_message",
        "client typing",
        "client update_chat_settings",
        "client watch_presence",
        "server ack",
        "server blocks_changed",
        "server catch_up",
        "server chat_added",
        "server chat_removed",
        "server chat_settings",
        "server chat_updated",
        "server error",
        "server member_removed",
        "server member_updated",
        "server message",
        "server message_updated",
        "server pong",
        "server presence",
        "server ready",
        "server receipt",
        "server token",
        "server typing",
        "server user_updated",
    ];
    assert_eq!(kinds, expected.map(str::to_owned).into());
}
