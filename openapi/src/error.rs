//! Errors: one closed list of codes, and one object that carries a code in REST and on the socket.

use serde::{Deserialize, Deserializer, Serialize};

macro_rules! error_codes {
    ($($(#[$attr:meta])* $name:ident => $code:literal, $status:literal, $retry:literal, $title:literal, $help:literal;)*) => {
        /// What went wrong, as a stable `snake_case` string. The list only grows.
        ///
        /// `errors.md` beside this crate is generated from it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(
                #[doc = $title]
                #[serde(rename = $code)]
                $name,
            )*
            /// A code this build does not know (sent by a newer server).
            #[serde(rename = "unknown")]
            Unknown,
        }

        impl ErrorCode {
            /// Every code of this build, in the order of the glossary.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable string.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* Self::Unknown => "unknown" }
            }

            /// The HTTP status it travels with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* Self::Unknown => 500 }
            }

            /// Whether the same request may succeed later without being changed.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                match self { $(Self::$name => $retry,)* Self::Unknown => false }
            }

            /// One short sentence, the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* Self::Unknown => "Unknown error" }
            }

            /// What the caller can do about it.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* Self::Unknown => "Update the client." }
            }
        }
    };
}

/// By the list, which is there anyhow: a derived match would be a code's weight in a web page again.
impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let known = Self::ALL.iter().find(|code| code.as_str() == word);
        Ok(known.copied().unwrap_or(Self::Unknown))
    }
}

error_codes! {
    MalformedRequest => "malformed_request", 400, false, "The request cannot be read",
        "Send the documented JSON, path and query types in UTF-8.";
    Unauthenticated => "unauthenticated", 401, false, "Not logged in",
        "Send a valid access token.";
    TokenExpired => "token_expired", 401, false, "The access token has expired",
        "Refresh the access token and repeat the request.";
    SessionRevoked => "session_revoked", 401, false, "The session has ended",
        "Log in again.";
    RefreshTokenReused => "refresh_token_reused", 401, false, "The refresh token was used before",
        "The session was revoked for safety. Log in again.";
    CodeInvalid => "code_invalid", 401, false, "The code is wrong",
        "Type the code from the newest mail. A code takes five tries.";
    CodeExpired => "code_expired", 401, false, "The code is no longer valid",
        "Request a new code.";
    CodeExhausted => "code_exhausted", 401, false, "Too many wrong tries for this code",
        "Request a new code, or use the link in the mail.";
    Forbidden => "forbidden", 403, false, "Not allowed",
        "The role in this chat does not allow it.";
    MembershipManaged => "membership_managed", 403, false, "The host decides who is in this chat",
        "Change the membership in the application the chat belongs to.";
    Rejected => "rejected", 403, false, "The host application refused it",
        "Show `detail` to the person; `reason` is the host's own word for why.";
    OriginNotAllowed => "origin_not_allowed", 403, false, "This web origin may not connect",
        "Add the origin to the engine's allowed origins.";
    NotFound => "not_found", 404, false, "Not found",
        "It does not exist, or it is not visible to the caller.";
    BlockedByYou => "blocked_by_you", 403, false, "The caller has blocked this person",
        "Unblock the person first.";
    Unreachable => "unreachable", 403, false, "This person cannot be reached",
        "Nothing can be sent to them now; the reason is not told.";
    NotReportable => "not_reportable", 403, false, "The caller cannot report this",
        "Nobody reports themselves, or a message of their own.";
    EditTooLate => "edit_too_late", 403, false, "The message can no longer be edited",
        "Messages can be edited for `edit_window_ms`, listed at /v1/limits.";
    MethodNotAllowed => "method_not_allowed", 405, false, "The method is not allowed here",
        "Use a documented method.";
    RequestTimeout => "request_timeout", 408, true, "The request took too long to arrive",
        "Repeat the request over a faster connection.";
    MessageDeleted => "message_deleted", 409, false, "The message was deleted",
        "Nothing can be done to it any more.";
    MessageIsEvent => "message_is_event", 409, false, "The message only tells of a change",
        "Nothing can be done to a message with `event`.";
    GroupFull => "group_full", 409, false, "The group has as many members as a group may have",
        "Somebody has to leave before somebody else can join.";
    TooManyPins => "too_many_pins", 409, false, "The chat has as many pinned messages as a chat may have",
        "Unpin one first.";
    TooManyUploads => "too_many_uploads", 409, false, "The caller has begun as many uploads as anybody may",
        "Finish one, or give one up, first.";
    UploadIncomplete => "upload_incomplete", 409, false, "Bytes of the upload are missing",
        "Ask for `received_bytes` of the upload, and go on there.";
    ReportClosed => "report_closed", 409, false, "The report was closed with another outcome",
        "Read the report: what came of it is decided.";
    PayloadTooLarge => "payload_too_large", 413, false, "The request is too large",
        "Keep to the sizes listed at /v1/limits.";
    QuotaExceeded => "quota_exceeded", 413, false, "The uploads of this person take too much room",
        "Delete messages with files, or ask the operator for more room.";
    UnsupportedMediaType => "unsupported_media_type", 415, false, "The content type is not supported",
        "Send application/json, or for uploads a supported image type.";
    RangeNotSatisfiable => "range_not_satisfiable", 416, false, "The range lies outside the file",
        "Ask for a range within the size named in `Content-Range`.";
    ValidationFailed => "validation_failed", 422, false, "A value is not acceptable",
        "Correct the field named in `field`.";
    MessageIdReused => "message_id_reused", 422, false, "The message id was used for other content",
        "Make a new id for new content; repeat only unchanged messages.";
    ImageInvalid => "image_invalid", 422, false, "The image cannot be read",
        "Send a complete PNG, JPEG, WebP or GIF file.";
    UpgradeRequired => "upgrade_required", 426, false, "A WebSocket upgrade is needed here",
        "Open this address as a WebSocket.";
    ProtocolUnsupported => "protocol_unsupported", 426, false, "No common protocol version",
        "Update the client.";
    RateLimited => "rate_limited", 429, true, "Too many requests",
        "Wait for `retry_after_ms`.";
    LoginLocked => "login_locked", 429, true, "Too many wrong codes for this account",
        "Wait for `retry_after_ms`, or use the link in the mail.";
    Internal => "internal", 500, true, "The server failed",
        "Repeat later; quote `request_id` to the operator.";
    Unavailable => "unavailable", 503, true, "The server is busy or starting",
        "Repeat after `retry_after_ms`.";
    Draining => "draining", 503, true, "The server is shutting down",
        "Repeat after `retry_after_ms`; another node or the restarted server will answer.";
    StorageFull => "storage_full", 507, true, "The server cannot store more",
        "The operator must free space.";
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Written by hand: the derive does not see the names that the macro above gives.
#[cfg(feature = "schema")]
impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .description(Some(
                "What went wrong, as a stable string. The list only grows; `errors.md` explains each.",
            ))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for ErrorCode {
    fn name() -> std::borrow::Cow<'static, str> {
        "ErrorCode".into()
    }
}

/// An error as it travels: RFC 9457 `application/problem+json` in REST, the `error` member of an
/// `error` frame on the socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Address of the glossary entry.
    #[cfg_attr(feature = "schema", schema(example = "/api/docs/errors#not_found"))]
    pub r#type: String,
    /// One short sentence, the same for every occurrence of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong this time, for a person. Never parse it.
    pub detail: String,
    /// The stable code. Decide by this.
    pub code: ErrorCode,
    /// Names this request in the server's log.
    pub request_id: String,
    /// How long to wait before the same request may succeed, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The field that was not acceptable, as a dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The host application's own short word for why it refused (with `rejected`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Problem {
    /// A problem with the code's own title and status.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            r#type: format!("/api/docs/errors#{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            request_id: request_id.into(),
            retry_after_ms: None,
            field: None,
            reason: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_travels_as_its_own_string() {
        for code in ErrorCode::ALL {
            let json = serde_json::to_string(code).expect("codes serialise");
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(
                serde_json::from_str::<ErrorCode>(&json).expect("codes parse"),
                *code
            );
        }
    }

    #[test]
    fn a_code_of_a_newer_server_is_unknown_and_not_an_error() {
        let code: ErrorCode = serde_json::from_str("\"from_the_future\"").expect("parses");
        assert_eq!(code, ErrorCode::Unknown);
    }
}
