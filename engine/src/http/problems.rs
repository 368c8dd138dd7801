//! The problems an operation can answer with, for its documentation.
//!
//! What every operation can answer (a failing server, a missing token, an unreadable body) is added
//! by [`openapi`](super::openapi); operations name the rest with the types here.

use std::collections::BTreeMap;

use relaychat_protocol::{ErrorCode, Problem};
use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
        example::ExampleBuilder, header::HeaderBuilder, schema::SchemaType,
    },
};

use super::error::PROBLEM_JSON;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident => [$($code:ident),+];)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                by_status(&[$(ErrorCode::$code),+])
            }
        }
    )*};
}

problems! {
    /// It is not there, or not visible to the caller.
    NotFound => [NotFound];
    /// It is not there, or a value is not acceptable.
    NotFoundOrInvalid => [NotFound, ValidationFailed];
    /// The role does not allow it, and it may not be there at all.
    ForbiddenOrNotFound => [Forbidden, NotFound];
    /// The caller blocks the person, or nobody is there for the caller.
    NotOpened => [NotFound, BlockedByYou];
    /// Nobody was added to a group.
    NotAdded => [Forbidden, BlockedByYou, NotFound, MembershipManaged, GroupFull, ValidationFailed];
    /// A group was not made.
    NotMade => [Rejected, BlockedByYou, GroupFull, ValidationFailed];
    /// A value of the query or the path is not acceptable.
    Invalid => [ValidationFailed];
    /// A file was not taken.
    FileRefused => [ImageInvalid, ValidationFailed, QuotaExceeded, StorageFull];
    /// An upload was not begun.
    UploadNotBegun => [TooManyUploads, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, QuotaExceeded];
    /// A part was not taken.
    PartRefused => [NotFound, UploadIncomplete, PayloadTooLarge, ValidationFailed];
    /// An upload was not finished.
    UploadNotFinished => [Rejected, NotFound, UploadIncomplete, PayloadTooLarge, UnsupportedMediaType, ImageInvalid, QuotaExceeded];
    /// It is not there, the address is no longer good, or the range lies outside.
    NotReadable => [NotFound, RangeNotSatisfiable];
    /// The profile is not the caller's to change.
    HostsProfile => [Forbidden];
    /// A message could not be sent.
    NotSent => [NotFound, Forbidden, BlockedByYou, Unreachable, Rejected, ValidationFailed, MessageIdReused];
    /// A message could not be edited.
    NotEdited => [NotFound, Forbidden, BlockedByYou, Unreachable, EditTooLate, Rejected, MessageDeleted, ValidationFailed];
    /// A reaction could not be changed.
    NotReacted => [NotFound, Forbidden, BlockedByYou, Unreachable, MessageDeleted, ValidationFailed];
    /// A message could not be pinned.
    NotPinned => [NotFound, Forbidden, BlockedByYou, Unreachable, MessageDeleted, TooManyPins];
    /// Nothing was reported.
    NotReported => [NotFound, NotReportable, Rejected, MessageDeleted, ValidationFailed];
    /// A report was not closed.
    NotClosed => [NotFound, ReportClosed, ValidationFailed];
    /// A code or link was not accepted.
    NotVerified => [CodeInvalid, CodeExpired, CodeExhausted, LoginLocked, Forbidden, NotFound];
    /// A link was not accepted.
    LinkNotVerified => [CodeInvalid, CodeExpired, Forbidden, NotFound];
    /// A refresh token was not accepted.
    NotRefreshed => [Unauthenticated, SessionRevoked, RefreshTokenReused, RateLimited, NotFound];
    /// Too many requests.
    Limited => [RateLimited, NotFound];
    /// The server cannot serve now.
    NotReady => [Unavailable];
}

/// The responses for `codes`, one for each status.
pub(super) fn by_status(codes: &[ErrorCode]) -> BTreeMap<String, RefOr<Response>> {
    let mut grouped: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in codes {
        grouped.entry(code.status()).or_default().push(*code);
    }
    grouped
        .into_iter()
        .map(|(status, codes)| (status.to_string(), RefOr::T(response(status, &codes))))
        .collect()
}

/// One response with an example for each code.
fn response(status: u16, codes: &[ErrorCode]) -> Response {
    let titles: Vec<String> = codes
        .iter()
        .map(|code| format!("`{code}`: {}.", code.title()))
        .collect();
    let examples = codes.iter().map(|code| {
        let mut problem = Problem::new(*code, code.help(), "01944d1c-0000-7000-8000-000000000001");
        problem.retry_after_ms = code.is_retryable().then_some(1_000);
        let example = ExampleBuilder::new()
            .summary(code.title())
            .value(serde_json::to_value(problem).ok())
            .build();
        (code.as_str(), example)
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    let mut response = ResponseBuilder::new()
        .description(titles.join(" "))
        .content(PROBLEM_JSON, content);
    if matches!(status, 429 | 503) {
        let seconds = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .build();
        let header = HeaderBuilder::new()
            .schema(Some(seconds))
            .description(Some("Seconds to wait."))
            .build();
        response = response.header("Retry-After", header);
    }
    response.build()
}
