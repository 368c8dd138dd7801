//! From a hook's question to what is asked over the wire, and back to what may happen.

use relaychat_protocol::rest::{
    hooks::{self as wire, Changes, HookQuestionKind},
    webhooks::Person,
};

use crate::hooks::{
    BeforeChat, BeforeConnect, BeforeLogin, BeforeSend, BeforeUpload, ChatContent, DraftContent,
    chain::Question,
};

/// A question that can be asked over HTTP.
pub(super) trait Remote: Question + Sync {
    /// The question as it is asked.
    fn on_the_wire(&self) -> HookQuestionKind;

    /// What may happen, with the host's changes.
    fn changed(self, changes: Changes) -> Self::Content;
}

impl Remote for BeforeSend {
    fn on_the_wire(&self) -> HookQuestionKind {
        HookQuestionKind::BeforeSend(wire::BeforeSend {
            sender: Person::from(&self.sender),
            session_id: self.sender.session_id,
            chat_id: self.chat_id,
            message_id: self.message_id,
            text: self.draft.text.clone(),
            attachment_ids: self.draft.attachment_ids.clone(),
            is_edit: self.is_edit,
        })
    }

    fn changed(self, changes: Changes) -> DraftContent {
        let DraftContent {
            text,
            attachment_ids,
        } = self.draft;
        DraftContent {
            text: changes.text.unwrap_or(text),
            attachment_ids: changes.attachment_ids.unwrap_or(attachment_ids),
        }
    }
}

impl Remote for BeforeLogin {
    fn on_the_wire(&self) -> HookQuestionKind {
        HookQuestionKind::BeforeLogin(wire::BeforeLogin {
            email: self.email.clone(),
            user: self.user.as_ref().map(Person::from),
            device_name: self.device_name.clone(),
        })
    }

    fn changed(self, _changes: Changes) {}
}

impl Remote for BeforeChat {
    fn on_the_wire(&self) -> HookQuestionKind {
        HookQuestionKind::BeforeChat(wire::BeforeChat {
            creator: Person::from(&self.creator),
            kind: self.kind,
            user_ids: self.user_ids.clone(),
            name: self.content.name.clone(),
        })
    }

    fn changed(self, changes: Changes) -> ChatContent {
        ChatContent {
            name: changes.name.or(self.content.name),
        }
    }
}

impl Remote for BeforeUpload {
    fn on_the_wire(&self) -> HookQuestionKind {
        HookQuestionKind::BeforeUpload(wire::BeforeUpload {
            owner: Person::from(&self.owner),
            kind: self.kind,
            content_type: self.content_type.clone(),
            size_bytes: self.size_bytes,
            width: self.width,
            height: self.height,
            file_name: self.file_name.clone(),
        })
    }

    fn changed(self, _changes: Changes) {}
}

impl Remote for BeforeConnect {
    fn on_the_wire(&self) -> HookQuestionKind {
        HookQuestionKind::BeforeConnect(wire::BeforeConnect {
            user: Person::from(&self.user),
            session_id: self.user.session_id,
        })
    }

    fn changed(self, _changes: Changes) {}
}
