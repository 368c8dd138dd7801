//! What servers of the host may do with a key: the abilities of a host in Rust, over HTTP.

mod add_chat_members;
mod close_report;
mod create_group_for;
mod delete_chat_message;
mod delete_user;
mod get_host_chat;
mod get_host_user;
mod get_report;
mod get_user_unread;
mod issue_token;
mod list_chat_members;
mod list_reports;
mod list_user_chats;
mod list_user_sessions;
mod open_anchored_chat;
mod open_chat_between;
mod put_user;
mod remove_chat_member;
mod revoke_user_session;
mod revoke_user_sessions;
mod send_as;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{domain::host_login::UserRef, http::ApiState};

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(
            put_user::put_user,
            get_host_user::get_host_user,
            delete_user::delete_user
        ))
        .routes(routes!(issue_token::issue_token))
        .routes(routes!(
            list_user_sessions::list_user_sessions,
            revoke_user_sessions::revoke_user_sessions
        ))
        .routes(routes!(revoke_user_session::revoke_user_session))
        .routes(routes!(list_user_chats::list_user_chats))
        .routes(routes!(get_user_unread::get_user_unread))
        .routes(routes!(open_chat_between::open_chat_between))
        .routes(routes!(create_group_for::create_group_for))
        .routes(routes!(open_anchored_chat::open_anchored_chat))
        .routes(routes!(get_host_chat::get_host_chat))
        .routes(routes!(
            list_chat_members::list_chat_members,
            add_chat_members::add_chat_members
        ))
        .routes(routes!(remove_chat_member::remove_chat_member))
        .routes(routes!(send_as::send_as))
        .routes(routes!(delete_chat_message::delete_chat_message))
        .routes(routes!(list_reports::list_reports))
        .routes(routes!(get_report::get_report))
        .routes(routes!(close_report::close_report))
}

/// People as a body names them.
fn refs(names: &[String]) -> Vec<UserRef> {
    names.iter().map(UserRef::from).collect()
}
