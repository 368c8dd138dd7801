//! What a group is called, what it is about, its picture, and who may do what in it.
//!
//! Each change is one step of the chat's version; a request that changes nothing is none. Who comes
//! and goes is in [`groups`](super::groups).

use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, UserId,
    rest::chats::{ChatKind, Role},
};

use super::{
    Caller, ServiceError, Services, avatars, joining::refuse_managed, lines, load, validate,
};
use crate::{
    authorizer::{Action, Subject},
    domain::{
        chat::{Chat, GroupChange, Rules},
        chat_view::ChatView,
        event::Event,
        member::Member,
        permission,
        user::{User, UserStatus},
    },
    storage::Transaction,
};

impl Services {
    /// Changes what is given of a group's name, description and rules.
    pub(crate) async fn update_chat(
        &self,
        caller: Caller,
        chat_id: ChatId,
        change: GroupChange,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        let name = change
            .name
            .as_deref()
            .map(|text| validate::name("name", text));
        let name = name.transpose()?;
        let description = change.description.as_deref().map(validate::description);
        let description = description.transpose()?;
        self.check_settings(caller, chat_id, &change).await?;
        let mut transaction = self.storage.begin().await?;
        let (mut chat, me) = changeable(&mut *transaction, caller, chat_id).await?;
        let before = chat.clone();
        chat.rules = changed_rules(&me, chat.rules, &change)?;
        if let Some(name) = name {
            chat.name = Some(name);
        }
        if let Some(description) = description {
            chat.description = description;
        }
        self.save_settings(transaction, caller, &before, chat).await
    }

    /// Uses an upload of the caller as the picture of a group.
    pub(crate) async fn set_chat_avatar(
        &self,
        caller: Caller,
        chat_id: ChatId,
        attachment_id: AttachmentId,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        // First of all: whether an upload can be used is not for everybody to find out here.
        let mut snapshot = self.storage.snapshot().await?;
        changeable(&mut *snapshot, caller, chat_id).await?;
        drop(snapshot);
        let nothing = GroupChange::default();
        self.check_settings(caller, chat_id, &nothing).await?;
        let avatar_id = self.make_avatar(caller, attachment_id).await?.id;
        let mut transaction = self.storage.begin().await?;
        let (mut chat, _) = changeable(&mut *transaction, caller, chat_id).await?;
        let before = chat.clone();
        avatars::replace(&mut *transaction, &mut chat.avatar_id, avatar_id).await?;
        self.save_settings(transaction, caller, &before, chat).await
    }

    /// Removes the picture of a group.
    pub(crate) async fn remove_chat_avatar(
        &self,
        caller: Caller,
        chat_id: ChatId,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        let nothing = GroupChange::default();
        self.check_settings(caller, chat_id, &nothing).await?;
        let mut transaction = self.storage.begin().await?;
        let (mut chat, _) = changeable(&mut *transaction, caller, chat_id).await?;
        let before = chat.clone();
        avatars::release(&mut *transaction, chat.avatar_id.take()).await?;
        self.save_settings(transaction, caller, &before, chat).await
    }

    /// Gives a member another role. A new owner takes the place of the caller, who becomes an
    /// admin: a group always has exactly one.
    pub(crate) async fn set_role(
        &self,
        caller: Caller,
        chat_id: ChatId,
        user_id: UserId,
        role: Role,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        self.check_role(caller, chat_id, user_id).await?;
        let mut transaction = self.storage.begin().await?;
        let found = role_of(&mut *transaction, caller, chat_id, user_id).await;
        let (mut chat, mut me, mut member) = found?;
        if member.role == role {
            return load::chat_view(&mut *transaction, caller.user_id, chat).await;
        }
        if user_id == caller.user_id {
            return Err(ServiceError::invalid(
                "role",
                "Make somebody else the owner first.",
            ));
        }
        member.role = role;
        let mut changed = vec![member];
        if role == Role::Owner {
            me.role = Role::Admin;
            changed.push(me);
        }
        let mut events = change_roles(&mut *transaction, &mut chat, changed).await?;
        let told = vec![lines::role_changed(user_id, role)];
        let written = self.write_lines(&mut *transaction, caller, &mut chat, told);
        events.extend(written.await?);
        let answer = load::chat_view(&mut *transaction, caller.user_id, chat).await?;
        self.commit(transaction, events).await?;
        Ok(answer)
    }

    /// Stores changed settings and tells the members; nothing when they are what they were.
    async fn save_settings(
        &self,
        mut transaction: Box<dyn Transaction>,
        caller: Caller,
        before: &Chat,
        mut chat: Chat,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        if chat == *before {
            return load::chat_view(&mut *transaction, caller.user_id, chat).await;
        }
        chat.version += 1;
        transaction.chats().update_settings(&chat).await?;
        let mut events = vec![Event::ChatUpdated { chat: chat.clone() }];
        let told = lines::settings_changed(before, &chat);
        let written = self.write_lines(&mut *transaction, caller, &mut chat, told);
        events.extend(written.await?);
        let answer = load::chat_view(&mut *transaction, caller.user_id, chat).await?;
        self.commit(transaction, events).await?;
        Ok(answer)
    }

    /// Asks the host about a change of settings, once the engine's own rules allow it.
    async fn check_settings(
        &self,
        caller: Caller,
        chat_id: ChatId,
        change: &GroupChange,
    ) -> Result<(), ServiceError> {
        if !self.is_authorized_by_host() {
            return Ok(());
        }
        let mut snapshot = self.storage.snapshot().await?;
        let (chat, me) = changeable(&mut *snapshot, caller, chat_id).await?;
        changed_rules(&me, chat.rules, change)?;
        drop(snapshot);
        self.check_allowed(caller, Action::ChangeChat, Subject::Chat(chat_id))
            .await
    }

    /// The same about a role.
    async fn check_role(
        &self,
        caller: Caller,
        chat_id: ChatId,
        user_id: UserId,
    ) -> Result<(), ServiceError> {
        if !self.is_authorized_by_host() {
            return Ok(());
        }
        let mut snapshot = self.storage.snapshot().await?;
        role_of(&mut *snapshot, caller, chat_id, user_id).await?;
        drop(snapshot);
        let subject = Subject::Member(chat_id, user_id);
        self.check_allowed(caller, Action::ChangeRole, subject)
            .await
    }
}

/// A group whose settings the caller may change, and the caller's membership.
async fn changeable(
    transaction: &mut dyn Transaction,
    caller: Caller,
    chat_id: ChatId,
) -> Result<(Chat, Member), ServiceError> {
    let (chat, me) = load::chat_of_member(transaction, chat_id, caller.user_id).await?;
    if chat.kind == ChatKind::Direct || !permission::can_change_settings(me.role) {
        return Err(ServiceError::new(ErrorCode::Forbidden));
    }
    Ok((chat, me))
}

/// The rules of a group after a change by one who may change its settings.
fn changed_rules(me: &Member, before: Rules, change: &GroupChange) -> Result<Rules, ServiceError> {
    let after = Rules {
        send: change.send_role.unwrap_or(before.send),
        add: change.add_role.unwrap_or(before.add),
        pin: change.pin_role.unwrap_or(before.pin),
    };
    let steps = [
        (before.send, after.send),
        (before.add, after.add),
        (before.pin, after.pin),
    ];
    let may = |(from, to)| permission::can_change_rule(me.role, from, to);
    match steps.into_iter().all(may) {
        true => Ok(after),
        false => Err(ServiceError::new(ErrorCode::Forbidden)),
    }
}

/// A group in which the caller may give roles, the caller's membership and that of somebody.
async fn role_of(
    transaction: &mut dyn Transaction,
    caller: Caller,
    chat_id: ChatId,
    user_id: UserId,
) -> Result<(Chat, Member, Member), ServiceError> {
    let (chat, me) = load::chat_of_member(transaction, chat_id, caller.user_id).await?;
    let member = load::membership(transaction, chat_id, user_id).await?;
    if chat.kind == ChatKind::Direct || !permission::can_change_role(me.role) {
        return Err(ServiceError::new(ErrorCode::Forbidden));
    }
    refuse_managed(&chat)?;
    Ok((chat, me, member))
}

/// Stores changed memberships, a step of the version each, and gives their events.
async fn change_roles(
    transaction: &mut dyn Transaction,
    chat: &mut Chat,
    changed: Vec<Member>,
) -> Result<Vec<Event>, ServiceError> {
    transaction.members().upsert_many(&changed).await?;
    let users = load::users(transaction, changed.iter().map(|member| member.user_id)).await?;
    let mut events = Vec::with_capacity(changed.len());
    for member in changed {
        let found = users.iter().find(|user| user.id == member.user_id);
        let user = found.filter(|user| user.status != UserStatus::Deleted);
        let user = user.cloned().ok_or_else(ServiceError::not_found)?;
        chat.version += 1;
        events.push(Event::RoleChanged {
            chat: chat.clone(),
            member,
            user,
        });
    }
    transaction
        .chats()
        .update_many(std::slice::from_ref(chat))
        .await?;
    Ok(events)
}
