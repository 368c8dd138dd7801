//! The glossary of error codes, written from the one list in [`crate::error`].

use crate::ErrorCode;

/// The glossary as Markdown: what `errors.md` beside this crate holds.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# Error codes\n\n\
         <!-- Written by `cargo xtask openapi` from the list in `src/error.rs`. Do not edit. -->\n\n\
         Every error of the REST interface is an RFC 9457 `application/problem+json` object, and the \
         `error` member of an `error` frame on the socket is the same object. Decide by its `code`. \
         The list only grows: treat a code you do not know by its `status`.\n\n\
         A retryable error may succeed when the same request is sent again, after \
         `retry_after_ms` if it is there. 429 and 503 also carry `Retry-After`.\n\n\
         | code | status | retryable | meaning | what to do |\n\
         |---|---|---|---|---|\n",
    );
    for code in ErrorCode::ALL {
        let is_retryable = if code.is_retryable() { "yes" } else { "no" };
        text += &format!(
            "| `{code}` | {} | {is_retryable} | {} | {} |\n",
            code.status(),
            code.title(),
            code.help(),
        );
    }
    text
}
