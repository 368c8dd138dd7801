//! People.

mod get_user;
mod list_users;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_users::list_users))
        .routes(routes!(get_user::get_user))
}
