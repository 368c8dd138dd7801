//! Uploaded files: sending them in, and reading them by addresses that carry their permission.

mod add_part;
mod arriving;
mod begin_upload;
mod file;
mod finish_upload;
mod get_avatar;
mod get_blob;
mod get_links;
mod get_upload;
mod give_up_upload;
mod range;
mod upload;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(upload::upload))
        .routes(routes!(add_part::add_part))
        .routes(routes!(finish_upload::finish_upload))
        .routes(routes!(get_links::get_attachment_links))
        .routes(routes!(get_blob::get_blob))
        .routes(routes!(get_avatar::get_avatar))
}

/// The routes about uploads in parts that move no bytes.
pub(super) fn upload_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(begin_upload::begin_upload))
        .routes(routes!(
            get_upload::get_upload,
            give_up_upload::give_up_upload
        ))
}
