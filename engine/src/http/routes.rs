//! The routes, one file per operation, named after it.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the types that `params` names"
)]

mod attachments;
mod auth;
mod chats;
mod host;
mod invites;
mod me;
mod messages;
mod reports;
mod search;
mod server;
mod sessions;
mod sync;
mod users;
mod webhooks;

use utoipa_axum::router::OpenApiRouter;

use super::ApiState;

/// Routes whose requests are small: they get the general timeout.
pub(super) fn timed() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(auth::routes())
        .merge(sessions::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(chats::routes())
        .merge(invites::routes())
        .merge(attachments::upload_routes())
        .merge(messages::routes())
        .merge(reports::routes())
        .merge(search::routes())
        .merge(sync::routes())
        .merge(server::routes())
        .merge(webhooks::routes())
        .merge(host::routes())
        .merge(health())
}

/// What a node answers whatever else it does.
pub(super) fn health() -> OpenApiRouter<ApiState> {
    server::health()
}

/// Routes that move files and bound their time themselves.
pub(super) fn untimed() -> OpenApiRouter<ApiState> {
    attachments::routes()
}
