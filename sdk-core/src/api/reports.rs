//! Telling the host of messages and people.

use super::{Api, json_body};
use crate::{RelayError, transport::Method};

impl Api<'_> {
    /// `report` is a `CreateReport` in JSON.
    pub(crate) async fn create_report(self, report: String) -> Result<(), RelayError> {
        let body = Some(json_body(report));
        self.call(Method::Post, "/reports", body).await?;
        Ok(())
    }
}
