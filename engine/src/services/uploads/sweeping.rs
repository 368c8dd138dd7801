//! Sweeping: uploads that nothing uses, and bytes that no row names.
//!
//! Both have a grace of a day, and both are safe against whatever happens at the same time:
//!
//! - An **unused row** is removed in a write transaction, and writers come one after another. A
//!   message that names it was either there before, and the row stays, or comes later and is
//!   refused. The bytes go after the commit; a crash in between leaves bytes without a row.
//! - **Bytes without a row** are what a crash left: before the row was written, or after it was
//!   removed. Whether a row names them is asked within a write transaction, so that nothing that is
//!   committed is overlooked, and a row that comes later than an hour after its bytes is refused by
//!   the upload itself.

use std::collections::HashSet;

use futures_util::TryStreamExt;
use relaychat_protocol::{AttachmentId, UploadId};

use super::remove_blobs;
use crate::{
    blobs::BlobEntry,
    domain::{attachment::Attachment, upload::Part},
    services::{ServiceError, Services},
    storage::Transaction,
};

/// Blobs whose rows are looked for at once.
const BATCH: usize = 500;

impl Services {
    /// Removes uploads that nothing has used since `before_ms`, at most `limit`; returns how many.
    pub(crate) async fn sweep_uploads(
        &self,
        before_ms: i64,
        limit: u32,
    ) -> Result<usize, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let unused = transaction
            .attachments()
            .list_unused(before_ms, limit)
            .await?;
        let mut removed = Vec::new();
        for attachment in unused {
            if transaction
                .attachments()
                .remove_unused(attachment.id)
                .await?
            {
                removed.push(attachment);
            }
        }
        if removed.is_empty() {
            return Ok(0);
        }
        self.commit(transaction, Vec::new()).await?;
        for attachment in &removed {
            remove_blobs(&*self.blobs, attachment).await;
        }
        Ok(removed.len())
    }

    /// Removes bytes of uploads and of parts that are at least `grace_ms` old and that no row names;
    /// returns how many blobs. Walks the whole store.
    pub(crate) async fn sweep_blobs(&self, grace_ms: u64) -> Result<usize, ServiceError> {
        let mut removed = 0;
        for prefix in [Attachment::BLOB_PREFIX, Part::BLOB_PREFIX] {
            let entries = self.blobs.list(prefix).await?;
            let mut batches = entries
                .try_filter(move |entry| std::future::ready(entry.age_ms >= grace_ms))
                .try_chunks(BATCH);
            while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
                removed += self.sweep_batch(batch).await?;
            }
        }
        Ok(removed)
    }

    async fn sweep_batch(&self, batch: Vec<BlobEntry>) -> Result<usize, ServiceError> {
        // Keys that are none of ours are somebody else's.
        let blobs: Vec<_> = batch
            .into_iter()
            .filter_map(|entry| Some((Owner::of(&entry.key)?, entry.key)))
            .collect();
        let mut snapshot = self.storage.snapshot().await?;
        let suspects = unnamed(&mut *snapshot, blobs).await?;
        drop(snapshot);
        if suspects.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.storage.begin().await?;
        let orphans = unnamed(&mut *transaction, suspects).await?;
        drop(transaction);
        for (_, key) in &orphans {
            self.blobs.remove(key).await?;
        }
        if !orphans.is_empty() {
            tracing::info!(
                count = orphans.len(),
                "blobs that nothing names were removed"
            );
        }
        Ok(orphans.len())
    }
}

/// What has to name a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Owner {
    Attachment(AttachmentId),
    Upload(UploadId),
}

impl Owner {
    fn of(key: &str) -> Option<Self> {
        let attachment = Attachment::id_of_blob(key).map(Self::Attachment);
        attachment.or_else(|| Part::upload_of_blob(key).map(Self::Upload))
    }
}

/// Those of `blobs` that have no row.
async fn unnamed(
    transaction: &mut dyn Transaction,
    blobs: Vec<(Owner, String)>,
) -> Result<Vec<(Owner, String)>, ServiceError> {
    let owners: HashSet<_> = blobs.iter().map(|(owner, _)| *owner).collect();
    let (mut attachment_ids, mut upload_ids) = (Vec::new(), Vec::new());
    for owner in owners {
        match owner {
            Owner::Attachment(id) => attachment_ids.push(id),
            Owner::Upload(id) => upload_ids.push(id),
        }
    }
    let rows = transaction.attachments().find_many(&attachment_ids).await?;
    let rows: HashSet<_> = rows.into_iter().map(|row| row.id).collect();
    let parts = transaction.uploads().list_parts(&upload_ids).await?;
    let parts: HashSet<_> = parts.iter().map(Part::blob_key).collect();
    let mut blobs = blobs;
    blobs.retain(|(owner, key)| match owner {
        Owner::Attachment(id) => !rows.contains(id),
        Owner::Upload(_) => !parts.contains(key),
    });
    Ok(blobs)
}
