//! The difference between who is in a chat and who belongs to its object, in one transaction.

use std::collections::{HashMap, HashSet};

use relaychat_protocol::{ChatId, UserId};

use crate::{
    domain::{chat::Chat, event::Event, member::Member, user::User},
    membership::HostMember,
    services::{
        ServiceError, Services,
        host_people::changed,
        joining::{joined, new_member},
    },
    storage::Transaction,
};

/// Somebody who belongs, as the engine knows them.
struct Wanted {
    user: User,
    member: HostMember,
}

impl Services {
    /// Makes the members of a chat those who belong. `false`, and nothing done, when somebody read
    /// the host's answer after `reads_before`.
    pub(super) async fn apply_membership(
        &self,
        chat_id: ChatId,
        reads_before: u64,
        members: Vec<HostMember>,
    ) -> Result<bool, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let noted = transaction
            .chats()
            .note_membership_read(chat_id, reads_before);
        if !noted.await? {
            return Ok(false);
        }
        let set = self.set_members(&mut *transaction, chat_id, members);
        let (_, events) = set.await?;
        self.commit(transaction, events).await?;
        Ok(true)
    }

    /// Removes, changes and adds, in this order; gives the chat after it and the events.
    pub(in crate::services) async fn set_members(
        &self,
        transaction: &mut dyn Transaction,
        chat_id: ChatId,
        members: Vec<HostMember>,
    ) -> Result<(Chat, Vec<Event>), ServiceError> {
        let found = transaction.chats().find_many(&[chat_id]).await?.pop();
        let before = found.ok_or_else(ServiceError::not_found)?;
        let mut events = Vec::new();
        let wanted = self.known(transaction, members, &mut events).await?;
        let present = transaction.members().list(chat_id, None, u32::MAX).await?;
        let mut steps = Steps {
            chat: before.clone(),
            rows: Vec::new(),
            events,
        };
        let belongs: HashSet<UserId> = wanted.iter().map(|one| one.user.id).collect();
        let (stays, goes): (Vec<_>, Vec<_>) = present
            .into_iter()
            .partition(|member| belongs.contains(&member.user_id));
        steps.remove(goes);
        let stays: HashMap<UserId, Member> = stays.into_iter().map(|m| (m.user_id, m)).collect();
        let (stays_wanted, new): (Vec<_>, Vec<_>) = wanted
            .into_iter()
            .partition(|one| stays.contains_key(&one.user.id));
        steps.change(&stays, stays_wanted);
        let added = steps.add(new, self.now_ms());
        let Steps {
            chat,
            rows,
            mut events,
        } = steps;
        if chat != before {
            transaction.members().upsert_many(&rows).await?;
            transaction
                .chats()
                .update_many(std::slice::from_ref(&chat))
                .await?;
        }
        if !added.is_empty() {
            events.push(joined(transaction, chat.clone(), added).await?);
        }
        Ok((chat, events))
    }

    /// The people, made or changed as the host says.
    async fn known(
        &self,
        transaction: &mut dyn Transaction,
        members: Vec<HostMember>,
        events: &mut Vec<Event>,
    ) -> Result<Vec<Wanted>, ServiceError> {
        let ids: Vec<String> = (members.iter())
            .map(|member| member.profile.external_id.clone())
            .collect();
        let found = transaction.users().find_by_external_ids(&ids).await?;
        let mut found: HashMap<String, User> = found
            .into_iter()
            .filter_map(|user| Some((user.external_id.clone()?, user)))
            .collect();
        let mut wanted = Vec::with_capacity(members.len());
        for member in members {
            let known = found.remove(&member.profile.external_id);
            let unchanged = known.filter(|user| changed(user, &member.profile).is_none());
            let user = match unchanged {
                Some(user) => user,
                None => {
                    let ensured = self.ensure_in(transaction, member.profile.clone());
                    let (ensured, event) = ensured.await?;
                    events.extend(event);
                    ensured.user
                }
            };
            wanted.push(Wanted { user, member });
        }
        Ok(wanted)
    }
}

/// The chat after the steps so far, with what they write and tell.
struct Steps {
    chat: Chat,
    rows: Vec<Member>,
    events: Vec<Event>,
}

impl Steps {
    fn remove(&mut self, goes: Vec<Member>) {
        for member in goes {
            self.chat.version += 1;
            self.chat.member_count -= 1;
            self.events.push(Event::MemberRemoved {
                chat: self.chat.clone(),
                user_id: member.user_id,
            });
            self.rows.push(Member {
                has_left: true,
                ..member
            });
        }
    }

    fn change(&mut self, stays: &HashMap<UserId, Member>, wanted: Vec<Wanted>) {
        for Wanted { user, member } in wanted {
            let Some(present) = stays.get(&user.id) else {
                continue;
            };
            if present.role == member.role {
                continue;
            }
            self.chat.version += 1;
            let changed = Member {
                role: member.role,
                ..present.clone()
            };
            self.rows.push(changed.clone());
            self.events.push(Event::RoleChanged {
                chat: self.chat.clone(),
                member: changed,
                user,
            });
        }
    }

    fn add(&mut self, new: Vec<Wanted>, now_ms: i64) -> Vec<(Member, User, u64)> {
        let mut added = Vec::with_capacity(new.len());
        for Wanted { user, member } in new {
            self.chat.version += 1;
            self.chat.member_count += 1;
            let row = new_member(&self.chat, &user, member.role, now_ms);
            self.rows.push(row.clone());
            added.push((row, user, self.chat.version));
        }
        added
    }
}
