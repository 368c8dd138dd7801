//! Everybody whose profile is known, newest revision first.

use std::{collections::HashMap, sync::Arc};

use relaychat_protocol::{UserId, rest};

use crate::{Me, User};

/// Known profiles.
#[derive(Debug)]
pub(crate) struct KnownUsers {
    base_url: String,
    by_id: HashMap<UserId, (u64, Arc<User>)>,
}

impl KnownUsers {
    pub(crate) fn new(base_url: String) -> Self {
        let by_id = HashMap::new();
        Self { base_url, by_id }
    }

    /// Takes a profile; true if it was news.
    pub(crate) fn learn(&mut self, user: rest::users::User) -> bool {
        let rest::users::User {
            id,
            name,
            avatar_url,
            revision,
        } = user;
        let known = self.by_id.get(&id);
        if known.is_some_and(|(known, _)| *known >= revision) {
            return false;
        }
        let avatar_url = avatar_url.map(|url| self.address(&url));
        let user = Arc::new(User {
            id,
            name,
            avatar_url,
        });
        self.by_id.insert(id, (revision, user));
        true
    }

    /// A picture's address as the server gives it, made absolute.
    pub(crate) fn address(&self, url: &str) -> String {
        absolute(&self.base_url, url)
    }

    /// The caller's own profile as people see it.
    pub(crate) fn learn_me(&mut self, me: rest::users::Me) -> Me {
        let rest::users::Me {
            user,
            email,
            is_new,
            shows_read_receipts,
            shows_last_seen,
        } = me;
        let id = user.id;
        self.learn(user);
        Me {
            user: self.get(id),
            email,
            is_new,
            shows_read_receipts,
            shows_last_seen,
        }
    }

    /// A person; without a name while nothing is known of them.
    pub(crate) fn get(&self, id: UserId) -> Arc<User> {
        match self.by_id.get(&id) {
            Some((_, user)) => Arc::clone(user),
            None => Arc::new(User {
                id,
                name: String::new(),
                avatar_url: None,
            }),
        }
    }

    /// As the server told it, but for an address that is not the engine's own.
    pub(crate) fn to_wire(&self, id: UserId) -> Option<rest::users::User> {
        let (revision, user) = self.by_id.get(&id)?;
        let User {
            id,
            name,
            avatar_url,
        } = &**user;
        let own = |url: &String| {
            let path = url.strip_prefix(&self.base_url);
            path.unwrap_or(url).to_owned()
        };
        Some(rest::users::User {
            id: *id,
            name: name.clone(),
            avatar_url: avatar_url.as_ref().map(own),
            revision: *revision,
        })
    }

    /// The caller's own profile as the server told it.
    pub(crate) fn to_wire_me(&self, me: &Me) -> Option<rest::users::Me> {
        let Me {
            user,
            email,
            is_new,
            shows_read_receipts,
            shows_last_seen,
        } = me;
        Some(rest::users::Me {
            user: self.to_wire(user.id)?,
            email: email.clone(),
            is_new: *is_new,
            shows_read_receipts: *shows_read_receipts,
            shows_last_seen: *shows_last_seen,
        })
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = UserId> {
        self.by_id.keys().copied()
    }

    pub(crate) fn knows(&self, id: UserId) -> bool {
        self.by_id.contains_key(&id)
    }

    pub(crate) fn forget(&mut self) {
        self.by_id.clear();
    }
}

/// An address of the engine in full.
pub(crate) fn absolute(base_url: &str, url: &str) -> String {
    if url.starts_with("http://") || url.starts_with("https://") {
        return url.to_owned();
    }
    let slash = if url.starts_with('/') { "" } else { "/" };
    format!("{base_url}{slash}{url}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_revision_wins_in_any_order() {
        let id = UserId(uuid::Uuid::from_u128(1));
        let profile = |name: &str, revision| rest::users::User {
            id,
            name: name.to_owned(),
            avatar_url: Some("/v1/avatars/1".to_owned()),
            revision,
        };
        let mut users = KnownUsers::new("https://example.com/chat".to_owned());
        assert_eq!(users.get(id).name, "");
        assert!(users.learn(profile("New", 2)));
        assert!(!users.learn(profile("Old", 1)));
        assert_eq!(users.get(id).name, "New");
        let url = users.get(id).avatar_url.clone();
        assert_eq!(
            url.as_deref(),
            Some("https://example.com/chat/v1/avatars/1")
        );
    }
}
