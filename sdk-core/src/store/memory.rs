//! A store in memory: forgotten with the last of its clones, and the model for all others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use relaychat_protocol::{ChatId, UserId, rest::users::User};

use super::{Changes, Head, Kept, KeptChat, Store, StoreError};
use crate::platform::BoxFuture;

#[derive(Debug, Default)]
struct Contents {
    head: Option<Head>,
    chats: HashMap<ChatId, KeptChat>,
    users: HashMap<UserId, User>,
}

/// Keeps everything in memory. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    contents: Arc<Mutex<Contents>>,
}

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Kept>, StoreError>> {
        Box::pin(async move {
            let contents = self.lock();
            Ok(contents.head.clone().map(|head| Kept {
                head,
                chats: contents.chats.values().cloned().collect(),
                users: contents.users.values().cloned().collect(),
            }))
        })
    }

    fn write<'a>(&'a self, changes: &'a Changes) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let Changes {
                head,
                replaces_chats,
                chats,
                removed_chat_ids,
                users,
            } = changes;
            let mut contents = self.lock();
            contents.head = Some(head.clone());
            if *replaces_chats {
                contents.chats.clear();
            }
            for kept in chats {
                contents.chats.insert(kept.chat.info.id, kept.clone());
            }
            for chat_id in removed_chat_ids {
                contents.chats.remove(chat_id);
            }
            for user in users {
                contents.users.insert(user.id, user.clone());
            }
            Ok(())
        })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            *self.lock() = Contents::default();
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::conformance, *};

    #[tokio::test]
    async fn the_memory_store_keeps_the_promises_of_a_store() {
        conformance::check_all(|| Arc::new(MemoryStore::default())).await;
    }

    #[tokio::test]
    async fn clones_share_what_is_kept() {
        let store = MemoryStore::default();
        let changes = conformance::changes("t", &[1]);
        store.clone().write(&changes).await.expect("it writes");
        assert!(store.load().await.expect("it loads").is_some());
    }
}
