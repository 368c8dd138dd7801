//! Uploaded files: sending them in, and reading them by addresses that carry their permission.

mod arriving;
mod file;
mod get_avatar;
mod get_blob;
mod get_links;
mod range;
mod upload;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(upload::upload))
        .routes(routes!(get_links::get_attachment_links))
        .routes(routes!(get_blob::get_blob))
        .routes(routes!(get_avatar::get_avatar))
}
