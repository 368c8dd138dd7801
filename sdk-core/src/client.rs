//! The client: one connection to one engine for one person.
//!
//! A thin handle. What it knows lives in `state`, what it does in `runtime`.

use std::sync::Arc;

use relaychat_protocol::{AttachmentId, ChatId, rest::limits::Limits};

use crate::{
    Auth, Chat, ChatList, ClientBuilder, ConnectionState, InvitePreview, Me, People,
    ProfileChanges, RelayError, Search, SearchPage, StorageState, Upload, observable::Observable,
    runtime::Runtime,
};

/// Short-lived absolute addresses of the bytes of an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentLinks {
    /// The whole file.
    pub url: String,
    /// A small version.
    pub thumbnail_url: String,
    /// When both stop working.
    pub expires_at_ms: i64,
}

/// Closes the connection with the last handle.
#[derive(Debug)]
struct Owner(Arc<Runtime>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A client of one engine. Clones share it; it closes with the last of them.
#[derive(Clone, Debug)]
pub struct Client {
    owner: Arc<Owner>,
}

impl Client {
    /// Starts describing a client of the engine at `url`, such as `https://chat.example.com`.
    #[must_use]
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    pub(crate) fn new(runtime: Arc<Runtime>) -> Self {
        Self {
            owner: Arc::new(Owner(runtime)),
        }
    }

    /// Opens the connection. Resolves when connected, or when it is clear that nobody is logged in
    /// or that it will never work: see [`Client::connection`]. Failures of the network do not end
    /// it, the client goes on trying.
    pub async fn connect(&self) {
        self.runtime().connect().await;
    }

    /// How the connection is.
    #[must_use]
    pub fn connection(&self) -> Observable<ConnectionState> {
        self.runtime().connection()
    }

    /// Tries to connect now instead of waiting for the next attempt.
    pub fn reconnect_now(&self) {
        self.runtime().reconnect_now();
    }

    /// Tells what the device says about its network. While offline nothing is tried.
    pub fn set_network_online(&self, is_online: bool) {
        self.runtime().set_network_online(is_online);
    }

    /// How well what this client knows is kept.
    #[must_use]
    pub fn storage(&self) -> Observable<StorageState> {
        self.runtime().storage()
    }

    /// The platform says that the store was removed or shut: the client looks, and fills it anew.
    pub fn check_storage(&self) {
        self.runtime().check_storage();
    }

    /// Writes what is not in the store yet, and lets go of the network and of the store's files: for
    /// phones, before the system suspends the program. [`Client::resume`] goes on.
    pub async fn suspend(&self) {
        self.runtime().suspend().await;
    }

    /// Goes on after [`Client::suspend`].
    pub fn resume(&self) {
        self.runtime().resume();
    }

    /// Logging in and out.
    #[must_use]
    pub fn auth(&self) -> Auth {
        Auth::new(Arc::clone(self.runtime()))
    }

    /// The caller's own profile; `None` when nobody is logged in.
    #[must_use]
    pub fn me(&self) -> Observable<Option<Arc<Me>>> {
        self.runtime().me()
    }

    /// The caller's chats.
    #[must_use]
    pub fn chats(&self) -> ChatList {
        ChatList::new(Arc::clone(self.runtime()))
    }

    /// One chat.
    #[must_use]
    pub fn chat(&self, id: ChatId) -> Chat {
        Chat::new(id, Arc::clone(self.runtime()))
    }

    /// Other people.
    #[must_use]
    pub fn people(&self) -> People {
        People::new(Arc::clone(self.runtime()))
    }

    /// Messages of the caller's chats that a query finds, newest first.
    ///
    /// Without a connection what this device holds is searched, and the answer says so.
    ///
    /// # Errors
    /// `validation_failed` for a query without a word, `rate_limited`, or what the network says.
    pub async fn search(&self, search: &Search) -> Result<SearchPage, RelayError> {
        self.runtime().search(search).await
    }

    /// The group that a link with this token leads to, without joining it.
    ///
    /// # Errors
    /// `not_found` for a token that is made up, and for a link that has ended, is used up or was
    /// revoked; or what the network says.
    pub async fn preview_invite(&self, token: &str) -> Result<InvitePreview, RelayError> {
        let mut found = self.runtime().api().preview_invite(token).await?;
        let address = |url: String| self.runtime().address(&url);
        found.avatar_url = found.avatar_url.map(address);
        Ok(found)
    }

    /// Joins the group that a link with this token leads to: on return it is in the list. Who is in
    /// it already stays as they are, so that a try whose answer got lost can be repeated.
    ///
    /// # Errors
    /// `not_found` as for [`Client::preview_invite`], `forbidden` when the host does not let the
    /// person in, `membership_managed` when it decides who is in the group, or what the network says.
    pub async fn accept_invite(&self, token: &str) -> Result<ChatId, RelayError> {
        let joined = self.runtime().api().accept_invite(token).await?;
        Ok(self.runtime().learn_chat(joined))
    }

    /// For a binding that writes a request itself and reads the answer, which keeps its module
    /// small. `method` is as in HTTP, `path` follows `/v1`, body and answer are JSON.
    ///
    /// # Errors
    /// What the engine or the network says.
    #[doc(hidden)]
    pub async fn exchange(
        &self,
        method: &str,
        path: &str,
        body: Option<String>,
    ) -> Result<String, RelayError> {
        self.runtime().api().exchange_json(method, path, body).await
    }

    /// What the server accepts; `None` until the first connection.
    #[must_use]
    pub fn limits(&self) -> Observable<Option<Limits>> {
        self.runtime().limits()
    }

    /// Changes the caller's profile.
    ///
    /// # Errors
    /// `validation_failed`, or what the network says.
    pub async fn update_profile(&self, changes: ProfileChanges) -> Result<Arc<Me>, RelayError> {
        let me = self.runtime().api().update_me(changes).await?;
        Ok(self.runtime().learn_me(me))
    }

    /// Uploads an image and makes it the caller's picture.
    ///
    /// # Errors
    /// `image_invalid`, `payload_too_large`, or what the network says.
    pub async fn set_avatar(&self, image: Upload) -> Result<Arc<Me>, RelayError> {
        let me = self.runtime().api().set_avatar(&image).await?;
        Ok(self.runtime().learn_me(me))
    }

    /// Removes the caller's picture.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn remove_avatar(&self) -> Result<Arc<Me>, RelayError> {
        let me = self.runtime().api().remove_avatar().await?;
        Ok(self.runtime().learn_me(me))
    }

    /// Short-lived addresses of the bytes of an attachment. Kept until shortly before they expire.
    ///
    /// # Errors
    /// `not_found`, or what the network says.
    pub async fn attachment_links(&self, id: AttachmentId) -> Result<AttachmentLinks, RelayError> {
        self.runtime().attachment_links(id).await
    }

    /// Closes the connection and ends all tasks. The client cannot be used afterwards. What is still
    /// queued goes into the store; [`Client::suspend`] before waits for that.
    pub fn close(&self) {
        self.runtime().close();
    }

    pub(crate) fn runtime(&self) -> &Arc<Runtime> {
        &self.owner.0
    }
}
