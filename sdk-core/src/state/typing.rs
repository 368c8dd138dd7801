//! The caller's own typing: at most one frame per throttle time, and an end by itself.

use std::collections::HashMap;

use relaychat_protocol::ChatId;

/// A pause in typing after which the others should not see it any more.
const IDLE_MS: i64 = 5_000;
/// Throttle until the server has said its own.
const THROTTLE_MS: i64 = 3_000;

#[derive(Clone, Copy, Debug)]
struct Typing {
    told_ms: i64,
    last_key_ms: i64,
}

/// In which chats the caller is typing.
#[derive(Debug, Default)]
pub(crate) struct OwnTyping {
    chats: HashMap<ChatId, Typing>,
    throttle_ms: Option<i64>,
}

impl OwnTyping {
    pub(crate) fn set_throttle_ms(&mut self, throttle_ms: u64) {
        self.throttle_ms = i64::try_from(throttle_ms).ok();
    }

    /// The caller pressed a key or stopped; says what to tell the others, if anything.
    pub(crate) fn set(&mut self, chat_id: ChatId, is_typing: bool, now_ms: i64) -> Option<bool> {
        if !is_typing {
            return self.chats.remove(&chat_id).map(|_| false);
        }
        let throttle_ms = self.throttle_ms.unwrap_or(THROTTLE_MS);
        let known = self.chats.get(&chat_id).copied();
        let is_due = known.is_none_or(|typing| now_ms - typing.told_ms >= throttle_ms);
        let told_ms = match known {
            Some(typing) if !is_due => typing.told_ms,
            _ => now_ms,
        };
        let last_key_ms = now_ms;
        self.chats.insert(
            chat_id,
            Typing {
                told_ms,
                last_key_ms,
            },
        );
        is_due.then_some(true)
    }

    /// Chats in which the caller has stopped.
    pub(crate) fn expire(&mut self, now_ms: i64) -> Vec<ChatId> {
        let idle = self.chats.iter();
        let idle = idle.filter(|(_, typing)| typing.last_key_ms + IDLE_MS <= now_ms);
        let idle: Vec<_> = idle.map(|(chat_id, _)| *chat_id).collect();
        for chat_id in &idle {
            self.chats.remove(chat_id);
        }
        idle
    }

    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        let deadlines = self
            .chats
            .values()
            .map(|typing| typing.last_key_ms + IDLE_MS);
        deadlines.min()
    }

    /// The connection is gone, and with it what the server knew.
    pub(crate) fn abandon(&mut self) {
        self.chats.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_told_once_per_throttle_time_and_ends_by_itself() {
        let chat = ChatId(uuid::Uuid::from_u128(1));
        let mut typing = OwnTyping::default();
        let told: Vec<_> = [0, 1_000, 2_999, 3_000, 3_500]
            .map(|now_ms| typing.set(chat, true, now_ms).is_some())
            .into();
        assert_eq!(told, [true, false, false, true, false]);
        assert_eq!(typing.deadline_ms(), Some(3_500 + IDLE_MS));
        assert_eq!(typing.expire(3_500 + IDLE_MS), [chat]);
        assert_eq!(typing.set(chat, false, 9_000), None, "it has ended already");
    }
}
