//! Telling the host of messages and people.

use std::sync::Arc;

use relaychat_sdk as sdk;
use relaychat_sdk::protocol::rest;

use crate::{CancelToken, CoreChat, CoreClient, RelayError, client::id};

/// Why something is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ReportReason {
    /// Advertising, fraud, or the same again and again.
    Spam,
    /// Insults, threats, pestering.
    Harassment,
    /// Violence, or a call for it.
    Violence,
    /// Somebody may harm themselves.
    SelfHarm,
    /// Against the law.
    Illegal,
    /// Anything else; the note says what.
    Other,
}

impl From<ReportReason> for rest::reports::ReportReason {
    fn from(reason: ReportReason) -> Self {
        match reason {
            ReportReason::Spam => Self::Spam,
            ReportReason::Harassment => Self::Harassment,
            ReportReason::Violence => Self::Violence,
            ReportReason::SelfHarm => Self::SelfHarm,
            ReportReason::Illegal => Self::Illegal,
            ReportReason::Other => Self::Other,
        }
    }
}

fn report(reason: ReportReason, note: Option<String>) -> sdk::Report {
    sdk::Report {
        reason: reason.into(),
        note,
    }
}

#[uniffi::export]
impl CoreChat {
    /// Reports a message to the host, which gets a copy of it as it is now. Asked at once.
    #[uniffi::method(default(note = None, cancel = None))]
    pub async fn report(
        &self,
        message_id: String,
        reason: ReportReason,
        note: Option<String>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let chat = self.chat.clone();
        let report = async move { chat.report(id(&message_id)?, report(reason, note)).await };
        self.shared.host.call(cancel, report).await
    }
}

#[uniffi::export]
impl CoreClient {
    /// Reports a person to the host. Asked at once.
    #[uniffi::method(default(note = None, cancel = None))]
    pub async fn report_user(
        &self,
        user_id: String,
        reason: ReportReason,
        note: Option<String>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let people = self.client().people();
        let report = async move { people.report(id(&user_id)?, report(reason, note)).await };
        self.host().call(cancel, report).await
    }
}
