//! Whether the server can serve, as `GET /readyz` tells.

use serde::{Deserialize, Serialize};

/// The server can serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Readiness {
    /// Whether everything works.
    pub status: ReadinessStatus,
    /// What connects this node with others; absent when it is the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broker: Option<PartStatus>,
}

/// Whether everything works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadinessStatus {
    /// It does.
    Ok,
    /// Something is missing that the server can do without: it serves, but slower.
    Degraded,
}

/// Whether a part can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartStatus {
    /// It can.
    Up,
    /// It cannot.
    Down,
}
