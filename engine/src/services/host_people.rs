//! People of the host: whoever the host names is here from the first time it does, and follows
//! what it says about them.
//!
//! The host is the truth for the profile of its people, so they cannot change it here. Whether the
//! host said something acceptable is checked for calls of its servers; a login is not refused for a
//! long name, which is cut instead.

use relaychat_protocol::{ErrorCode, UserId};

use super::{ServiceError, Services, cursor, validate};
use crate::{
    domain::{
        attachment::Usage,
        email::Email,
        event::Event,
        host_login::UserRef,
        user::{HostProfile, Privacy, User, UserStatus},
    },
    limits::MEMBERS_PER_REQUEST,
    storage::{Transaction, UserFilter, UserPosition},
};

/// What people who are gone are called.
const DELETED_NAME: &str = "Deleted user";

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
        let chat_ids = transaction.users().list_audience_ids(user.id).await?;
        let event = Event::UserUpdated {
            user: user.clone(),
            chat_ids,
        };
        Ok((Ensured { user, is_new }, Some(event)))
    }

    /// A person, unless they are gone.
    pub(crate) async fn get_person(&self, user: &UserRef) -> Result<User, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        self.resolve(&mut *snapshot, user).await
    }

    /// The same, with nobody for nobody.
    pub(crate) async fn find_user(&self, user: &UserRef) -> Result<Option<User>, ServiceError> {
        match self.get_person(user).await {
            Ok(user) => Ok(Some(user)),
            Err(error) if error.code == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The person who logs in with this address.
    pub(crate) async fn find_user_by_email(
        &self,
        email: &str,
    ) -> Result<Option<User>, ServiceError> {
        let Some(email) = Email::parse(email) else {
            return Ok(None);
        };
        let mut snapshot = self.storage.snapshot().await?;
        Ok(snapshot.users().find_by_email(&email).await?)
    }

    /// A page of everybody by name, and the cursor of the next one.
    pub(crate) async fn list_everybody(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<User>, Option<String>), ServiceError> {
        let limit = validate::page_limit(Some(limit))?;
        let filter = UserFilter {
            viewer: UserId(uuid::Uuid::nil()),
            is_limited_to_contacts: false,
            name_contains: None,
            email: None,
            after: cursor::to_user(after)?,
            limit: limit + 1,
        };
        let mut snapshot = self.storage.snapshot().await?;
        let mut users = snapshot.users().list(&filter).await?;
        let has_more = users.len() > limit as usize;
        users.truncate(limit as usize);
        let last = users.last().filter(|_| has_more);
        let next = last.map(|last| cursor::of_user(&UserPosition::of(last)));
        Ok((users, next))
    }

    /// Lets a person in no longer, or again. Who is let in no longer is logged out everywhere.
    pub(crate) async fn set_user_disabled(
        &self,
        user: &UserRef,
        is_disabled: bool,
    ) -> Result<User, ServiceError> {
        let status = if is_disabled {
            UserStatus::Disabled
        } else {
            UserStatus::Active
        };
        let mut transaction = self.storage.begin().await?;
        let mut user = self.resolve(&mut *transaction, user).await?;
        if user.status == status {
            return Ok(user);
        }
        user.status = status;
        transaction.users().update(&user).await?;
        transaction.chats().update_gone(user.id).await?;
        let events = if is_disabled {
            self.end_all(&mut *transaction, &user).await?
        } else {
            Vec::new()
        };
        self.commit(transaction, events).await?;
        Ok(user)
    }

    /// Deletes a person: logged out everywhere, out of all groups, without name, picture, address
    /// and external id. What they wrote stays, and what they reported, without their name and
    /// their words. When it fails on the way, it can be done again.
    pub(crate) async fn delete_user(&self, user: &UserRef) -> Result<(), ServiceError> {
        let user = self.set_user_disabled(user, true).await?;
        self.leave_groups(user.id).await?;
        let mut transaction = self.storage.begin().await?;
        let mut user = self
            .resolve(&mut *transaction, &UserRef::Id(user.id))
            .await?;
        if let Some(picture) = user.avatar_id.take() {
            let attachments = transaction.attachments();
            attachments.update_usage(picture, Usage::Unused).await?;
        }
        user.name = DELETED_NAME.to_owned();
        user.email = None;
        user.external_id = None;
        user.avatar_url = None;
        user.status = UserStatus::Deleted;
        user.revision += 1;
        transaction.users().update(&user).await?;
        transaction.chats().update_gone(user.id).await?;
        transaction.chat_settings().remove_all(user.id).await?;
        transaction.blocks().remove_all(user.id).await?;
        transaction.reports().remove_reporter(user.id).await?;
        let chat_ids = transaction.users().list_audience_ids(user.id).await?;
        let event = Event::UserUpdated { user, chat_ids };
        self.commit(transaction, vec![event]).await
    }

    /// Somebody whom the host names, unless they are gone.
    pub(super) async fn resolve(
        &self,
        transaction: &mut dyn Transaction,
        user: &UserRef,
    ) -> Result<User, ServiceError> {
        let found = find_all(transaction, std::slice::from_ref(user)).await?;
        found.into_iter().next().ok_or_else(ServiceError::not_found)
    }

    /// Everybody whom the host names, each once, ordered by id.
    pub(super) async fn resolve_all(
        &self,
        transaction: &mut dyn Transaction,
        users: &[UserRef],
    ) -> Result<Vec<User>, ServiceError> {
        if users.len() > MEMBERS_PER_REQUEST {
            return Err(ServiceError::invalid(
                "users",
                format!("At most {MEMBERS_PER_REQUEST} people can be named at once."),
            ));
        }
        let found = find_all(transaction, users).await?;
        let is_found = |user: &UserRef| {
            found.iter().any(|found| match user {
                UserRef::External(id) => found.external_id.as_ref() == Some(id),
                UserRef::Id(id) => found.id == *id,
            })
        };
        if users.iter().all(is_found) {
            Ok(found)
        } else {
            Err(ServiceError::invalid(
                "users",
                "One of these people does not exist.",
            ))
        }
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
            privacy: Privacy::default(),
        }
    }
}

/// Those of the people who are there, each once, ordered by id.
async fn find_all(
    transaction: &mut dyn Transaction,
    users: &[UserRef],
) -> Result<Vec<User>, ServiceError> {
    let mut ids = Vec::new();
    let mut external_ids = Vec::new();
    for user in users {
        match user {
            UserRef::Id(id) => ids.push(*id),
            // What cannot be an id is nobody's, and some databases do not even look for it.
            UserRef::External(id) if validate::is_external_id(id) => external_ids.push(id.clone()),
            UserRef::External(_) => {}
        }
    }
    let mut found = transaction.users().find_many(&ids).await?;
    let external = transaction.users().find_by_external_ids(&external_ids);
    found.extend(external.await?);
    found.retain(|user| user.status != UserStatus::Deleted);
    found.sort_by_key(|user| user.id);
    found.dedup_by_key(|user| user.id);
    Ok(found)
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
