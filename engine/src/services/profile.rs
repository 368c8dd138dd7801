//! The caller's own profile. Everybody who shares a chat with them is told of a change.

use relaychat_protocol::{AttachmentId, ErrorCode};

use super::{Caller, ServiceError, Services, avatars, validate};
use crate::{
    domain::{
        event::Event,
        user::{Privacy, PrivacyChange, User},
    },
    storage::Transaction,
};

impl Services {
    /// The caller's own profile.
    pub(crate) async fn me(&self, caller: Caller) -> Result<User, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        find_caller(&mut *snapshot, caller).await
    }

    /// Changes what is given: the name first, which may be the host's to change.
    pub(crate) async fn change_me(
        &self,
        caller: Caller,
        name: Option<String>,
        privacy: PrivacyChange,
    ) -> Result<User, ServiceError> {
        let user = self.update_me(caller, name).await?;
        if privacy == PrivacyChange::default() {
            return Ok(user);
        }
        self.change_privacy(caller, privacy).await
    }

    /// Changes the name, if one is given.
    pub(crate) async fn update_me(
        &self,
        caller: Caller,
        name: Option<String>,
    ) -> Result<User, ServiceError> {
        let Some(name) = name else {
            return self.me(caller).await;
        };
        let name = validate::name("name", &name)?;
        let mut transaction = self.storage.begin().await?;
        let mut user = own_profile(&mut *transaction, caller).await?;
        if user.name == name && user.is_name_chosen {
            return Ok(user);
        }
        user.name = name;
        user.is_name_chosen = true;
        self.save(transaction, user).await
    }

    /// Changes what others are told of the caller. The caller's own word, also where the host keeps
    /// the profile.
    async fn change_privacy(
        &self,
        caller: Caller,
        change: PrivacyChange,
    ) -> Result<User, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let mut user = find_caller(&mut *transaction, caller).await?;
        let before = user.privacy;
        let PrivacyChange {
            shows_read_receipts,
            shows_last_seen,
        } = change;
        user.privacy = Privacy {
            shows_read_receipts: shows_read_receipts.unwrap_or(before.shows_read_receipts),
            shows_last_seen: shows_last_seen.unwrap_or(before.shows_last_seen),
        };
        if user.privacy == before {
            return Ok(user);
        }
        transaction.users().update_privacy(&user).await?;
        let event = Event::PrivacyChanged { user: user.clone() };
        self.commit(transaction, vec![event]).await?;
        Ok(user)
    }

    /// Uses an upload of the caller as their picture.
    pub(crate) async fn set_avatar(
        &self,
        caller: Caller,
        attachment_id: AttachmentId,
    ) -> Result<User, ServiceError> {
        let avatar_id = self.make_avatar(caller, attachment_id).await?.id;
        let mut transaction = self.storage.begin().await?;
        let mut user = own_profile(&mut *transaction, caller).await?;
        avatars::replace(&mut *transaction, &mut user.avatar_id, avatar_id).await?;
        self.save(transaction, user).await
    }

    /// Removes the caller's picture.
    pub(crate) async fn remove_avatar(&self, caller: Caller) -> Result<User, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let mut user = own_profile(&mut *transaction, caller).await?;
        let Some(former) = user.avatar_id.take() else {
            return Ok(user);
        };
        avatars::release(&mut *transaction, Some(former)).await?;
        self.save(transaction, user).await
    }

    /// Stores a changed profile and tells those who may see it.
    async fn save(
        &self,
        mut transaction: Box<dyn Transaction>,
        mut user: User,
    ) -> Result<User, ServiceError> {
        user.revision += 1;
        transaction.users().update(&user).await?;
        let chat_ids = transaction.users().list_audience_ids(user.id).await?;
        let event = Event::UserUpdated {
            user: user.clone(),
            chat_ids,
        };
        self.commit(transaction, vec![event]).await?;
        Ok(user)
    }
}

/// The caller, who has an account as long as the session is alive.
async fn find_caller(
    transaction: &mut dyn Transaction,
    caller: Caller,
) -> Result<User, ServiceError> {
    let found = transaction.users().find_many(&[caller.user_id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| ServiceError::new(ErrorCode::Unauthenticated))
}

/// The caller, to change their profile: that of the host's people is the host's.
async fn own_profile(
    transaction: &mut dyn Transaction,
    caller: Caller,
) -> Result<User, ServiceError> {
    let user = find_caller(transaction, caller).await?;
    if user.external_id.is_some() {
        return Err(ServiceError {
            detail: "The host application keeps this profile.".to_owned(),
            ..ServiceError::new(ErrorCode::Forbidden)
        });
    }
    Ok(user)
}
