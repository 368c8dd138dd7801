//! The document for people: a page that lists every operation, a glossary of errors, and the
//! document itself.
//!
//! Rendered once from the document, on first use. No script, nothing from other servers, links
//! relative, so that it works under any prefix and under the strictest policy.

mod page;
mod schema;

use std::sync::OnceLock;

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use relaychat_protocol::ErrorCode;
use serde_json::Value;

use super::ApiState;

/// Only the page's own style sheet may be loaded, and nobody may frame it.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";
const STYLE: &str = include_str!("docs/style.css");

/// The pages.
pub(super) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/api/docs", get(async || html(operations_page())))
        .route("/api/docs/errors", get(async || html(errors_page())))
        .route(
            "/api/docs/style.css",
            get(async || cached("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/api/docs/openapi.json",
            get(async || cached("application/json", document())),
        )
}

/// The document as JSON.
fn document() -> &'static str {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        super::openapi()
            .to_pretty_json()
            .expect("the document has string keys only")
    })
}

fn operations_page() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| {
        let document: Value = serde_json::from_str(document()).expect("it was just written");
        page::operations(&document)
    })
}

fn errors_page() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| page::errors(ErrorCode::ALL))
}

fn html(body: &'static str) -> Response {
    let mut response = cached("text/html; charset=utf-8", body);
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    response
}

/// Something that only changes with the program: kept, but asked for again after an hour.
fn cached(content_type: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_every_schema_is_on_the_page() {
        let document: Value = serde_json::from_str(document()).expect("JSON");
        let page = operations_page();
        for (path, item) in document["paths"].as_object().expect("paths") {
            assert!(page.contains(&page::escape(path)), "{path}");
            for operation in item.as_object().expect("operations").values() {
                let id = operation["operationId"].as_str().expect("an id");
                assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
            }
        }
        for name in document["components"]["schemas"]
            .as_object()
            .expect("schemas")
            .keys()
        {
            assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
        }
    }

    #[test]
    fn every_link_within_the_page_leads_somewhere() {
        let page = operations_page();
        for link in page.split("href=\"#").skip(1) {
            let target = link.split('"').next().expect("a target");
            assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
        }
    }

    #[test]
    fn every_error_has_the_anchor_that_its_type_names() {
        for code in ErrorCode::ALL {
            assert!(errors_page().contains(&format!("id=\"{code}\"")), "{code}");
        }
    }
}
