//! Reading that several use cases share: memberships, chats as a member sees them, and the people
//! they name. Works in whatever transaction the use case is in.

use std::collections::{BTreeSet, HashMap};

use relaychat_protocol::{ChatId, UserId};

use super::ServiceError;
use crate::{
    domain::{
        chat::{Apart, Chat, DirectPair},
        chat_settings::ChatSettings,
        chat_view::ChatView,
        member::Member,
        message::Message,
        user::{User, UserStatus},
    },
    limits::MEMBERS_PER_CHAT_VIEW,
    storage::Transaction,
};

/// The caller's present membership; everything in a chat is not found without it.
pub(super) async fn membership(
    transaction: &mut dyn Transaction,
    chat_id: ChatId,
    user_id: UserId,
) -> Result<Member, ServiceError> {
    let pair = [(chat_id, user_id)];
    let found = transaction.members().find_many(&pair).await?;
    let member = found.into_iter().find(|member| !member.has_left);
    member.ok_or_else(ServiceError::not_found)
}

/// A chat the caller is a member of, and the membership.
pub(super) async fn chat_of_member(
    transaction: &mut dyn Transaction,
    chat_id: ChatId,
    user_id: UserId,
) -> Result<(Chat, Member), ServiceError> {
    let member = membership(transaction, chat_id, user_id).await?;
    let chat = transaction.chats().find_many(&[chat_id]).await?.pop();
    Ok((chat.ok_or_else(ServiceError::not_found)?, member))
}

/// Chats as `viewer` sees them, in the given order, with the people they name. Chats that the
/// viewer is not a member of are left out.
pub(super) async fn chat_views(
    transaction: &mut dyn Transaction,
    viewer: UserId,
    chats: Vec<Chat>,
) -> Result<(Vec<ChatView>, Vec<User>), ServiceError> {
    let ids: Vec<ChatId> = chats.iter().map(|chat| chat.id).collect();
    let pairs: Vec<_> = ids.iter().map(|id| (*id, viewer)).collect();
    let places: Vec<_> = chats
        .iter()
        .filter(|chat| chat.last_seq > 0)
        .map(|chat| (chat.id, chat.last_seq))
        .collect();
    let mine = transaction.members().find_many(&pairs).await?;
    let first = transaction
        .members()
        .list_first(&ids, MEMBERS_PER_CHAT_VIEW + 1)
        .await?;
    let newest = transaction.messages().find_at(&places).await?;
    let unread = transaction.messages().list_deleted_unread(viewer, &ids);
    let mut deleted = by_chat(unread.await?);
    let unread = transaction.mentions().list_unread(viewer, &ids);
    let mut mentioned = by_chat(unread.await?);
    let settings = transaction.chat_settings().find_many(viewer, &ids).await?;
    let mut settings: HashMap<ChatId, ChatSettings> = settings
        .into_iter()
        .map(|settings| (settings.chat_id, settings))
        .collect();

    let mut mine: HashMap<ChatId, Member> = mine
        .into_iter()
        .filter(|member| !member.has_left)
        .map(|member| (member.chat_id, member))
        .collect();
    let mut newest: HashMap<ChatId, Message> = newest
        .into_iter()
        .map(|message| (message.chat_id, message))
        .collect();
    let mut others: HashMap<ChatId, Vec<Member>> = HashMap::new();
    for member in first {
        if member.user_id != viewer {
            others.entry(member.chat_id).or_default().push(member);
        }
    }
    let views: Vec<ChatView> = chats
        .into_iter()
        .filter_map(|chat| {
            let mut others = others.remove(&chat.id).unwrap_or_default();
            others.truncate(MEMBERS_PER_CHAT_VIEW as usize);
            let me = mine.remove(&chat.id)?;
            Some(ChatView {
                last_message: newest.remove(&chat.id),
                settings: settings.remove(&chat.id),
                deleted_unread: deleted.remove(&chat.id).unwrap_or_default(),
                mentioned_unread: mentioned.remove(&chat.id).unwrap_or_default(),
                others: seen_by(&me, others),
                me,
                chat,
            })
        })
        .collect();
    let users = users(transaction, views.iter().flat_map(people_in)).await?;
    Ok((views, users))
}

/// Members as one of them sees them.
pub(super) fn seen_by(viewer: &Member, members: Vec<Member>) -> Vec<Member> {
    let is_told_reads = viewer.shows_read_receipts;
    members
        .into_iter()
        .map(|member| member.seen_by(viewer.user_id, is_told_reads))
        .collect()
}

fn by_chat(places: Vec<(ChatId, u64)>) -> HashMap<ChatId, Vec<u64>> {
    let mut by_chat: HashMap<ChatId, Vec<u64>> = HashMap::new();
    for (chat_id, seq) in places {
        by_chat.entry(chat_id).or_default().push(seq);
    }
    by_chat
}

/// One chat as `viewer` sees it.
pub(super) async fn chat_view(
    transaction: &mut dyn Transaction,
    viewer: UserId,
    chat: Chat,
) -> Result<(ChatView, Vec<User>), ServiceError> {
    let (mut views, users) = chat_views(transaction, viewer, vec![chat]).await?;
    let view = views.pop().ok_or_else(ServiceError::not_found)?;
    Ok((view, users))
}

/// What keeps two people apart.
pub(super) async fn apart(
    transaction: &mut dyn Transaction,
    pair: DirectPair,
) -> Result<Apart, ServiceError> {
    let (low, high) = (pair.low(), pair.high());
    let people = users(transaction, [low, high]).await?;
    Ok(Apart {
        is_blocked_by_low: transaction.blocks().exists(low, high).await?,
        is_blocked_by_high: transaction.blocks().exists(high, low).await?,
        is_one_gone: people.iter().any(|one| one.status != UserStatus::Active),
    })
}

/// The people with these ids, each once, ordered by id.
pub(super) async fn users(
    transaction: &mut dyn Transaction,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<Vec<User>, ServiceError> {
    let distinct: BTreeSet<UserId> = ids.into_iter().collect();
    let ids: Vec<UserId> = distinct.into_iter().collect();
    let mut users = transaction.users().find_many(&ids).await?;
    users.sort_by_key(|user| user.id);
    Ok(users)
}

/// Everybody a view names.
fn people_in(view: &ChatView) -> impl Iterator<Item = UserId> {
    let named = view.last_message.iter().flat_map(Message::named);
    let others = view.others.iter().map(|member| member.user_id);
    others.chain([view.me.user_id]).chain(named)
}
