//! How webhooks are told.

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

pub(crate) const SECTION: Section = Section {
    title: "Webhooks",
    settings: &[WEBHOOK_ADDRESSES, WEBHOOK_TIMEOUT],
};
