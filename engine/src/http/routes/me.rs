//! The caller's own profile, and whom they block.

mod block_user;
mod get_me;
mod get_unread;
mod list_blocks;
mod remove_avatar;
mod set_avatar;
mod unblock_user;
mod update_me;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_me::get_me, update_me::update_me))
        .routes(routes!(
            set_avatar::set_avatar,
            remove_avatar::remove_avatar
        ))
        .routes(routes!(get_unread::get_unread))
        .routes(routes!(list_blocks::list_blocks))
        .routes(routes!(block_user::block_user, unblock_user::unblock_user))
}
