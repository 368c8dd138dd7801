//! History.
use super::Services;
use crate::domain::{message::Message, user::User};
/// Which part of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HistoryPlace {
    Newest,
    Before(u64),
    After(u64),
    Around(u64),
}
/// A part of the history.
#[derive(Debug)]
pub(crate) struct HistoryPage {
    pub(crate) messages: Vec<Message>,
    pub(crate) users: Vec<User>,
    pub(crate) has_before: bool,
    pub(crate) has_after: bool,
}
impl Services {}
