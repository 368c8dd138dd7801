//! Links with which people join groups.

mod accept_invite;
mod create_invite;
mod list_invites;
mod preview_invite;
mod revoke_invite;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(
            list_invites::list_invites,
            create_invite::create_invite
        ))
        .routes(routes!(revoke_invite::revoke_invite))
        .routes(routes!(preview_invite::preview_invite))
        .routes(routes!(accept_invite::accept_invite))
}
