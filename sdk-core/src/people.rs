//! People: profiles, the caller's own, search, presence, and who is blocked.

use std::sync::Arc;

use relaychat_protocol::{ErrorCode, UserId};

use crate::{
    RelayError,
    observable::{Observable, Subscription},
    runtime::Runtime,
};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Names the person.
    pub id: UserId,
    /// Display name; empty while it is not known.
    pub name: String,
    /// Absolute address of the picture.
    pub avatar_url: Option<String>,
}

/// The caller's own profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// What others see.
    pub user: Arc<User>,
    /// The address the caller logs in with.
    pub email: Option<String>,
    /// Whether the name was made from the address and never chosen.
    pub is_new: bool,
    /// Whether others are told how far the caller has read, and the caller is told of others.
    pub shows_read_receipts: bool,
    /// Whether others see when the caller is online and was last seen, and the caller sees it of
    /// others.
    pub shows_last_seen: bool,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Whether at least one of their devices is connected.
    pub is_online: bool,
    /// When they were last connected, if they are not now and it is known.
    pub last_seen_at_ms: Option<i64>,
}

/// A page of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPage {
    /// The people.
    pub items: Vec<Arc<User>>,
    /// Pass it back to read on; absent on the last page.
    pub next_cursor: Option<String>,
}

/// Changes of the caller's profile. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChanges {
    /// New display name.
    pub name: Option<String>,
    /// Whether others are told from now on how far the caller reads, and the caller is told of
    /// others. What was told before stays. The caller's own devices have exact counts in any case.
    pub shows_read_receipts: Option<bool>,
    /// Whether others see from now on when the caller is online and was last seen, and the caller
    /// sees it of others. Typing is shown in any case.
    pub shows_last_seen: Option<bool>,
}

/// Finds people and watches whether they are there.
#[derive(Clone, Debug)]
pub struct People {
    pub(crate) runtime: Arc<Runtime>,
}

impl People {
    pub(crate) fn new(runtime: Arc<Runtime>) -> Self {
        Self { runtime }
    }

    /// People by name, or by exact address.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn list(
        &self,
        query: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<UserPage, RelayError> {
        let page = self.runtime.api().list_users(query, cursor).await?;
        let items = self.runtime.learn_users(page.items);
        Ok(UserPage {
            items,
            next_cursor: page.next_cursor,
        })
    }

    /// One person.
    ///
    /// # Errors
    /// `not_found` when there is no such person, or what the network says.
    pub async fn get(&self, user_id: UserId) -> Result<Arc<User>, RelayError> {
        let user = self.runtime.api().get_user(user_id).await?;
        let mut learned = self.runtime.learn_users(vec![user]);
        learned
            .pop()
            .ok_or_else(|| RelayError::of(ErrorCode::NotFound, "there is no such person"))
    }

    /// Blocks a person: in the one-to-one chat with them nobody can say anything new, and neither
    /// sees the other be online or type. They are not told. Twice is once.
    ///
    /// # Errors
    /// `not_found` when there is no such person, `validation_failed` for oneself, or what the
    /// network says.
    pub async fn block(&self, user_id: UserId) -> Result<(), RelayError> {
        self.runtime.set_block(user_id, true).await
    }

    /// Takes a block back. One that is not there is taken back already.
    ///
    /// # Errors
    /// `validation_failed` for oneself, or what the network says.
    pub async fn unblock(&self, user_id: UserId) -> Result<(), RelayError> {
        self.runtime.set_block(user_id, false).await
    }

    /// Everybody whom the caller blocks, ordered by id; `None` until it is known. It is read from the
    /// server once this is asked for, and kept up to date from then on while there is a connection.
    #[must_use]
    pub fn blocked(&self) -> Observable<Option<Vec<Arc<User>>>> {
        self.runtime.blocked()
    }

    /// Watches whether a person is there until the watch is dropped.
    #[must_use]
    pub fn presence(&self, user_id: UserId) -> PresenceWatch {
        PresenceWatch {
            presence: self.runtime.watch_presence(user_id),
            user_id,
            runtime: Arc::clone(&self.runtime),
        }
    }
}

/// Watches the presence of one person while it lives.
#[derive(Debug)]
pub struct PresenceWatch {
    presence: Observable<Option<Presence>>,
    user_id: UserId,
    runtime: Arc<Runtime>,
}

impl PresenceWatch {
    /// The present value; `None` until it is known.
    #[must_use]
    pub fn get(&self) -> Option<Presence> {
        *self.presence.get()
    }

    /// The value as an observable. It stops changing when the watch is dropped.
    #[must_use]
    pub fn observable(&self) -> Observable<Option<Presence>> {
        self.presence.clone()
    }

    /// Watches it from now on.
    #[must_use]
    pub fn subscribe(&self) -> Subscription<Option<Presence>> {
        self.presence.subscribe()
    }
}

impl Drop for PresenceWatch {
    fn drop(&mut self) {
        self.runtime.unwatch_presence(self.user_id);
    }
}
