//! From domain to protocol: the one place that knows both, shared by `http` and `realtime`.
//!
//! Every conversion takes its source apart field by field, so that a new field does not compile
//! until somebody has decided whether it travels. Nothing here reads storage or decides anything.

mod blocks;
mod chats;
mod events;
mod invites;
mod limits;
mod login;
mod messages;
mod reports;
mod server;
mod sync;
mod uploads;
mod users;
mod webhooks;

pub(crate) use blocks::{block, block_page};
pub(crate) use chats::{
    chat_info, chat_page, chat_settings, chat_with_users, group_change, member, member_page,
    receipt, settings_change,
};
pub(crate) use events::{Sight, chat_added, marks_frames, shared_frames};
pub(crate) use invites::{invite, invite_preview, invite_terms};
pub(crate) use limits::limits;
pub(crate) use login::{code_requested, logged_in, session_list, tokens};
pub(crate) use messages::{
    attachment, attachment_kind, attachment_page, draft, history_page, mentions, message, pin_list,
    reaction_page, search_page,
};
pub(crate) use reports::{new_report, own_report, report, report_page, report_taken};
pub(crate) use server::{host_user, issued_token, user_session_list};
pub(crate) use sync::sync_answer;
pub(crate) use uploads::upload;
pub(crate) use users::{me, nobody, person, privacy_change, unread_total, user, users};
pub(crate) use webhooks::{delivery, webhook, webhook_with_secret};

use relaychat_protocol::Problem;

use crate::services::ServiceError;

/// The error as it travels. What only the log may know stays behind.
pub(crate) fn problem(error: &ServiceError, request_id: impl Into<String>) -> Problem {
    let ServiceError {
        code,
        detail,
        field,
        retry_after_ms,
        reason,
        source: _,
    } = error;
    Problem {
        retry_after_ms: *retry_after_ms,
        reason: reason.clone(),
        field: field.map(str::to_owned),
        ..Problem::new(*code, detail.clone(), request_id)
    }
}
