//! Conversations and their members.

mod add_members;
mod change_settings;
mod create_group_chat;
mod get_chat;
mod list_chats;
mod list_members;
mod mark_chat;
mod open_direct_chat;
mod remove_chat_avatar;
mod remove_member;
mod set_chat_avatar;
mod update_chat;
mod update_member;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_chats::list_chats))
        .routes(routes!(open_direct_chat::open_direct_chat))
        .routes(routes!(create_group_chat::create_group_chat))
        .routes(routes!(get_chat::get_chat, update_chat::update_chat))
        .routes(routes!(
            set_chat_avatar::set_chat_avatar,
            remove_chat_avatar::remove_chat_avatar
        ))
        .routes(routes!(
            list_members::list_members,
            add_members::add_members
        ))
        .routes(routes!(
            update_member::update_member,
            remove_member::remove_member
        ))
        .routes(routes!(mark_chat::mark_chat))
        .routes(routes!(change_settings::change_settings))
}
