//! Uploads that come in parts, in SQL.

use async_trait::async_trait;
use relaychat_protocol::{AttachmentId, UploadId, UserId};
use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    attachments::{kind_column, kind_of},
    row::{self, CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::upload::{Part, Upload},
    storage::{StorageError, UploadRepository},
};

row! {
    /// An upload that comes in parts.
    UploadRow of "relay_uploads" {
        id: Uuid,
        owner_id: Uuid,
        kind: i16,
        content_type: String,
        file_name: Option<String>,
        size_bytes: i64,
        received_bytes: i64,
        touched_at_ms: i64,
        attachment_id: Option<Uuid>,
    }
}

row! {
    /// A part that has arrived.
    PartRow of "relay_upload_parts" {
        upload_id: Uuid,
        offset_bytes: i64,
        size_bytes: i64,
        blob_id: Uuid,
    }
}

const TABLE: &str = UploadRow::TABLE;
const PARTS: &str = PartRow::TABLE;

impl From<&Upload> for UploadRow {
    fn from(upload: &Upload) -> Self {
        let Upload {
            id,
            owner_id,
            kind,
            content_type,
            file_name,
            size_bytes,
            received_bytes,
            touched_at_ms,
            attachment_id,
        } = upload;
        Self {
            id: id.0,
            owner_id: owner_id.0,
            kind: kind_column(*kind),
            content_type: content_type.clone(),
            file_name: file_name.clone(),
            size_bytes: signed(*size_bytes),
            received_bytes: signed(*received_bytes),
            touched_at_ms: *touched_at_ms,
            attachment_id: attachment_id.map(|id| id.0),
        }
    }
}

impl TryFrom<UploadRow> for Upload {
    type Error = StorageError;

    fn try_from(row: UploadRow) -> Result<Self, StorageError> {
        let UploadRow {
            id,
            owner_id,
            kind,
            content_type,
            file_name,
            size_bytes,
            received_bytes,
            touched_at_ms,
            attachment_id,
        } = row;
        Ok(Self {
            id: id.into(),
            owner_id: owner_id.into(),
            kind: kind_of(kind)?,
            content_type,
            file_name,
            size_bytes: unsigned(size_bytes)?,
            received_bytes: unsigned(received_bytes)?,
            touched_at_ms,
            attachment_id: attachment_id.map(Into::into),
        })
    }
}

impl From<&Part> for PartRow {
    fn from(part: &Part) -> Self {
        let Part {
            upload_id,
            offset_bytes,
            size_bytes,
            blob_id,
        } = part;
        Self {
            upload_id: upload_id.0,
            offset_bytes: signed(*offset_bytes),
            size_bytes: signed(*size_bytes),
            blob_id: *blob_id,
        }
    }
}

impl TryFrom<PartRow> for Part {
    type Error = StorageError;

    fn try_from(row: PartRow) -> Result<Self, StorageError> {
        let PartRow {
            upload_id,
            offset_bytes,
            size_bytes,
            blob_id,
        } = row;
        Ok(Self {
            upload_id: upload_id.into(),
            offset_bytes: unsigned(offset_bytes)?,
            size_bytes: unsigned(size_bytes)?,
            blob_id,
        })
    }
}

impl<C: Connection> SqlTransaction<C> {
    async fn remove_parts(&mut self, ids: &[UploadId]) -> Result<(), StorageError> {
        let delete = Query::delete()
            .from_table(PARTS)
            .and_where(Expr::col("upload_id").is_in(ids.iter().map(|id| id.0)))
            .take();
        self.connection.write("remove parts", &delete).await?;
        Ok(())
    }
}

#[async_trait]
impl<C: Connection> UploadRepository for SqlTransaction<C> {
    async fn insert(&mut self, upload: &Upload) -> Result<(), StorageError> {
        let insert = UploadRow::insert([UploadRow::from(upload)]);
        self.connection.write("insert an upload", &insert).await?;
        Ok(())
    }

    async fn find(&mut self, id: UploadId) -> Result<Option<Upload>, StorageError> {
        let select = UploadRow::select()
            .and_where(Expr::col((TABLE, "id")).eq(id.0))
            .take();
        let rows = self.connection.read::<UploadRow>("find an upload", &select);
        Ok(row::all::<_, Upload>(rows.await?)?.pop())
    }

    async fn unfinished_of(&mut self, owner_id: UserId) -> Result<(u64, u64), StorageError> {
        // PostgreSQL adds counts up to a number without bounds.
        let sum = Expr::cust("CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)");
        let select = Query::select()
            .expr(Expr::cust("COUNT(*)"))
            .expr(sum)
            .from(TABLE)
            .and_where(Expr::col("owner_id").eq(owner_id.0))
            .and_where(Expr::col("attachment_id").is_null())
            .take();
        let rows = self.connection.read("add unfinished uploads up", &select);
        let rows: Vec<(i64, i64)> = rows.await?;
        let (count, bytes) = rows.first().copied().unwrap_or_default();
        Ok((unsigned(count)?, unsigned(bytes)?))
    }

    async fn add_part(&mut self, part: &Part, at_ms: i64) -> Result<bool, StorageError> {
        let end = part.offset_bytes.saturating_add(part.size_bytes);
        let update = Query::update()
            .table(TABLE)
            .value("received_bytes", signed(end))
            .value("touched_at_ms", at_ms)
            .and_where(Expr::col("id").eq(part.upload_id.0))
            .and_where(Expr::col("received_bytes").eq(signed(part.offset_bytes)))
            .and_where(Expr::col("attachment_id").is_null())
            .take();
        if self.connection.write("advance an upload", &update).await? == 0 {
            return Ok(false);
        }
        let insert = PartRow::insert([PartRow::from(part)]);
        self.connection.write("insert a part", &insert).await?;
        Ok(true)
    }

    async fn list_parts(&mut self, ids: &[UploadId]) -> Result<Vec<Part>, StorageError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col((PARTS, "upload_id")).is_in(ids.iter().map(|id| id.0));
            let select = PartRow::select()
                .and_where(is_wanted)
                .order_by((PARTS, "upload_id"), Order::Asc)
                .order_by((PARTS, "offset_bytes"), Order::Asc)
                .take();
            let rows = self.connection.read::<PartRow>("list parts", &select);
            found.extend(row::all::<_, Part>(rows.await?)?);
        }
        Ok(found)
    }

    async fn finish(
        &mut self,
        id: UploadId,
        attachment_id: AttachmentId,
    ) -> Result<bool, StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("attachment_id", attachment_id.0)
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("attachment_id").is_null())
            .take();
        if self.connection.write("finish an upload", &update).await? == 0 {
            return Ok(false);
        }
        self.remove_parts(&[id]).await?;
        Ok(true)
    }

    async fn list_idle(&mut self, before_ms: i64, limit: u32) -> Result<Vec<Upload>, StorageError> {
        let select = UploadRow::select()
            .and_where(Expr::col((TABLE, "touched_at_ms")).lt(before_ms))
            .order_by((TABLE, "touched_at_ms"), Order::Asc)
            .order_by((TABLE, "id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self
            .connection
            .read::<UploadRow>("list idle uploads", &select);
        row::all(rows.await?)
    }

    async fn remove(&mut self, ids: &[UploadId]) -> Result<(), StorageError> {
        for ids in ids.chunks(CHUNK_ROWS) {
            self.remove_parts(ids).await?;
            let delete = Query::delete()
                .from_table(TABLE)
                .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.0)))
                .take();
            self.connection.write("remove uploads", &delete).await?;
        }
        Ok(())
    }
}
