//! What a member sets for a chat for themselves alone: pinned, archived, muted, marked unread, and
//! what they have typed and not sent.
//!
//! Told to the member's own sockets only, and not a step of the chat. Nobody is asked for it: it
//! changes nothing for anybody else.
//!
//! Reading a chat does not take the mark "unread" back here: a chat that was read to its end moves
//! no watermark when it is opened, so that the client has to say so in any case; one rule in one
//! place is enough.

use relaychat_protocol::ChatId;

use super::{Caller, ServiceError, Services, load, validate};
use crate::{
    domain::{
        chat_settings::{ChatSettings, SettingsChange},
        event::Event,
    },
    limits::PINNED_CHATS,
    storage::Transaction,
};

/// The largest number that every client can read: 2^53 - 1.
const TIME_MAX_MS: i64 = (1 << 53) - 1;

impl Services {
    /// Changes what the caller has set for a chat; the settings after it.
    pub(crate) async fn change_settings(
        &self,
        caller: Caller,
        chat_id: ChatId,
        change: SettingsChange,
    ) -> Result<ChatSettings, ServiceError> {
        let until_ms = change.muted_until_ms.flatten().unwrap_or_default();
        if !(0..=TIME_MAX_MS).contains(&until_ms) {
            return Err(ServiceError::invalid("muted_until_ms", "This is no time."));
        }
        if let Some(Some(draft)) = &change.draft {
            validate::text("draft", draft)?;
        }
        let mut transaction = self.storage.begin().await?;
        load::membership(&mut *transaction, chat_id, caller.user_id).await?;
        let repository = transaction.chat_settings();
        let found = repository.find_many(caller.user_id, &[chat_id]).await?;
        let before = found.into_iter().next();
        let before = before.unwrap_or_else(|| ChatSettings::new(caller.user_id, chat_id));
        let after = before.changed(change, self.now_ms());
        if after == before {
            return Ok(before);
        }
        if after.pinned_at_ms.is_some() && before.pinned_at_ms.is_none() {
            check_pins(&mut *transaction, caller).await?;
        }
        transaction.chat_settings().upsert(&after).await?;
        let event = Event::SettingsChanged {
            settings: after.clone(),
        };
        self.commit(transaction, vec![event]).await?;
        Ok(after)
    }
}

/// Whether the caller may pin one chat more.
async fn check_pins(transaction: &mut dyn Transaction, caller: Caller) -> Result<(), ServiceError> {
    let pinned = transaction.chat_settings();
    let pinned = pinned.list_pinned(caller.user_id).await?;
    if pinned.len() < PINNED_CHATS {
        return Ok(());
    }
    Err(ServiceError::invalid(
        "is_pinned",
        format!("At most {PINNED_CHATS} chats can be pinned."),
    ))
}
