//! People: who finds whom.
//!
//! In an open directory everybody finds everybody. Otherwise people find those they share a chat
//! with, and anybody by the exact address, which one has to know. An id that was found so is
//! enough to open a chat: ids cannot be guessed and are shown only to those who may see the person.

use relaychat_protocol::UserId;

use super::{Caller, Directory, Rate, ServiceError, Services, cursor, validate};
use crate::{
    authorizer::{Action, Subject},
    domain::{email::Email, user::User},
    storage::{UserFilter, UserPosition},
};

impl Services {
    /// A page of people by name, and the cursor of the next one.
    pub(crate) async fn list_users(
        &self,
        caller: Caller,
        query: Option<&str>,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Vec<User>, Option<String>), ServiceError> {
        let limit = validate::page_limit(limit)?;
        let query = validate::query(query)?;
        if query.is_some() {
            self.check_rate(Rate::Search, caller.user_id).await?;
        }
        self.check_allowed(caller, Action::ListPeople, Subject::People)
            .await?;
        let filter = UserFilter {
            viewer: caller.user_id,
            is_limited_to_contacts: self.settings.directory == Directory::Contacts,
            name_contains: query.map(str::to_owned),
            email: query.and_then(Email::parse),
            after: cursor::to_user(after)?,
            limit: limit + 1,
        };
        let mut snapshot = self.storage.snapshot().await?;
        let mut users = snapshot.users().list(&filter).await?;
        let has_more = users.len() > limit as usize;
        users.truncate(limit as usize);
        let next = users
            .last()
            .filter(|_| has_more)
            .map(|last| cursor::of_user(&UserPosition::of(last)));
        Ok((users, next))
    }

    /// One person the caller may see.
    pub(crate) async fn get_user(
        &self,
        caller: Caller,
        user_id: UserId,
    ) -> Result<User, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        if self.settings.directory == Directory::Contacts && user_id != caller.user_id {
            let among = [user_id];
            let contacts = snapshot.users().list_contacts(caller.user_id, &among);
            if contacts.await?.is_empty() {
                return Err(ServiceError::not_found());
            }
        }
        let found = snapshot.users().find_many(&[user_id]).await?;
        drop(snapshot);
        let user = found
            .into_iter()
            .next()
            .ok_or_else(ServiceError::not_found)?;
        if user_id != caller.user_id {
            let subject = Subject::User(user_id);
            self.check_allowed(caller, Action::ListPeople, subject)
                .await?;
        }
        Ok(user)
    }
}
