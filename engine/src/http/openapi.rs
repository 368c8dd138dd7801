//! The OpenAPI document: what the handlers say, and what holds for all of them.

use relaychat_protocol::{ErrorCode, Problem, frames};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, RefOr, Response,
        path::{Operation, PathItem},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

/// What does not come from a handler.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "RelayChat",
        description = "The REST interface of the RelayChat engine. Everything that changes state \
            can be done here; the WebSocket at `/v1/ws` (see `realtime.md`) adds low latency, live \
            events, typing and presence.\n\nTimes are milliseconds since the Unix epoch. Errors \
            are `application/problem+json` with a `code` of one closed list; decide by it. Clients \
            ignore fields they do not know.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(Problem, ErrorCode, frames::ClientFrame, frames::ServerFrame)),
    tags(
        (name = "auth", description = "Logging in with a one-time code, and tokens"),
        (name = "sessions", description = "Where the caller is logged in"),
        (name = "me", description = "The caller's own profile"),
        (name = "users", description = "People"),
        (name = "chats", description = "Conversations and their members"),
        (name = "messages", description = "Sending and history"),
        (name = "reports", description = "Telling the host of messages and people"),
        (name = "search", description = "Searching messages"),
        (name = "attachments", description = "Uploaded files"),
        (name = "sync", description = "Catching up"),
        (name = "server", description = "The server itself"),
        (name = "host", description = "For servers of the host, with a server key")
    ),
    modifiers(&AccessToken)
)]
struct Document;

/// The bearer token.
struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        scheme.description = Some("The access token of a session.".to_owned());
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("access_token", SecurityScheme::Http(scheme));
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("rk_…".to_owned());
        scheme.description = Some("A server key of the host.".to_owned());
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("server_key", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI document of this build.
#[must_use]
pub(crate) fn openapi() -> openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(super::documented().into_openapi());
    for item in document.paths.paths.values_mut() {
        let PathItem {
            get,
            put,
            post,
            delete,
            patch,
            ..
        } = item;
        for operation in [put, post, delete, patch].into_iter().flatten() {
            add_problems(operation, &[ErrorCode::StorageFull]);
            add_common_problems(operation);
        }
        get.iter_mut().for_each(add_common_problems);
    }
    document
}

/// Adds the problems that come from the layers and extractors around the handler.
fn add_common_problems(operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    let has_parameters = operation
        .parameters
        .as_ref()
        .is_some_and(|parameters| !parameters.is_empty());
    let needs = |scheme: &str| {
        let wanted = SecurityRequirement::new(scheme, Vec::<String>::new());
        operation
            .security
            .iter()
            .flatten()
            .any(|one| *one == wanted)
    };
    let (needs_token, needs_key) = (needs("access_token"), needs("server_key"));
    let mut codes = vec![
        ErrorCode::RequestTimeout,
        ErrorCode::Internal,
        ErrorCode::Unavailable,
    ];
    if has_body || has_parameters {
        codes.push(ErrorCode::MalformedRequest);
    }
    if has_body {
        codes.extend([
            ErrorCode::PayloadTooLarge,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::ValidationFailed,
        ]);
    }
    if needs_key {
        codes.push(ErrorCode::Unauthenticated);
    }
    if needs_token {
        codes.extend([
            ErrorCode::Unauthenticated,
            ErrorCode::TokenExpired,
            ErrorCode::SessionRevoked,
            ErrorCode::RateLimited,
            ErrorCode::OriginNotAllowed,
        ]);
    }
    add_problems(operation, &codes);
}

/// Adds the problems of these codes to those the operation names itself.
fn add_problems(operation: &mut Operation, codes: &[ErrorCode]) {
    for (status, common) in super::problems::by_status(codes) {
        match operation.responses.responses.get_mut(&status) {
            None => {
                operation.responses.responses.insert(status, common);
            }
            Some(RefOr::T(own)) => extend(own, common),
            Some(RefOr::Ref(_)) => {}
        }
    }
}

/// Adds the examples and the text of `common` to a response for the same status.
fn extend(own: &mut Response, common: RefOr<Response>) {
    let RefOr::T(common) = common else { return };
    for (content_type, content) in common.content {
        let (Some(RefOr::T(mine)), RefOr::T(content)) =
            (own.content.get_mut(&content_type), content)
        else {
            continue;
        };
        let known: Vec<String> = mine.examples.keys().cloned().collect();
        let is_new = content
            .examples
            .iter()
            .any(|(name, _)| !known.contains(name));
        if is_new {
            own.description = format!("{} {}", own.description, common.description);
        }
        mine.examples.extend(content.examples);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn document() -> Value {
        serde_json::to_value(openapi()).expect("the document is JSON")
    }

    #[test]
    fn the_committed_document_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        let present = openapi().to_pretty_json().expect("the document is JSON");
        assert!(
            committed.trim_end() == present.trim_end(),
            "openapi/openapi.json is stale: run `cargo xtask openapi` and commit it"
        );
    }

    #[test]
    fn every_operation_says_what_it_does_and_has_its_own_name() {
        let document = document();
        let mut names = BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let name = operation["operationId"].as_str().expect("an id");
                assert!(names.insert(name.to_owned()), "{name} twice");
                assert!(operation["summary"].is_string(), "{method} {path}");
                assert_eq!(
                    operation["tags"].as_array().map(Vec::len),
                    Some(1),
                    "{name}"
                );
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    assert!(parameter["description"].is_string(), "{name} {parameter}");
                }
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#/").skip(1) {
            let path = reference.split('"').next().expect("a path");
            let found = document.pointer(&format!("/{path}"));
            assert!(found.is_some(), "{path}");
        }
    }
}
