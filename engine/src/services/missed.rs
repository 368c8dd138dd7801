//! What other nodes did and this one was not told: read from storage, for the sockets.

use std::collections::{HashMap, HashSet};

use relaychat_protocol::{ChatId, SessionId, UserId};

use super::{ServiceError, Services, load};
use crate::{
    domain::user::Privacy,
    storage::{Touched, Transaction},
};

/// Commits that are read one by one; of more, everything is read anew. A second of a busy cluster
/// is some hundred.
const COMMITS_MAX: u32 = 10_000;
/// Ids in one query.
const IDS_PER_QUERY: usize = 500;

/// What was missed.
#[derive(Clone, Debug)]
pub(crate) enum Missed {
    /// This.
    Known(KnownMissed),
    /// Too much, or nobody noted it.
    TooMuch,
}

/// What some commits touched, as it is after them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KnownMissed {
    /// The number of the last of them.
    pub(crate) change: u64,
    /// Chats in which something happened.
    pub(crate) chats: Vec<ChatId>,
    /// People whose profile changed.
    pub(crate) users: Vec<UserId>,
    /// Memberships that began or ended, and whether they are now.
    pub(crate) members: Vec<(ChatId, UserId, bool)>,
    /// Of those people, whom each hears nothing of.
    pub(crate) apart: Vec<(UserId, Vec<UserId>)>,
    /// Of those people, what others are told.
    pub(crate) privacy: Vec<(UserId, Privacy)>,
}

/// The chats of some people, as they are after a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChatsOf {
    /// Its number.
    pub(crate) change: u64,
    /// The people with their chats.
    pub(crate) chats: Vec<(UserId, Vec<ChatId>)>,
    /// Whom each of them hears nothing of.
    pub(crate) apart: Vec<(UserId, Vec<UserId>)>,
    /// What others are told of them, and of those whom they watch.
    pub(crate) privacy: Vec<(UserId, Privacy)>,
}

impl Services {
    /// The number of the newest change.
    pub(crate) async fn current_change(&self) -> Result<u64, ServiceError> {
        Ok(self.storage.snapshot().await?.changes().current().await?)
    }

    /// What the commits after `since` touched.
    pub(crate) async fn missed_since(&self, since: u64) -> Result<Missed, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let change = snapshot.changes().current().await?;
        let touched = snapshot.changes().list_touched(since, COMMITS_MAX).await?;
        let Some(touched) = touched else {
            return Ok(Missed::TooMuch);
        };
        let mut missed = KnownMissed {
            change,
            ..KnownMissed::default()
        };
        let mut pairs = Vec::new();
        let distinct: HashSet<Touched> = touched.into_iter().collect();
        for touched in distinct {
            match touched {
                Touched::Chat(chat_id) => missed.chats.push(chat_id),
                Touched::User(user_id) => missed.users.push(user_id),
                Touched::Member(chat_id, user_id) => pairs.push((chat_id, user_id)),
            }
        }
        missed.apart = apart(&mut *snapshot, &missed.users).await?;
        missed.privacy = privacy(&mut *snapshot, &missed.users).await?;
        missed.members = memberships(&mut *snapshot, &pairs).await?;
        Ok(Missed::Known(missed))
    }

    /// The chats of these people, from one state of storage, and what they and those whom they
    /// watch let others see.
    pub(crate) async fn chats_of(
        &self,
        users: &[UserId],
        watched: &[UserId],
    ) -> Result<ChatsOf, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let mut chats_of = ChatsOf {
            change: snapshot.changes().current().await?,
            chats: Vec::with_capacity(users.len()),
            apart: apart(&mut *snapshot, users).await?,
            privacy: privacy(&mut *snapshot, &[users, watched].concat()).await?,
        };
        for user_id in users {
            let chats = snapshot.users().list_chat_ids(*user_id).await?;
            chats_of.chats.push((*user_id, chats));
        }
        Ok(chats_of)
    }

    /// Those of `sessions` that are over.
    pub(crate) async fn ended_sessions(
        &self,
        sessions: Vec<SessionId>,
    ) -> Result<Vec<SessionId>, ServiceError> {
        let mut ended: HashSet<SessionId> = sessions.iter().copied().collect();
        let mut snapshot = self.storage.snapshot().await?;
        for ids in sessions.chunks(IDS_PER_QUERY) {
            for id in snapshot.sessions().list_alive(ids, self.now_ms()).await? {
                ended.remove(&id);
            }
        }
        Ok(ended.into_iter().collect())
    }

    /// Another node ended a session.
    pub(crate) fn forget_session(&self, id: SessionId) {
        self.live_sessions.end(id);
    }

    /// Has every session looked up again.
    pub(crate) fn forget_live_sessions(&self) {
        self.live_sessions.clear();
    }
}

/// Whom each of these people hears nothing of.
async fn apart(
    transaction: &mut dyn Transaction,
    users: &[UserId],
) -> Result<Vec<(UserId, Vec<UserId>)>, ServiceError> {
    let blocks = transaction.blocks().list_about(users).await?;
    let mut apart: HashMap<UserId, Vec<UserId>> =
        users.iter().map(|user_id| (*user_id, Vec::new())).collect();
    for block in blocks {
        let (one, other) = (block.blocker_id, block.blocked_id);
        for (one, other) in [(one, other), (other, one)] {
            if let Some(others) = apart.get_mut(&one) {
                others.push(other);
            }
        }
    }
    Ok(apart.into_iter().collect())
}

/// What these people let others see.
async fn privacy(
    transaction: &mut dyn Transaction,
    users: &[UserId],
) -> Result<Vec<(UserId, Privacy)>, ServiceError> {
    let users = load::users(transaction, users.iter().copied()).await?;
    Ok(users.iter().map(|user| (user.id, user.privacy)).collect())
}

/// Whether these are memberships now.
async fn memberships(
    transaction: &mut dyn Transaction,
    pairs: &[(ChatId, UserId)],
) -> Result<Vec<(ChatId, UserId, bool)>, ServiceError> {
    let mut present = HashSet::new();
    for pairs in pairs.chunks(IDS_PER_QUERY) {
        let members = transaction.members().find_many(pairs).await?;
        let members = members.into_iter().filter(|member| !member.has_left);
        present.extend(members.map(|member| (member.chat_id, member.user_id)));
    }
    let is_member = |pair: &(ChatId, UserId)| (pair.0, pair.1, present.contains(pair));
    Ok(pairs.iter().map(is_member).collect())
}
