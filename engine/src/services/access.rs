//! Which sessions are known to be alive.
#[derive(Debug, Default)]
pub(super) struct LiveSessions;
