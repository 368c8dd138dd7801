//! One chat.

use std::sync::Arc;

use relaychat_sdk::{self as sdk, protocol::MessageId};

use crate::{
    ChatSettings, CoreOutgoing, CoreSubscription, CoreTimeline, Draft, DraftListener, Member,
    MembersListener, Mentions, RelayError, SummaryListener, SummaryState,
    client::{Shared, id},
    convert::each,
    watch::watch,
};

/// A handle to one chat.
#[derive(Debug, uniffi::Object)]
pub struct CoreChat {
    pub(crate) shared: Arc<Shared>,
    pub(crate) chat: sdk::Chat,
}

impl CoreChat {
    pub(crate) fn new(shared: Arc<Shared>, chat: sdk::Chat) -> Arc<Self> {
        Arc::new(Self { shared, chat })
    }
}

#[uniffi::export]
impl CoreChat {
    /// Names the chat.
    #[must_use]
    pub fn id(&self) -> String {
        self.chat.id().to_string()
    }

    /// The chat as the list shows it. Looks it up when it is not in the list.
    #[must_use]
    pub fn summary(&self) -> SummaryState {
        (&*self.chat.summary().get()).into()
    }

    /// Tells the same, now and when it changes.
    #[must_use]
    pub fn watch_summary(&self, listener: Arc<dyn SummaryListener>) -> Arc<CoreSubscription> {
        let summary = self.chat.summary();
        watch(&self.shared.host, &summary, (), move |now| {
            listener.on_change(now.into())
        })
    }

    /// The members, the caller among them.
    #[must_use]
    pub fn members(&self) -> Vec<Member> {
        each(&self.chat.members().get())
    }

    /// Tells the members, now and when they change.
    #[must_use]
    pub fn watch_members(&self, listener: Arc<dyn MembersListener>) -> Arc<CoreSubscription> {
        let members = self.chat.members();
        watch(&self.shared.host, &members, (), move |now| {
            listener.on_change(each(now))
        })
    }

    /// Opens the timeline. The unread divider is fixed when it opens.
    #[must_use]
    pub fn timeline(&self) -> Arc<CoreTimeline> {
        CoreTimeline::new(Arc::clone(&self.shared), self.chat.timeline())
    }

    /// Sends at once: the echo is in the timeline when this returns.
    #[must_use]
    pub fn send(&self, draft: Draft) -> Arc<CoreOutgoing> {
        CoreOutgoing::new(Arc::clone(&self.shared), self.chat.send(draft))
    }

    /// Sends an answer to a message of this chat, which is quoted above it.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn reply(&self, message_id: String, draft: Draft) -> Result<Arc<CoreOutgoing>, RelayError> {
        let draft = sdk::Draft::from(draft).reply_to(id(&message_id)?);
        let outgoing = self.chat.send(draft);
        Ok(CoreOutgoing::new(Arc::clone(&self.shared), outgoing))
    }

    /// Sends what is meant for some people in particular, perhaps as an answer.
    ///
    /// # Errors
    /// When a text is no id.
    pub fn mention(
        &self,
        draft: Draft,
        mentions: Mentions,
        reply_to: Option<String>,
    ) -> Result<Arc<CoreOutgoing>, RelayError> {
        let reply_to = reply_to.map(|message_id| id(&message_id)).transpose()?;
        let draft = sdk::Draft {
            reply_to,
            mentions: mentions.try_into()?,
            ..draft.into()
        };
        let outgoing = self.chat.send(draft);
        Ok(CoreOutgoing::new(Arc::clone(&self.shared), outgoing))
    }

    /// A message that is on its way, also one of an earlier run of the program.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn outgoing(&self, message_id: String) -> Result<Option<Arc<CoreOutgoing>>, RelayError> {
        let found = self.chat.outgoing(id(&message_id)?);
        Ok(found.map(|outgoing| CoreOutgoing::new(Arc::clone(&self.shared), outgoing)))
    }

    /// What was typed and not sent; empty if nothing was.
    #[must_use]
    pub fn draft(&self) -> String {
        self.chat.draft()
    }

    /// Keeps what is typed, in the store too. An empty text forgets it.
    pub fn set_draft(&self, text: String) {
        self.chat.set_draft(&text);
    }

    /// Tells what is typed and not sent, now and when it changes.
    #[must_use]
    pub fn watch_draft(&self, listener: Arc<dyn DraftListener>) -> Arc<CoreSubscription> {
        let draft = self.chat.watch_draft();
        watch(&self.shared.host, &draft, (), move |now| {
            listener.on_change(now.clone())
        })
    }

    /// Tries a failed message again, or what the server refused to do with a sent one.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn retry(&self, message_id: String) -> Result<(), RelayError> {
        self.chat.retry(id::<MessageId>(&message_id)?);
        Ok(())
    }

    /// Gives an own message another text, shown at once. A sent one is edited as soon as the server
    /// can be asked. Without `mentions` it is meant for those it was meant for.
    ///
    /// # Errors
    /// When the text leaves nothing of the message, or is no id.
    pub fn edit(
        &self,
        message_id: String,
        text: String,
        mentions: Option<Mentions>,
    ) -> Result<(), RelayError> {
        let mentions = mentions.map(TryInto::try_into).transpose()?;
        let edit = sdk::Edit { text, mentions };
        Ok(self.chat.edit(id(&message_id)?, edit)?)
    }

    /// Deletes a message for everyone, shown at once. One that was not sent is taken back.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn delete(&self, message_id: String) -> Result<(), RelayError> {
        self.chat.delete(id(&message_id)?);
        Ok(())
    }

    /// Reacts to a message with an emoji, or takes that back: shown at once.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn react(&self, message_id: String, emoji: String, is_on: bool) -> Result<(), RelayError> {
        self.chat.react(id(&message_id)?, &emoji, is_on);
        Ok(())
    }

    /// Takes a message back; removes a failed one. Of a sent one it drops what the server refused.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn cancel(&self, message_id: String) -> Result<(), RelayError> {
        self.chat.cancel(id(&message_id)?);
        Ok(())
    }

    /// Sets something for the person alone, on all their devices.
    pub fn set(&self, settings: ChatSettings) {
        self.chat.set(settings.into());
    }

    /// Everything up to `seq` has been seen by the person.
    pub fn mark_read(&self, seq: u64) {
        self.chat.mark_read(seq);
    }

    /// For every keystroke; throttled, and ended by itself. `false` ends it at once.
    pub fn set_typing(&self, is_typing: bool) {
        self.chat.set_typing(is_typing);
    }
}
