//! Blocking: who does not want to hear of somebody.
//!
//! A block is one row of the blocker. In the one-to-one chat of the two nothing new can be said by
//! either from then on, and neither is told when the other types or is online. Only the blocker
//! knows: the other is told what they are told of somebody who is disabled or gone. What was said
//! before stays, and can be taken back. Groups are shared as before.

use relaychat_protocol::UserId;

use super::{Caller, ServiceError, Services, cursor, load, validate};
use crate::{
    domain::{
        block::Block,
        chat::{Chat, DirectPair},
        event::Event,
        user::{Privacy, User, UserStatus},
    },
    storage::Transaction,
};

impl Services {
    /// Has the caller hear nothing of somebody any more. Twice is once.
    pub(crate) async fn block(&self, caller: Caller, user_id: UserId) -> Result<(), ServiceError> {
        let pair = pair_of(caller, user_id)?;
        let mut transaction = self.storage.begin().await?;
        let found = load::users(&mut *transaction, [user_id]).await?;
        if found.iter().all(|user| user.status == UserStatus::Deleted) {
            return Err(ServiceError::not_found());
        }
        let block = Block {
            blocker_id: caller.user_id,
            blocked_id: user_id,
            created_at_ms: self.now_ms(),
        };
        if !transaction.blocks().insert(&block).await? {
            return Ok(());
        }
        self.save_block(transaction, caller, (user_id, pair)).await
    }

    /// Takes a block back; one that is not there is taken back already.
    pub(crate) async fn unblock(
        &self,
        caller: Caller,
        user_id: UserId,
    ) -> Result<(), ServiceError> {
        let pair = pair_of(caller, user_id)?;
        let mut transaction = self.storage.begin().await?;
        let removed = transaction.blocks().remove(caller.user_id, user_id);
        if !removed.await? {
            return Ok(());
        }
        self.save_block(transaction, caller, (user_id, pair)).await
    }

    /// A page of those whom the caller blocks, the people they are, and the next cursor.
    pub(crate) async fn list_blocks(
        &self,
        caller: Caller,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Vec<Block>, Vec<User>, Option<String>), ServiceError> {
        let limit = validate::page_limit(limit)?;
        let after = cursor::to_member(after)?.map(|(_, user_id)| user_id);
        let mut snapshot = self.storage.snapshot().await?;
        let listed = snapshot.blocks().list(caller.user_id, after, limit + 1);
        let mut blocks = listed.await?;
        let has_more = blocks.len() > limit as usize;
        blocks.truncate(limit as usize);
        let last = blocks.last().filter(|_| has_more);
        let next = last.map(|last| cursor::of_member(last.created_at_ms, last.blocked_id));
        let ids = blocks.iter().map(|block| block.blocked_id);
        let users = load::users(&mut *snapshot, ids).await?;
        Ok((blocks, users, next))
    }

    /// Everybody who blocks this person or is blocked by them, and what the person lets others see.
    pub(crate) async fn kept_apart(
        &self,
        user_id: UserId,
    ) -> Result<(Vec<UserId>, Privacy), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let people = load::users(&mut *snapshot, [user_id]).await?;
        let privacy = people.first().map(|user| user.privacy).unwrap_or_default();
        let blocks = snapshot.blocks().list_about(&[user_id]).await?;
        let other = |block: &Block| match block.blocker_id == user_id {
            true => block.blocked_id,
            false => block.blocker_id,
        };
        Ok((blocks.iter().map(other).collect(), privacy))
    }

    /// Brings the chat of a pair up to date, and commits.
    async fn save_block(
        &self,
        mut transaction: Box<dyn Transaction>,
        caller: Caller,
        (user_id, pair): (UserId, DirectPair),
    ) -> Result<(), ServiceError> {
        let apart = load::apart(&mut *transaction, pair).await?;
        if let Some(chat) = transaction.chats().find_direct(pair).await? {
            let chat = Chat { apart, ..chat };
            transaction.chats().update_apart(&chat).await?;
        }
        let event = Event::BlockChanged {
            blocker_id: caller.user_id,
            blocked_id: user_id,
            is_apart: apart.is_blocked(),
        };
        self.commit(transaction, vec![event]).await
    }
}

fn pair_of(caller: Caller, user_id: UserId) -> Result<DirectPair, ServiceError> {
    DirectPair::new(caller.user_id, user_id)
        .ok_or_else(|| ServiceError::invalid("user_id", "Nobody can block themselves."))
}
