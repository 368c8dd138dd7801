//! Groups.
use super::Services;
impl Services {}
