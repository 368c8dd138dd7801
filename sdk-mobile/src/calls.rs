//! What a client does by request: each is one call of the core, on the client's threads.
//!
//! Every one can be cancelled, and fails with what the server or the network says.

use std::sync::Arc;

use relaychat_sdk::{
    self as sdk,
    protocol::{SessionId, UserId},
};

use crate::{
    AttachmentLinks, CancelToken, CodeRequested, CoreClient, Me, RelayError, Session, UnreadTotal,
    Upload, User, UserPage, client::id,
};

#[uniffi::export]
impl CoreClient {
    /// Opens the connection. Returns when connected, or when it is clear that nobody is logged in or
    /// that it will never work. Failures of the network do not end it.
    #[uniffi::method(default(cancel = None))]
    pub async fn connect(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), RelayError> {
        let client = self.client().clone();
        let connect = async move {
            client.connect().await;
            Ok(())
        };
        self.host().call(cancel, connect).await
    }

    /// Writes what is not in the store yet and lets go of the network and of files: before the
    /// system freezes the program. `resume` goes on.
    #[uniffi::method(default(cancel = None))]
    pub async fn suspend(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), RelayError> {
        let client = self.client().clone();
        let suspend = async move {
            client.suspend().await;
            Ok(())
        };
        self.host().call(cancel, suspend).await
    }

    /// Sends a one-time code to the address.
    #[uniffi::method(default(cancel = None))]
    pub async fn request_code(
        &self,
        email: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<CodeRequested, RelayError> {
        let auth = self.client().auth();
        let request = async move { Ok(auth.request_code(&email).await?.into()) };
        self.host().call(cancel, request).await
    }

    /// Trades a code for a session and connects.
    #[uniffi::method(default(cancel = None))]
    pub async fn verify_code(
        &self,
        request_id: String,
        code: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Me, RelayError> {
        let auth = self.client().auth();
        let verify = async move {
            let me = auth.verify_code(id(&request_id)?, &code).await?;
            Ok((&*me).into())
        };
        self.host().call(cancel, verify).await
    }

    /// Trades the one-time link of the mail (what follows `#token=`) for a session and connects.
    #[uniffi::method(default(cancel = None))]
    pub async fn verify_link(
        &self,
        token: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Me, RelayError> {
        let auth = self.client().auth();
        let verify = async move { Ok((&*auth.verify_link(&token).await?).into()) };
        self.host().call(cancel, verify).await
    }

    /// The caller's sessions, newest first.
    #[uniffi::method(default(cancel = None))]
    pub async fn list_sessions(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Vec<Session>, RelayError> {
        let auth = self.client().auth();
        let list = async move {
            let sessions = auth.list_sessions().await?;
            Ok(sessions.into_iter().map(Into::into).collect())
        };
        self.host().call(cancel, list).await
    }

    /// Ends a session of the caller.
    #[uniffi::method(default(cancel = None))]
    pub async fn revoke_session(
        &self,
        session_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let auth = self.client().auth();
        let revoke = async move { auth.revoke_session(id::<SessionId>(&session_id)?).await };
        self.host().call(cancel, revoke).await
    }

    /// Ends this session and forgets everything on this device. Works offline too.
    #[uniffi::method(default(cancel = None))]
    pub async fn sign_out(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), RelayError> {
        let auth = self.client().auth();
        let sign_out = async move {
            auth.sign_out().await;
            Ok(())
        };
        self.host().call(cancel, sign_out).await
    }

    /// Changes the caller's display name.
    #[uniffi::method(default(cancel = None))]
    pub async fn rename(
        &self,
        name: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Me, RelayError> {
        let client = self.client().clone();
        let changes = sdk::ProfileChanges {
            name: Some(name),
            ..sdk::ProfileChanges::default()
        };
        let update = async move { Ok((&*client.update_profile(changes).await?).into()) };
        self.host().call(cancel, update).await
    }

    /// Changes what others are told of the caller; what is absent stays as it is. Needs a connection.
    #[uniffi::method(default(shows_read_receipts = None, shows_last_seen = None, cancel = None))]
    pub async fn set_privacy(
        &self,
        shows_read_receipts: Option<bool>,
        shows_last_seen: Option<bool>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Me, RelayError> {
        let client = self.client().clone();
        let changes = sdk::ProfileChanges {
            shows_read_receipts,
            shows_last_seen,
            ..sdk::ProfileChanges::default()
        };
        let update = async move { Ok((&*client.update_profile(changes).await?).into()) };
        self.host().call(cancel, update).await
    }

    /// Uploads an image and makes it the caller's picture.
    #[uniffi::method(default(cancel = None))]
    pub async fn set_avatar(
        &self,
        image: Upload,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Me, RelayError> {
        let client = self.client().clone();
        let set = async move { Ok((&*client.set_avatar(image.into()).await?).into()) };
        self.host().call(cancel, set).await
    }

    /// Removes the caller's picture.
    #[uniffi::method(default(cancel = None))]
    pub async fn remove_avatar(&self, cancel: Option<Arc<CancelToken>>) -> Result<Me, RelayError> {
        let client = self.client().clone();
        let remove = async move { Ok((&*client.remove_avatar().await?).into()) };
        self.host().call(cancel, remove).await
    }

    /// Short-lived addresses of the bytes of an attachment.
    #[uniffi::method(default(cancel = None))]
    pub async fn attachment_links(
        &self,
        attachment_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<AttachmentLinks, RelayError> {
        let client = self.client().clone();
        let links = async move { Ok(client.attachment_links(id(&attachment_id)?).await?.into()) };
        self.host().call(cancel, links).await
    }

    /// People by name, or by exact address. A page; pass its cursor back to read on.
    #[uniffi::method(default(query = None, cursor = None, cancel = None))]
    pub async fn list_people(
        &self,
        query: Option<String>,
        cursor: Option<String>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<UserPage, RelayError> {
        let people = self.client().people();
        let list = async move {
            let page = people.list(query.as_deref(), cursor.as_deref()).await?;
            Ok((&page).into())
        };
        self.host().call(cancel, list).await
    }

    /// One person.
    #[uniffi::method(default(cancel = None))]
    pub async fn get_person(
        &self,
        user_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<User, RelayError> {
        let people = self.client().people();
        let get = async move { Ok((&*people.get(id(&user_id)?).await?).into()) };
        self.host().call(cancel, get).await
    }

    /// Loads the next page of older chats, if there is one.
    #[uniffi::method(default(cancel = None))]
    pub async fn load_more_chats(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let chats = self.client().chats();
        let load = async move { chats.load_more().await };
        self.host().call(cancel, load).await
    }

    /// Unread messages over all chats that are neither muted nor archived, also those that are not
    /// loaded: for a badge.
    #[uniffi::method(default(cancel = None))]
    pub async fn unread_total(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<UnreadTotal, RelayError> {
        let chats = self.client().chats();
        let count = async move { Ok(chats.unread_total().await?.into()) };
        self.host().call(cancel, count).await
    }

    /// The one-to-one chat with a person, made if it does not exist.
    #[uniffi::method(default(cancel = None))]
    pub async fn open_direct(
        &self,
        user_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<String, RelayError> {
        let chats = self.client().chats();
        let open = async move { Ok(chats.open_direct(id(&user_id)?).await?.to_string()) };
        self.host().call(cancel, open).await
    }

    /// A new group of these people and the caller.
    #[uniffi::method(default(cancel = None))]
    pub async fn create_group(
        &self,
        name: String,
        user_ids: Vec<String>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<String, RelayError> {
        let chats = self.client().chats();
        let create = async move {
            let ids: Result<Vec<UserId>, _> = user_ids.iter().map(|text| id(text)).collect();
            Ok(chats.create_group(&name, ids?).await?.to_string())
        };
        self.host().call(cancel, create).await
    }
}
