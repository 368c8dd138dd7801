//! Who is in the chats that belong to objects of the host: read from the host, applied as ordinary
//! comings and goings.
//!
//! ```text
//!   invalidate ─┐                                             ┌─ reads counted n: n + 1, difference
//!   chat made  ─┼─▶ one at a time per key: n ─ ask the host ─▶│  written, events: one transaction
//!   used again ─┘                                             └─ counted by somebody else: ask again
//! ```
//!
//! **Two answers never cross.** The count of reads is taken before the host is asked. Whoever finds
//! it moved when they come to write holds an answer that may be older than what was written, and
//! asks again. So the state after two invalidations is what the host said to the later one, on
//! however many nodes they ran.
//!
//! Waiting callers of one node share: a read that began after a call was made answers that call.

mod apply;
mod state;

use std::{sync::Arc, time::Duration};

use relaychat_protocol::{ChatId, ErrorCode, UserId};

pub(super) use state::Memberships;

use super::{ServiceError, Services, validate};
use crate::{
    domain::host_key::HostKey,
    membership::{HostMember, MEMBERS_MAX, MembershipSource, READ_AGAIN_AFTER_MS},
};
use state::Freshness;

/// How long the host may take to say who belongs; a person waits for it at most once a minute.
const SOURCE_TIMEOUT: Duration = Duration::from_secs(5);
/// After a failure the host is left alone for so long.
const RETRY_AFTER_MS: i64 = 5_000;
/// How often to ask again when another node was faster. Each time somebody did write an answer, so
/// that giving up after a few leaves a list that is fresh.
const TRIES: u32 = 5;

impl Services {
    /// The same services, asking the host who belongs to its objects.
    pub(crate) fn with_membership(mut self, source: Option<Arc<dyn MembershipSource>>) -> Self {
        self.memberships = Memberships::new(source);
        self
    }

    /// Whether members of chats that belong to objects come from the host.
    pub(crate) fn has_membership_source(&self) -> bool {
        self.memberships.source().is_some()
    }

    /// Reads who belongs to an object and applies the difference. `false` when the object has no
    /// chat, or the engine no source.
    pub(crate) async fn refresh_membership(&self, key: &HostKey) -> Result<bool, ServiceError> {
        let Some(source) = self.memberships.source() else {
            return Ok(false);
        };
        let gate = self.memberships.gate(key);
        let ticket = gate.ticket();
        let mut turn = gate.turn().await;
        if turn.has_served(ticket) {
            return Ok(true);
        }
        for _ in 0..TRIES {
            let begun = gate.newest_ticket();
            let mut snapshot = self.storage.snapshot().await?;
            let Some(chat) = snapshot.chats().find_by_host_key(key).await? else {
                return Ok(false);
            };
            let reads = snapshot.chats().membership_reads(chat.id).await?;
            drop(snapshot);
            let members = ask(&*source, key).await?;
            let reads = reads.unwrap_or_default();
            if self.apply_membership(chat.id, reads, members).await? {
                turn.serve(begun);
                let due_at_ms = self.now_ms() + READ_AGAIN_AFTER_MS;
                self.memberships.note(chat.id, Some((key, due_at_ms)));
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// Reads again all chats that belong to objects and have this person; tells how many.
    pub(crate) async fn refresh_memberships_of(
        &self,
        user_id: UserId,
    ) -> Result<u64, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let keys = snapshot.chats().list_host_keys(user_id).await?;
        drop(snapshot);
        let mut refreshed = 0;
        for key in keys {
            refreshed += u64::from(self.refresh_membership(&key).await?);
        }
        Ok(refreshed)
    }

    /// Called before a chat is used: reads its members again when that was long ago. While one
    /// caller reads, others go on with what is known; so does everybody when it fails.
    pub(super) async fn keep_membership_fresh(&self, chat_id: ChatId) -> Result<(), ServiceError> {
        if self.memberships.source().is_none() {
            return Ok(());
        }
        let now_ms = self.now_ms();
        let freshness = match self.memberships.freshness(chat_id, now_ms) {
            Freshness::Unknown => {
                let mut snapshot = self.storage.snapshot().await?;
                let found = snapshot.chats().find_many(&[chat_id]).await?.pop();
                let Some(chat) = found else { return Ok(()) };
                let key = chat.host_key.as_ref().map(|key| (key, now_ms));
                self.memberships.note(chat_id, key);
                self.memberships.freshness(chat_id, now_ms)
            }
            known => known,
        };
        let Freshness::Stale(key) = freshness else {
            return Ok(());
        };
        self.memberships
            .note(chat_id, Some((&key, now_ms + RETRY_AFTER_MS)));
        if let Err(error) = self.refresh_membership(&key).await {
            tracing::warn!(%error, cause = error.source, "the members of a chat stay as they are known");
        }
        Ok(())
    }
}

/// What the host says, checked.
async fn ask(
    source: &dyn MembershipSource,
    key: &HostKey,
) -> Result<Vec<HostMember>, ServiceError> {
    let failed = |cause: crate::membership::SourceError| ServiceError {
        detail: "The host does not say who belongs to this chat.".to_owned(),
        retry_after_ms: Some(RETRY_AFTER_MS.unsigned_abs()),
        source: Some(cause),
        ..ServiceError::new(ErrorCode::Unavailable)
    };
    let asked = tokio::time::timeout(SOURCE_TIMEOUT, source.members(key.as_str()));
    let members = match asked.await {
        Ok(answer) => answer.map_err(failed)?,
        Err(_) => return Err(failed("no answer in time".into())),
    };
    checked(members).map_err(failed)
}

/// Members as they can be stored; what cannot be is a defect of the source.
pub(super) fn checked(
    members: Vec<HostMember>,
) -> Result<Vec<HostMember>, crate::membership::SourceError> {
    if members.len() > MEMBERS_MAX {
        return Err(format!("more than {MEMBERS_MAX} members").into());
    }
    let mut seen = std::collections::HashSet::with_capacity(members.len());
    let mut checked = Vec::with_capacity(members.len());
    for HostMember { profile, role } in members {
        let profile = validate::lenient_host_profile(profile)?;
        if !seen.insert(profile.external_id.clone()) {
            return Err("one person twice".into());
        }
        checked.push(HostMember { profile, role });
    }
    Ok(checked)
}
