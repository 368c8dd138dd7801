//! How webhooks are told, and which server is asked before something happens.

use super::{Section, Setting, engine_setting};
use crate::settings::value::Kind;

pub(crate) const WEBHOOK_ADDRESSES: Setting = Setting::new(
    "webhook_addresses",
    Kind::Choice(&["public", "any"]),
    "Which addresses may be told: public ones over https, or any, also of this machine and over http",
)
.default("public");

const WEBHOOK_TIMEOUT: Setting = engine_setting!(
    "webhook_timeout",
    Kind::Duration,
    webhooks.timeout_ms,
    "How long a receiver may take to answer"
);

pub(crate) const HOOK_URL: Setting = Setting::new(
    "hook_url",
    Kind::Text("URL"),
    "Server of yours that is asked before something happens, and may refuse or change it",
)
.example("https://www.example.com/chat-hook");

pub(crate) const HOOK_SECRET: Setting = Setting::new(
    "hook_secret",
    Kind::Text("SECRET"),
    "What the questions are signed with: whsec_ and the Base64 of at least 24 bytes",
)
.secret();

pub(crate) const HOOK_MOMENTS: Setting = Setting::new(
    "hook_moments",
    Kind::List("MOMENT"),
    "When it is asked: before_send, before_login, before_chat, before_upload, before_connect",
)
.otherwise("before_send");

pub(crate) const HOOK_TIMEOUT: Setting = Setting::new(
    "hook_timeout",
    Kind::Duration,
    "How long an answer may take",
)
.default("3s");

pub(crate) const HOOK_IF_UNANSWERED: Setting = Setting::new(
    "hook_if_unanswered",
    Kind::Choice(&["refuse", "allow"]),
    "Without an answer: refuse (the client tries again), or allow it",
)
.default("refuse");

pub(crate) const SECTION: Section = Section {
    title: "Webhooks and hooks",
    settings: &[
        WEBHOOK_ADDRESSES,
        WEBHOOK_TIMEOUT,
        HOOK_URL,
        HOOK_SECRET,
        HOOK_MOMENTS,
        HOOK_TIMEOUT,
        HOOK_IF_UNANSWERED,
    ],
};
