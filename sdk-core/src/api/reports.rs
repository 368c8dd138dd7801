//! Telling the host of messages and people.

use super::Api;
use crate::{
    Content, RelayError,
    transport::{Body, Method},
};

impl Api<'_> {
    /// `report` is a `CreateReport` in JSON.
    pub(crate) async fn create_report(self, report: String) -> Result<(), RelayError> {
        let body = Body {
            content: Content::Bytes(report.into()),
            content_type: "application/json".to_owned(),
        };
        self.call(Method::Post, "/reports", Some(body)).await?;
        Ok(())
    }
}
