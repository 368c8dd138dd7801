//! Everything that belongs to one person, in SQL.

use async_trait::async_trait;
use relaychat_protocol::{AttachmentId, ChatId, UserId};
use sea_query::{Expr, ExprTrait, Order};

use super::{
    Connection, SqlTransaction,
    attachments::AttachmentRow,
    members::MemberRow,
    messages::MessageRow,
    row::{self, signed},
};
use crate::{
    domain::{attachment::Attachment, member::Member, message::Message},
    storage::{OwnedRepository, StorageError},
};

const MEMBERS: &str = MemberRow::TABLE;
const MESSAGES: &str = MessageRow::TABLE;
const ATTACHMENTS: &str = AttachmentRow::TABLE;

#[async_trait]
impl<C: Connection> OwnedRepository for SqlTransaction<C> {
    async fn list_memberships(
        &mut self,
        user_id: UserId,
        after: Option<ChatId>,
        limit: u32,
    ) -> Result<Vec<Member>, StorageError> {
        let place = || Expr::col((MEMBERS, "chat_id"));
        let select = MemberRow::select()
            .and_where(Expr::col((MEMBERS, "user_id")).eq(user_id.0))
            .and_where_option(after.map(|chat_id| place().gt(chat_id.0)))
            .order_by((MEMBERS, "chat_id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self
            .connection
            .read::<MemberRow>("list memberships", &select);
        row::all(rows.await?)
    }

    async fn list_sent(
        &mut self,
        user_id: UserId,
        after: Option<(ChatId, u64)>,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError> {
        let after = after.map(|(chat_id, seq)| {
            let place = ["chat_id", "seq"].map(|column| Expr::col((MESSAGES, column)));
            let after = Expr::tuple([Expr::val(chat_id.0), Expr::val(signed(seq))]);
            Expr::tuple(place).gt(after)
        });
        let select = MessageRow::select()
            .and_where(Expr::col((MESSAGES, "sender_id")).eq(user_id.0))
            .and_where_option(after)
            .order_by((MESSAGES, "chat_id"), Order::Asc)
            .order_by((MESSAGES, "seq"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        self.messages(&select).await
    }

    async fn list_uploads(
        &mut self,
        user_id: UserId,
        after: Option<AttachmentId>,
        limit: u32,
    ) -> Result<Vec<Attachment>, StorageError> {
        let place = || Expr::col((ATTACHMENTS, "id"));
        let select = AttachmentRow::select()
            .and_where(Expr::col((ATTACHMENTS, "owner_id")).eq(user_id.0))
            .and_where_option(after.map(|id| place().gt(id.0)))
            .order_by((ATTACHMENTS, "id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self
            .connection
            .read::<AttachmentRow>("list uploads", &select);
        row::all(rows.await?)
    }
}
