//! What is at `/`: the web application, or, in a build without it, how to get it.

use axum::Router;

/// The web application.
#[cfg(feature = "web")]
pub(crate) fn router() -> Router {
    relaychat_engine::web::router()
}

/// A plain page.
#[cfg(not(feature = "web"))]
pub(crate) fn router() -> Router {
    use axum::{
        http::header,
        response::{Html, IntoResponse},
        routing::get,
    };

    const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>RelayChat</title>\
        <h1>RelayChat is running</h1><p>This build has no web application in it. In a clone of the \
        repository, <code>cargo xtask serve</code> builds one that has.</p>\
        <p><a href=\"/api/docs\">API documentation</a></p></html>";
    let page = async || {
        let headers = [
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; frame-ancestors 'none'",
            ),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, Html(PAGE)).into_response()
    };
    Router::new().route("/", get(page))
}
