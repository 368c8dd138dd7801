//! What an error means for a message: wait, upload again, or give up. By code, never by message.
//!
//! | error | verdict |
//! |---|---|
//! | the network, 5xx, 408, 429, 507 | try again, after the time the server asked for or back-off |
//! | the login (401) | try again: the connection gets a new token or signs the person out |
//! | 404, 422 for files uploaded before | upload them again, once: the server forgets unsent files |
//! | `message_id_reused` | the server has it as it once was: catch up, do not send it again |
//! | everything else: 400, 403, 404, 413, 415, 422, unknown | give up: tomorrow it is the same |

use relaychat_protocol::ErrorCode;

use super::{OutgoingMessage, Phase};
use crate::RelayError;

/// What to do with a message that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    TryAgain,
    UploadAgain,
    CatchUp,
    GiveUp,
}

/// Judges an error of the step that `message` is in.
pub(super) fn judge(error: &RelayError, message: &mut OutgoingMessage) -> Verdict {
    if error.retryable || error.is_unauthenticated() {
        return Verdict::TryAgain;
    }
    if error.code == ErrorCode::MessageIdReused.as_str() {
        return Verdict::CatchUp;
    }
    let is_about_files = [ErrorCode::NotFound, ErrorCode::ValidationFailed]
        .iter()
        .any(|code| code.as_str() == error.code)
        && error
            .field
            .as_deref()
            .is_none_or(|field| field == "attachment_ids");
    let is_sending = matches!(message.phase, Phase::Sending { .. });
    if is_about_files && is_sending && !message.files.is_empty() && !message.was_uploaded_again {
        message.was_uploaded_again = true;
        return Verdict::UploadAgain;
    }
    Verdict::GiveUp
}
