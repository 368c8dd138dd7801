//! People of the host: whoever the host names is here from the first time it does, and follows
//! what it says about them.
//!
//! The host is the truth for the profile of its people, so they cannot change it here. Whether the
//! host said something acceptable is checked for calls of its servers; a login is not refused for a
//! long name, which is cut instead.

use relaychat_protocol::UserId;

use super::{ServiceError, Services, validate};
use crate::{
    domain::{
        event::Event,
        user::{HostProfile, User, UserStatus},
    },
    storage::Transaction,
};

/// What [`Services::ensure_user`] found or made.
#[derive(Clone, Debug)]
pub(crate) struct Ensured {
    /// The person as they are now.
    pub(crate) user: User,
    /// Whether they were made now.
    pub(crate) is_new: bool,
}

impl Services {
    /// The person whom the host calls so, made when it is the first time, changed to what the
    /// profile says. Repeats change nothing and cost one read.
    pub(crate) async fn ensure_user(&self, profile: HostProfile) -> Result<Ensured, ServiceError> {
        let profile = validate::host_profile(profile)?;
        let ids = [profile.external_id.clone()];
        let mut snapshot = self.storage.snapshot().await?;
        if let Some(user) = snapshot.users().find_by_external_ids(&ids).await?.pop()
            && changed(&user, &profile).is_none()
        {
            return Ok(Ensured {
                user,
                is_new: false,
            });
        }
        drop(snapshot);
        let mut transaction = self.storage.begin().await?;
        let (ensured, event) = self.ensure_in(&mut *transaction, profile).await?;
        self.commit(transaction, event.into_iter().collect())
            .await?;
        Ok(ensured)
    }

    /// The same within a transaction, which has to be committed with the event. The profile has
    /// been validated.
    pub(super) async fn ensure_in(
        &self,
        transaction: &mut dyn Transaction,
        profile: HostProfile,
    ) -> Result<(Ensured, Option<Event>), ServiceError> {
        let ids = [profile.external_id.clone()];
        let found = transaction.users().find_by_external_ids(&ids).await?.pop();
        let Some(user) = found else {
            let user = self.new_host_user(profile);
            transaction.users().insert(&user).await?;
            let is_new = true;
            return Ok((Ensured { user, is_new }, None));
        };
        let is_new = false;
        let Some(user) = changed(&user, &profile) else {
            return Ok((Ensured { user, is_new }, None));
        };
        transaction.users().update(&user).await?;
        let chat_ids = transaction.users().list_chat_ids(user.id).await?;
        let event = Event::UserUpdated {
            user: user.clone(),
            chat_ids,
        };
        Ok((Ensured { user, is_new }, Some(event)))
    }

    fn new_host_user(&self, profile: HostProfile) -> User {
        let HostProfile {
            external_id,
            name,
            avatar_url,
        } = profile;
        User {
            id: UserId(self.new_id()),
            email: None,
            is_name_chosen: name.is_some(),
            name: name.unwrap_or_else(|| validate::name_of_external_id(&external_id)),
            external_id: Some(external_id),
            avatar_id: None,
            avatar_url: avatar_url.filter(|url| !url.is_empty()),
            status: UserStatus::Active,
            revision: 1,
            last_seen_at_ms: None,
            created_at_ms: self.now_ms(),
        }
    }
}

/// The person as the profile says, or nothing when that is how they are.
pub(super) fn changed(user: &User, profile: &HostProfile) -> Option<User> {
    let HostProfile {
        external_id: _,
        name,
        avatar_url,
    } = profile;
    let mut updated = user.clone();
    if let Some(name) = name {
        updated.name.clone_from(name);
        updated.is_name_chosen = true;
    }
    if let Some(url) = avatar_url {
        updated.avatar_url = Some(url.clone()).filter(|url| !url.is_empty());
    }
    updated.revision += 1;
    let is_changed = updated.name != user.name
        || updated.is_name_chosen != user.is_name_chosen
        || updated.avatar_url != user.avatar_url;
    is_changed.then_some(updated)
}
