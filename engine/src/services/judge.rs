//! Asking the host: whether somebody may do something, and what its hooks make of it.
//!
//! Asked before the transaction of the use case begins and after the engine's own rules, which are
//! checked on a snapshot for this: the host never learns of what could not happen anyway, and
//! nothing waits while it thinks. The transaction checks the rules again.

use relaychat_protocol::{ErrorCode, SessionId, UserId, rest::chats::ChatKind};

use super::{Caller, ServiceError, Services, load};
use crate::{
    authorizer::{Action, Subject},
    domain::{attachment::Attachment, email::Email, message::Draft, permission, user::User},
    hooks::{
        BeforeChat, BeforeConnect, BeforeLogin, BeforeSend, BeforeUpload, ChatContent,
        DraftContent, Socket, Who, guarded,
    },
    storage::Transaction,
    wire,
};

impl Services {
    /// Whether the host has a say in what is sent.
    pub(super) fn are_sends_judged(&self) -> bool {
        !self.hooks.before_send.is_empty() || self.hooks.authorizer.is_some()
    }

    /// What the host makes of a message of `draft.sender_id`, who sends it from a session or is
    /// spoken for by the host. One that was stored before is nobody's business any more.
    pub(super) async fn judged_draft(
        &self,
        session_id: Option<SessionId>,
        draft: &Draft,
    ) -> Result<DraftContent, ServiceError> {
        let Draft {
            id,
            chat_id,
            sender_id,
            text,
            attachment_ids,
            reply_to_id: _,
            mentions: _,
        } = draft.clone();
        let content = DraftContent {
            text,
            attachment_ids,
        };
        let mut snapshot = self.storage.snapshot().await?;
        if !snapshot.messages().find_many(&[id]).await?.is_empty() {
            return Ok(content);
        }
        let (chat, me) = load::chat_of_member(&mut *snapshot, chat_id, sender_id).await?;
        if session_id.is_some() && !permission::can_send(me.role, chat.rules.send) {
            return Err(ServiceError::new(ErrorCode::Forbidden));
        }
        let sender = who_is(&mut *snapshot, sender_id, session_id).await?;
        drop(snapshot);
        // The host does not ask itself.
        if session_id.is_some() {
            let subject = Subject::Chat(chat_id);
            self.authorize(&sender, Action::SendMessage, &subject)
                .await?;
        }
        let question = BeforeSend {
            sender,
            chat_id,
            message_id: id,
            draft: content,
            is_edit: false,
        };
        let hooks = &self.hooks;
        let judged = hooks
            .before_send
            .ask(question, hooks.before_timeout)
            .await?;
        Ok(judged.draft)
    }

    /// What the host makes of a new text of a message, which lies in `draft`.
    pub(super) async fn judged_text(
        &self,
        session_id: SessionId,
        draft: Draft,
    ) -> Result<String, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let sender = who_is(&mut *snapshot, draft.sender_id, Some(session_id)).await?;
        drop(snapshot);
        let question = BeforeSend {
            sender,
            chat_id: draft.chat_id,
            message_id: draft.id,
            draft: DraftContent {
                text: draft.text,
                attachment_ids: draft.attachment_ids,
            },
            is_edit: true,
        };
        let hooks = &self.hooks;
        let judged = hooks
            .before_send
            .ask(question, hooks.before_timeout)
            .await?;
        Ok(judged.draft.text)
    }

    /// Asks the host whether the caller may; nothing when it has no rules of its own.
    pub(super) async fn check_allowed(
        &self,
        caller: Caller,
        action: Action,
        on: Subject,
    ) -> Result<(), ServiceError> {
        if self.hooks.authorizer.is_none() {
            return Ok(());
        }
        let who = self.who(caller).await?;
        self.authorize(&who, action, &on).await
    }

    /// Asks the host about a chat that is to be made; gives the name it is to have.
    pub(super) async fn judged_chat(
        &self,
        caller: Caller,
        kind: ChatKind,
        name: Option<String>,
        user_ids: Vec<UserId>,
    ) -> Result<Option<String>, ServiceError> {
        let hooks = &self.hooks;
        if hooks.authorizer.is_none() && hooks.before_chat.is_empty() {
            return Ok(name);
        }
        let creator = self.who(caller).await?;
        let (action, subject) = match (kind, user_ids.as_slice()) {
            (ChatKind::Direct, [other]) => (Action::OpenDirectChat, Subject::User(*other)),
            _ => {
                let user_ids = user_ids.clone();
                (Action::CreateChat, Subject::NewChat { kind, user_ids })
            }
        };
        self.authorize(&creator, action, &subject).await?;
        let question = BeforeChat {
            creator,
            kind,
            user_ids,
            content: ChatContent { name },
        };
        let judged = hooks
            .before_chat
            .ask(question, hooks.before_timeout)
            .await?;
        Ok(judged.content.name)
    }

    /// Asks the host about a file that is to be stored.
    pub(super) async fn check_upload(
        &self,
        caller: Caller,
        attachment: &Attachment,
    ) -> Result<(), ServiceError> {
        let hooks = &self.hooks;
        if hooks.authorizer.is_none() && hooks.before_upload.is_empty() {
            return Ok(());
        }
        let owner = self.who(caller).await?;
        let subject = Subject::File {
            content_type: attachment.content_type.clone(),
            size_bytes: attachment.size_bytes,
        };
        self.authorize(&owner, Action::Upload, &subject).await?;
        let question = BeforeUpload {
            owner,
            kind: wire::attachment_kind(attachment.kind),
            content_type: attachment.content_type.clone(),
            size_bytes: attachment.size_bytes,
            width: attachment.width,
            height: attachment.height,
            file_name: attachment.file_name.clone(),
        };
        hooks
            .before_upload
            .ask(question, hooks.before_timeout)
            .await?;
        Ok(())
    }

    /// Asks the host about a socket that is to go live.
    pub(crate) async fn check_connect(&self, caller: Caller) -> Result<(), ServiceError> {
        let hooks = &self.hooks;
        if hooks.authorizer.is_none() && hooks.before_connect.is_empty() {
            return Ok(());
        }
        let user = self.who(caller).await?;
        self.authorize(&user, Action::Connect, &Subject::Server)
            .await?;
        let question = BeforeConnect { user };
        hooks
            .before_connect
            .ask(question, hooks.before_timeout)
            .await?;
        Ok(())
    }

    /// Asks the host about a login of whoever has the address.
    pub(super) async fn check_login(
        &self,
        email: &Email,
        device_name: Option<String>,
    ) -> Result<(), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let user = snapshot.users().find_by_email(email).await?;
        drop(snapshot);
        let question = BeforeLogin::new(email.as_str().to_owned(), user.map(known), device_name);
        let hooks = &self.hooks;
        hooks
            .before_login
            .ask(question, hooks.before_timeout)
            .await?;
        Ok(())
    }

    /// Whether the host has rules of its own.
    pub(super) fn is_authorized_by_host(&self) -> bool {
        self.hooks.authorizer.is_some()
    }

    /// Whether logins are judged.
    pub(super) fn are_logins_judged(&self) -> bool {
        !self.hooks.before_login.is_empty()
    }

    /// A socket went live.
    pub(crate) fn tell_connected(&self, caller: Caller) {
        let socket = Socket::of(caller.user_id, caller.session_id);
        self.hooks.after_connect.tell(&socket);
    }

    /// A live socket has gone.
    pub(crate) fn tell_disconnected(&self, caller: Caller) {
        let socket = Socket::of(caller.user_id, caller.session_id);
        self.hooks.after_disconnect.tell(&socket);
    }

    async fn who(&self, caller: Caller) -> Result<Who, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        who_is(&mut *snapshot, caller.user_id, Some(caller.session_id)).await
    }

    async fn authorize(&self, who: &Who, action: Action, on: &Subject) -> Result<(), ServiceError> {
        let Some(authorizer) = &self.hooks.authorizer else {
            return Ok(());
        };
        let asked = guarded(self.hooks.before_timeout, || {
            authorizer.can(who, action, on)
        });
        match asked.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(denied(on)),
            Err(failure) => {
                tracing::error!(?action, %failure, "the authorizer failed");
                Err(ServiceError::host_is_broken())
            }
        }
    }
}

/// What a client is told that may not. People it may not reach look as if they were not there;
/// where it is a member, or nothing is there yet, there is nothing to hide.
fn denied(on: &Subject) -> ServiceError {
    match on {
        Subject::User(_) => ServiceError::not_found(),
        _ => ServiceError {
            detail: "The host application does not allow it.".to_owned(),
            ..ServiceError::new(ErrorCode::Forbidden)
        },
    }
}

/// A person, as the host is told.
async fn who_is(
    transaction: &mut dyn Transaction,
    user_id: UserId,
    session_id: Option<SessionId>,
) -> Result<Who, ServiceError> {
    let found = transaction.users().find_many(&[user_id]).await?.pop();
    let user = found.ok_or_else(ServiceError::not_found)?;
    Ok(Who {
        session_id,
        ..known(user)
    })
}

/// Somebody without a session.
fn known(user: User) -> Who {
    Who {
        external_id: user.external_id,
        ..Who::new(user.id, user.name)
    }
}
